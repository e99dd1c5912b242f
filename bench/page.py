"""Makes results.md and results.svg from the newest figures of each part in results/."""

import json
import os
import statistics

import chart
from load import load
from nodes import nodes
from pages import cold
from report import HERE, RESULTS, percentile, spread, verdict
from start import start
from watch import budget, watch

MEGABYTE = 1_000_000
PAGE, CHART = os.path.join(HERE, "results.md"), os.path.join(HERE, "results.svg")
PARTS = ("cold", "linear", "watch", "load", "nodes", "start", "chat", "search")
MEDIA = ("disk", "memory")


def newest():
    """The newest run that has each part, by part and, where it has media, by medium."""
    found = {}
    for name in sorted(os.listdir(RESULTS) if os.path.isdir(RESULTS) else []):
        if not name.endswith(".json"):
            continue
        with open(os.path.join(RESULTS, name), encoding="utf-8") as file:
            run = json.load(file)
        for part in PARTS:
            if part not in run:
                continue
            if part in ("cold", "watch"):
                for medium in run[part]:
                    found[part, medium] = run
            else:
                found[part, None] = run
    return found


def table(head, rows):
    """A Markdown table whose first column is text and whose others are figures."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return ["", *("| " + " | ".join(line) + " |" for line in lines), ""]


def said(lines):
    """Lines of judgement as a Markdown table."""
    return table(["", "", "target"], [
        [what.strip(), value, "" if met is None else verdict(met)] for what, value, met in lines])


def origin(run):
    """A sentence on where the figures come from."""
    words = f"Measured {run['time'][:16].replace('T', ' ')} UTC"
    if run.get("robbieblocks"):
        words += f" with {run['robbieblocks']}"
    if run.get("program"):
        words += f" (SHA-256 {run['program']}…)"
    load_average = run["machine"]["load"]
    if load_average > 0.5:
        words += f", the machine busy at the start (load {load_average})"
    return f"{words}: `{' '.join(['bench/run', *run['arguments']])}`."


def machine_section(runs):
    run = max(runs, key=lambda one: one["time"])
    machine = run["machine"]
    media = {}
    for one in runs:
        media |= one["machine"]["media"]
    versions = {}
    for one in sorted(runs, key=lambda one: one["time"]):
        for name in ("hugo", "postgresql", "nginx"):
            if one.get(name):
                versions[name] = one[name]
    rows = [
        ["processor", f"{machine['cpu']}, {machine['cores']} cores"],
        ["memory", f"{machine['memory'] / 2**30:.0f} GiB"],
        ["system", f"{machine['system']}, Linux {machine['kernel']}"],
        ["file systems", ", ".join(f"{name}: {kind}" for name, kind in media.items())],
        *([name, text.split(" BuildDate")[0]] for name, text in versions.items()),
    ]
    lines = ["| | |", "| --- | --- |"]
    return ["## The machine", "", *lines, *(f"| {name} | {value} |" for name, value in rows), ""]


def cold_section(found):
    lines = []
    for medium in MEDIA:
        run = found.get(("cold", medium))
        if not run:
            continue
        contenders = run["cold"][medium]
        rows = []
        for name, one in contenders.items():
            peak = [value / MEGABYTE for value in one["peak"]]
            rows.append([name, *(spread(one[key], "{:.2f}") for key in ("wall", "user", "system")),
                         spread(peak, "{:.0f}") if peak else "",
                         f"{statistics.median(one['others']):.2f}" if "others" in one else ""])
        kind = run["machine"]["media"][medium]
        lines += [f"### {medium.capitalize()} ({kind})", "",
                  f"{run['pages']:,} pages, {run['runs']} runs in turn. {origin(run)}"]
        lines += table(["", "wall, s", "user, s", "system, s", "peak PSS, MB", "others, s"], rows)
        for text, met in cold.judge(contenders, medium, run["machine"]["cores"]):
            lines.append(f"- {text}" + ("" if met is None else f": {verdict(met)}"))
        lines.append("")
    if lines:
        lines = ["## Cold builds", "", "Median (least to most) of whole processes.", "",
                 "![Wall time of cold builds](results.svg)", "", *lines]
    run = found.get(("linear", None))
    if run:
        rows = [[f"{int(count):,}", spread(one["wall"], "{:.2f}"),
                 f"{statistics.median(one['wall']) / int(count) * 1000:.3f}",
                 f"{one['peak'][0] / MEGABYTE:.0f}"] for count, one in run["linear"].items()]
        lines += ["## As the site grows", "", origin(run),
                  *table(["pages", "wall, s", "ms a page", "peak PSS, MB"], rows)]
    return lines


def watch_section(found):
    lines = []
    for medium in MEDIA:
        run = found.get(("watch", medium))
        if not run:
            continue
        figures = run["watch"][medium]
        rows = []
        for key, name in (("edits", "content of one page"), ("many", "after all of these"),
                          ("scale", f"content, at {watch.SCALE_PAGES:,} pages"),
                          ("token", "a token"),
                          ("component", f"a component of {watch.COMPONENT_PAGES} pages"),
                          ("hugo", "hugo --watch, to the file"),
                          ("answer", "(one answer of nginx)")):
            if key not in figures:
                continue
            values = [one * 1000 for one in figures[key]]
            targets = watch.EDIT_TARGETS[medium] if key == "edits" else {}
            rows.append([name, f"{len(values):,}",
                         *(f"{percentile(values, share):.1f}" for share in (0.5, 0.9, 0.99)),
                         f"{max(values):.1f}",
                         ", ".join(f"{part} {target}: " + verdict(
                             percentile(values, int(part[1:]) / 100) <= target)
                             for part, target in targets.items())])
        kind = run["machine"]["media"][medium]
        lines += [f"### {medium.capitalize()} ({kind})", "",
                  f"{figures['pages']:,} pages, from COMMIT to the new bytes from nginx, in ms. "
                  + origin(run)]
        lines += table(["", "n", "p50", "p90", "p99", "most", "target"], rows)
        lines += ["The budget of one edit, medians in ms; from `notification` on since COMMIT:"]
        lines += table(["step", "ms"], [[words.strip(), f"{value:.2f}"] for _, words, value in
                                        budget.medians(figures["budget"])])
        lines += [f"Memory of `watch` with its workers: {max(figures['memory']) / MEGABYTE:.0f} MB.",
                  ""]
    return ["## Edits under watch", "", *lines] if lines else []


def other_sections(found):
    lines = []
    for part, judge, title, size in (
            ("load", load.judge, "Edits under load",
             lambda one: f"{one['pages']:,} pages. "),
            ("nodes", nodes.judge, "Many nodes", lambda one: nodes.size(one) + ". "),
            ("start", start.judge, "Starting", lambda one: "")):
        run = found.get((part, None))
        if run:
            lines += [f"## {title}", "", size(run[part]) + origin(run), *said(judge(run[part]))]
    return lines


def write():
    """Writes both files; returns the exit code."""
    found = newest()
    if not found:
        print("bench: no figures in bench/results/: run bench/run first")
        return 1
    text = "\n".join([
        "# Figures", "",
        "Made by `bench/run --results` from the newest run of each part. "
        "[README.md](README.md) says what each figure is.", "",
        *machine_section(found.values()), *cold_section(found), *watch_section(found),
        *other_sections(found)])
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(text.rstrip("\n") + "\n")
    groups = {medium: (found["cold", medium]["cold"][medium], found["cold", medium])
              for medium in MEDIA if ("cold", medium) in found}
    if groups:
        with open(CHART, "w", encoding="utf-8") as file:
            file.write(chart.draw(groups))
    print("written: bench/results.md" + (", bench/results.svg" if groups else ""))
    return 0
