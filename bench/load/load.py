"""Measures edits under load: a burst of them, and a small one that comes while a big one is at work.

Run it with `bench/run --load`; see bench/README.md for what is measured and how.
"""

import statistics
import threading
import time

import measure
from pages import generate
from report import duration, print_lines, say
from services import Editor
from watch.edits import EDIT, edited
from watch.watch import POLL_SECONDS, WatchBench

MEGABYTE = 1_000_000

# Edits, and the seconds in which they are committed.
BURST, QUICK_BURST = (10_000, 20), (1_000, 2)
WRITERS = 4  # Connections: one waits for each of its commits.
BACKLOG_TARGET = 2  # Seconds from the last commit until nothing is left to do.
SMALL_TARGET = 0.1  # Seconds of an edit that is made while a big change is at work.
SMALL_AFTER = 1.0  # Seconds from the big change's commit to the small one's.
LIMIT_SECONDS = 150  # No wait is longer; what takes longer is reported as not live.
SAMPLED_PAGES = 20  # Of a change of all pages, those that are looked at.
STATS = "<dl className=\"bench-stats\">"


class Writer(threading.Thread):
    """Makes its share of a burst, each edit at its time or as soon after it as it can."""

    def __init__(self, editor, jobs, start):
        super().__init__()
        self.editor = editor
        self.jobs = jobs  # (seconds after the start, content, key of the page)
        self.start_time = start
        self.latest = 0.0
        self.last = start
        self.failure = None

    def run(self):
        try:
            for due, content, key in self.jobs:
                rest = self.start_time + due - time.perf_counter()
                if rest > 0:
                    time.sleep(rest)
                self.editor.change(EDIT, content, key)  # A transaction of its own.
                self.last = time.perf_counter()
                self.latest = max(self.latest, self.last - self.start_time - due)
        except measure.RunFailed as failure:
            self.failure = failure


