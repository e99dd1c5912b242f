"""Prints and stores the figures of the benchmarks."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DELETED_SECONDS = 480


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def spread(values, form):
    middle = statistics.median(values)
    return f"{form.format(middle)} ({form.format(min(values))} to {form.format(max(values))})"


def percentile(values, share):
    """Returns the smallest value that at least `share` of all values do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, -(-int(share * 1000) * len(ranked) // 1000) - 1)]


def verdict(met):
    return "met" if met else "MISSED"


def machine():
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
            "load": round(os.getloadavg()[0], 2)}


def version(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return None
    return done.stdout.strip() or None


def save(results):
    folder = os.path.join(HERE, "results")
    os.makedirs(folder, exist_ok=True)
    name = results["time"].replace(":", "").split("+")[0] + ".json"
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(results, file, indent=2)
        file.write("\n")
    print(f"\nsaved in bench/results/{name}", flush=True)


def warn_of_deleted_files():
    """Warns when the files of an earlier benchmark were deleted recently."""
    folder = os.path.join(HERE, "results")
    if os.path.isdir(folder):
        ages = [time.time() - os.path.getmtime(os.path.join(folder, name))
                for name in os.listdir(folder)]
        if ages and min(ages) < DELETED_SECONDS:
            say(f"the last benchmark ended {min(ages):.0f} s ago; what it deleted may still slow"
                f" the file system (wait {DELETED_SECONDS} s for clean figures)")
