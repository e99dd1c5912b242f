"""Measures how soon the program is at work: `--version`, a build without a change, `watch`.

Run it with `bench/run --start`; see bench/README.md for what is measured and how.
"""

import os
import statistics
import time

import measure
from report import print_lines, say
from watch.edits import EDIT, edited
from watch.watch import WatchBench

UNCHANGED_PAGES, QUICK_UNCHANGED_PAGES = 50_000, 2_000
VERSIONS, UNCHANGED_BUILDS, STARTS = 50, 10, 5
VERSION_TARGET, UNCHANGED_TARGET, LIVE_TARGET = 5, 150, 500  # Milliseconds.


def versions(bench):
    say("start: --version")
    log = os.path.join(bench.work, "version.log")
    return [measure.run([bench.options.program, "--version"], log).wall for _ in range(VERSIONS)]


def unchanged(bench):
    """Builds of a large site in which nothing has changed."""
    count = QUICK_UNCHANGED_PAGES if bench.options.quick else UNCHANGED_PAGES
    site = WatchBench(bench, bench.media[0], count)
    try:
        site.prepare(compression="off", has_notes=False)
        say(f"start: builds without a change at {count:,} pages")
        found = []
        for _ in range(UNCHANGED_BUILDS):
            result, outcome = site.build()
            if outcome != "unchanged":
                raise measure.RunFailed(f"a build without a change says '{outcome}'")
            found.append(result)
    finally:
        site.close()
    return {"pages": count, "wall": [one.wall for one in found],
            "user": [one.user for one in found], "system": [one.system for one in found]}


def first_live_edits(bench):
    """From starting `watch` until an edit is live that was committed just before."""
    site = WatchBench(bench, bench.media[0], bench.options.pages)
    seconds = []
    try:
        site.prepare(has_notes=False)
        say(f"start: watch, until its first edit is live, {STARTS} times")
        for index in range(STARTS):
            page = bench.generator.page(site.chooser.randint(1, site.count))
            mark = f"first-{index:03d}-end"
            request = site.reader.request(page.route)
            site.editor.edit(EDIT, edited(page, mark), page.key)
            os.sync()
            start = time.perf_counter()
            site.start()
            seconds.append(site.wait(request, mark.encode(), start))
            site.stop_watch()
            site.watch = None
    finally:
        site.close()
    return {"pages": bench.options.pages, "wall": seconds}


def run(bench):
    """Measures everything on the first medium. Returns the figures, in seconds."""
    return {"version": versions(bench), "watch": first_live_edits(bench),
            "unchanged": unchanged(bench)}


def judge(figures):
    """The figures as lines: (what, value, whether its target is met or None)."""
    def row(what, seconds, target):
        middle = statistics.median(seconds) * 1000
        return (f"{what} (at most {target} ms)",
                f"{middle:.1f} ms ({min(seconds) * 1000:.1f} to {max(seconds) * 1000:.1f})",
                middle <= target)

    unchanged_, watch = figures["unchanged"], figures["watch"]
    processor = statistics.median(map(sum, zip(unchanged_["user"], unchanged_["system"]))) * 1000
    return [
        row("--version", figures["version"], VERSION_TARGET),
        row(f"a build without a change at {unchanged_['pages']:,} pages", unchanged_["wall"],
            UNCHANGED_TARGET),
        ("  its CPU time", f"{processor:.0f} ms", None),
        row(f"watch, from its start to its first live edit at {watch['pages']:,} pages",
            watch["wall"], LIVE_TARGET),
    ]


def print_figures(figures):
    """Prints the figures; returns whether every target is met."""
    return print_lines("starting; median (least to most)", judge(figures))