class LoadBench(WatchBench):
    """A site under watch, and the loads on it."""

    def pending(self):
        return int(self.editor.value(
            "SELECT count(*) FROM robbieblocks_change_triggers WHERE processed_at IS NULL"))

    def wait_until_quiet(self):
        deadline = time.monotonic() + LIMIT_SECONDS
        while self.pending():
            if time.monotonic() > deadline:
                self.watch.fail("edits stay pending")
            time.sleep(0.02)

    def wait_for_all(self, waits, limit=LIMIT_SECONDS):
        """Waits for several changes at once.

        `waits` has (requests, mark, since) by name. Returns the seconds of each; None when it was
        not live after `limit` seconds.
        """
        found = dict.fromkeys(waits)
        left = {name: list(requests) for name, (requests, _, _) in waits.items()}
        deadline = time.perf_counter() + limit
        while left and time.perf_counter() < deadline:
            for name in list(left):
                _, mark, since = waits[name]
                # In order: a page that was seen to be new is not asked for again.
                while left[name] and mark.encode() in self.reader.read(left[name][0])[1]:
                    left[name].pop(0)
                if not left[name]:
                    found[name] = time.perf_counter() - since
                    del left[name]
            time.sleep(POLL_SECONDS)
        self.watch.check()
        return found

    def burst(self, count, seconds):
        """Many edits, each its own transaction, and how long until the last is live."""
        say(f"load: {count:,} edits in {seconds} s")
        generator = self.bench.generator
        url = self.bench.server.url(self.database)
        pages = [generator.page(self.chooser.randint(1, self.count)) for _ in range(count)]
        jobs = [(index * seconds / count, edited(page, f"burst-{index:06d}-end"), page.key)
                for index, page in enumerate(pages)]
        editors = [Editor(url) for _ in range(WRITERS)]
        try:
            start = time.perf_counter()
            writers = [Writer(editor, jobs[index::WRITERS], start)
                       for index, editor in enumerate(editors)]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
            for writer in writers:
                if writer.failure:
                    raise writer.failure
        finally:
            for editor in editors:
                editor.close()
        last = max(writer.last for writer in writers)
        # The last edit of each page is what stays; the last of all stands for them.
        live = self.wait_for_all({"last": (
            [self.reader.request(pages[-1].route)], f"burst-{count - 1:06d}-end", last)})["last"]
        drained = None
        deadline = time.perf_counter() + LIMIT_SECONDS
        while drained is None and time.perf_counter() < deadline:
            if self.pending() == 0:
                drained = time.perf_counter() - last
            else:
                time.sleep(0.02)
        return {"edits": count, "wanted_seconds": seconds, "seconds": last - start, "last": live,
                "behind": max(writer.latest for writer in writers), "drained": drained,
                "memory": self.watch.memory()}

    def beside(self, name, statement, value, mark):
        """A change of every page, and an edit of one page a second later."""
        say(f"load: {name}, and one page {SMALL_AFTER:g} s later")
        generator = self.bench.generator
        step = max(1, self.count // SAMPLED_PAGES)
        requests = [self.reader.request(generator.page(number).route)
                    for number in range(1, self.count + 1, step)]
        page = generator.page(self.count // 2)
        big = (requests, mark, self.editor.edit(statement, value))
        found = self.wait_for_all({"big": big}, SMALL_AFTER)
        time.sleep(max(0, big[2] + SMALL_AFTER - time.perf_counter()))
        small = self.editor.edit(EDIT, edited(page, f"small-{mark}"), page.key)
        waits = {"small": ([self.reader.request(page.route)], f"small-{mark}", small)}
        if found["big"] is None:
            waits["big"] = big
        found |= self.wait_for_all(waits)
        self.wait_until_quiet()
        return found

    def component(self):
        with open(generate.component("bench-stats"), encoding="utf-8") as file:
            code = file.read()
        mark = "bench-stats-of-all"
        return self.beside(
            "a component of all pages",
            "UPDATE robbieblocks_components SET react_code = $1"
            " WHERE component_key = 'bench-stats'",
            code.replace(STATS, STATS.replace("bench-stats", f"bench-stats {mark}")), mark)

    def menu(self):
        return self.beside(
            "a label in the menu of all pages",
            "UPDATE robbieblocks_pages SET metadata = metadata || jsonb_build_object('menu',"
            f" $1::text) WHERE page_key = '{self.bench.generator.page(1).key}'",
            "Study of all", "Study of all")


def run(bench):
    """Measures everything on the first medium. Returns the figures, in seconds and bytes."""
    figures = {"pages": bench.options.pages}
    one = LoadBench(bench, bench.media[0], bench.options.pages)
    try:
        one.prepare(has_notes=False)
        one.start()
        one.warm_up()
        one.wait_until_quiet()
        figures["alone"] = statistics.median(one.edits(50, "alone"))
        figures["burst"] = one.burst(*(QUICK_BURST if bench.options.quick else BURST))
        figures["component"] = one.component()
        figures["menu"] = one.menu()
        one.stop_watch()
    finally:
        one.close()
    return figures


def judge(figures):
    """The figures as lines: (what, value, whether its target is met or None)."""
    burst = figures["burst"]
    lines = [
        ("an edit alone, p50", took(figures["alone"]), None),
        (f"{burst['edits']:,} edits, wanted in {burst['wanted_seconds']} s, committed in",
         took(burst["seconds"]), None),
        ("from the last commit until it is live", took(burst["last"]), None),
        (f"until nothing is pending (at most {BACKLOG_TARGET} s)", took(burst["drained"]),
         (burst["drained"] or LIMIT_SECONDS) <= BACKLOG_TARGET),
        ("memory of watch and its workers afterwards", f"{burst['memory'] / MEGABYTE:.0f} MB", None),
    ]
    for name, words in (("component", "a component of all pages"), ("menu", "a menu label")):
        one = figures[name]
        lines += [
            (f"{words}, until all pages are live", took(one["big"]), None),
            (f"  one page, committed {SMALL_AFTER:g} s later"
             f" (at most {SMALL_TARGET * 1000:.0f} ms)", took(one["small"]),
             (one["small"] or LIMIT_SECONDS) <= SMALL_TARGET)]
    return lines


def took(seconds):
    return duration(seconds, LIMIT_SECONDS)


def print_figures(figures):
    """Prints the figures; returns whether every target is met."""
    return print_lines(f"edits under load at {figures['pages']:,} pages", judge(figures))
