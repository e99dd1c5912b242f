"""Prints and stores the figures of the benchmarks."""

import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.path.join(HERE, "results")
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


def duration(seconds, limit=None):
    """Seconds in words; None when it took longer than `limit` seconds."""
    if seconds is None:
        return f"more than {limit} s"
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def print_lines(title, lines):
    """Prints lines (what, value, whether its target is met or None).

    Returns whether every target is met.
    """
    print(f"\n{title}\n")
    for what, value, met in lines:
        print(f"{what:76}{value:>26}" + ("" if met is None else f"  {verdict(met)}"))
    return all(met is not False for _, _, met in lines)


def machine():
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"cpu": model, "cores": os.cpu_count(),
            "memory": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
            "kernel": platform.release(),
            "system": platform.freedesktop_os_release()["PRETTY_NAME"],
            "load": round(os.getloadavg()[0], 2)}


def file_system(folder):
    """The type of the file system that a folder is on, such as ext4."""
    found = ("", "unknown")
    with open("/proc/self/mounts", encoding="utf-8") as file:
        for line in file:
            _, place, kind, *_ = line.split()
            if os.path.commonpath((place, folder)) == place and len(place) >= len(found[0]):
                found = (place, kind)
    return found[1]


def version(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return None
    return (done.stdout or done.stderr).strip() or None


def digest(program):
    """What identifies a program, whichever commit it was compiled from."""
    with open(program, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def save(results):
    os.makedirs(RESULTS, exist_ok=True)
    name = results["time"].replace(":", "").split("+")[0] + ".json"
    with open(os.path.join(RESULTS, name), "w", encoding="utf-8") as file:
        json.dump(results, file, indent=2)
        file.write("\n")
    print(f"\nsaved in bench/results/{name}", flush=True)


def warn_of_deleted_files():
    """Says so when the files of an earlier benchmark were deleted a short while ago."""
    if os.path.isdir(RESULTS):
        ages = [time.time() - os.path.getmtime(os.path.join(RESULTS, name))
                for name in os.listdir(RESULTS)]
        if ages and min(ages) < DELETED_SECONDS:
            say(f"the last benchmark ended {min(ages):.0f} s ago; what it deleted may still slow"
                f" the file system (wait {DELETED_SECONDS} s for clean figures)")
