"""Measures many nodes: `build --all`, and one `watch --all`.

Run it with `bench/run --nodes`; see bench/README.md for what is measured and how.
"""

import os
import statistics
import threading
import time

import measure
from bench import ROOT
from report import duration, percentile, print_lines, say
from services import Editor, Service
from watch.edits import EDIT, edited
from watch.watch import POLL_SECONDS

MEGABYTE = 1_000_000

NODES, QUICK_NODES = 300, 20
OWN_PAGES, SHARED_PAGES = 6, 24  # Of each node, and of all of them.
EDITS = 30
TOKEN_EDITS, SHARED_EDITS = 3, 3
LIMIT_SECONDS = 150  # No wait is longer; what takes longer is reported as such.
SAMPLE_SECONDS = 0.25
BUILD_TARGET, READY_TARGET, TOKEN_TARGET = 60, 60, 3  # Seconds.
MEMORY_TARGET = 300 * MEGABYTE
CONNECTIONS_TARGET = 8


class Observer(threading.Thread):
    """Notes the most memory, connections and workers of a `watch`, rarely enough to cost little."""

    def __init__(self, service, url, database):
        super().__init__(daemon=True)
        self.service = service
        self.connection = Editor(url)
        self.query = ("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                      f" '{database}' AND pid <> pg_backend_pid()"
                      " AND application_name NOT LIKE 'bench%'")
        self.memory = self.connections = self.workers = 0
        self.ended = threading.Event()

    def run(self):
        while not self.ended.is_set():
            start = time.monotonic()
            tree = measure.tree(self.service.process.pid)
            self.memory = max(self.memory, sum(map(measure.proportional_set_size, tree)))
            self.workers = max(self.workers, sum(
                "robbieblocks-worker" in measure.name(pid) for pid in tree))
            self.connections = max(self.connections, int(self.connection.value(self.query)))
            took = time.monotonic() - start
            self.ended.wait(max(SAMPLE_SECONDS, measure.SAMPLE_REST * took))

    def close(self):
        self.ended.set()
        self.join()
        self.connection.close()


class ManyNodes:
    """A database with many nodes, and the folder of their sites."""

    def __init__(self, bench, count):
        self.bench = bench
        self.names = [f"node-{number:03d}" for number in range(1, count + 1)]
        self.rows = bench.load(SHARED_PAGES + count * OWN_PAGES, self.names, SHARED_PAGES)
        self.watch = self.editor = None

    def command(self, verb, output, *more):
        return [self.bench.options.program, verb, "--all", "--output", output, "--json", *more]

    def build(self):
        """Builds all nodes into a new folder. Returns its figures; None as wall when too slow."""
        say(f"nodes: build --all of {len(self.names)}")
        database = self.bench.copy(self.rows)
        output = os.path.join(self.bench.media[0].folder, "nodes-built")
        os.sync()
        try:
            result = measure.run(
                self.command("build", output), os.path.join(self.bench.work, "nodes-build.log"),
                environment=self.bench.environment(database), folder=ROOT, timeout=LIMIT_SECONDS)
        except measure.TooSlow:
            return {"wall": None, "built": sum(self.is_live(output, name) for name in self.names)}
        return {"wall": result.wall, "user": result.user, "system": result.system,
                "built": sum(self.is_live(output, name) for name in self.names)}

    @staticmethod
    def is_live(output, name):
        return os.path.exists(os.path.join(output, name, "current"))

    def start(self):
        """Starts `watch --all` on an empty folder and waits until every node is live."""
        say(f"nodes: watch --all of {len(self.names)}")
        self.database = self.bench.copy(self.rows)
        # Named, so that the bench's own connections are not counted.
        self.url = self.bench.server.url(self.database) + "&application_name=bench"
        self.output = os.path.join(self.bench.media[0].folder, "nodes-watched")
        self.editor = Editor(self.url)
        os.sync()
        start = time.perf_counter()
        self.watch = Service(
            self.command("watch", self.output), os.path.join(self.bench.work, "nodes-watch.log"),
            self.bench.environment(self.database), ROOT)
        observer = Observer(self.watch, self.url, self.database)
        observer.start()
        left = list(self.names)
        try:
            while left and time.perf_counter() - start < LIMIT_SECONDS:
                left = [name for name in left if not self.is_live(self.output, name)]
                self.watch.check()
                time.sleep(0.05)
            ready = None if left else time.perf_counter() - start
        finally:
            observer.close()
        return {"ready": ready, "live": len(self.names) - len(left), "memory": observer.memory,
                "connections": observer.connections, "workers": observer.workers}

    def wait(self, paths, mark, since):
        """Reads files until all have a mark. Returns the seconds, None after LIMIT_SECONDS."""
        left = list(paths)
        while left:
            while left:
                with open(left[-1], "rb") as file:
                    if mark.encode() not in file.read():
                        break
                left.pop()
            now = time.perf_counter()
            if left and now - since > LIMIT_SECONDS:
                return None
            if left:
                self.watch.check()
                time.sleep(POLL_SECONDS)
        return now - since

    def edit(self, number, mark):
        """An edit of a page. Returns the seconds until every node that has it shows the mark."""
        page = self.bench.generator.page(number)
        own = number - 1 - SHARED_PAGES
        names = [self.names[own % len(self.names)]] if own >= 0 else self.names
        since = self.editor.edit(EDIT, edited(page, mark), page.key)
        return self.wait([os.path.join(self.output, name, "current", page.route.strip("/"),
                                       "index.html") for name in names], mark, since)

    def edits(self):
        """Edits of pages of other nodes each time, of one node's, and of pages of all nodes."""
        say(f"nodes: {EDITS} edits of other nodes, and of one, and of all")
        step = max(1, len(self.names) // EDITS)
        first = 1 + SHARED_PAGES
        found = {"others": [], "same": [], "shared": []}
        for index in range(EDITS):
            number = first + index * step % (len(self.names) * OWN_PAGES)
            found["others"].append(self.edit(number, f"other-{index:03d}-end"))
            time.sleep(0.1)
        for index in range(EDITS):
            found["same"].append(self.edit(first, f"same-{index:03d}-end"))
            time.sleep(0.1)
        for index in range(SHARED_EDITS):
            found["shared"].append(self.edit(SHARED_PAGES, f"shared-{index:03d}-end"))
            time.sleep(1)
        return found

    def tokens(self):
        say("nodes: edits of a token of all")
        seconds = []
        paths = [os.path.join(self.output, name, "current", "assets", "site.css")
                 for name in self.names]
        for index in range(TOKEN_EDITS):
            value = f"0.7{index:03d}1rem"
            since = self.editor.edit(
                "UPDATE robbieblocks_style_tokens SET default_value = $1"
                " WHERE token_key = 'font.size.xs'", value)
            seconds.append(self.wait(paths, value, since))
            time.sleep(1)
        return seconds

    def close(self):
        if self.editor:
            self.editor.close()
        if self.watch:
            self.watch.stop()


def run(bench):
    """Measures everything on the first medium. Returns the figures, in seconds and bytes."""
    many = ManyNodes(bench, QUICK_NODES if bench.options.quick else NODES)
    figures = {"nodes": len(many.names), "own_pages": OWN_PAGES, "shared_pages": SHARED_PAGES}
    try:
        figures["build"] = many.build()
        figures["watch"] = many.start()
        if figures["watch"]["ready"]:
            time.sleep(2)
            figures["resting"] = many.watch.memory()
            figures |= many.edits()
            figures["token"] = many.tokens()
            figures["after"] = many.watch.memory()
    finally:
        many.close()
    return figures


def judge(figures):
    """The figures as lines: (what, value, whether its target is met or None)."""
    def bounded(seconds):
        return [LIMIT_SECONDS if one is None else one for one in seconds]

    def middle(seconds):
        return statistics.median(bounded(seconds))

    build, watch = figures["build"], figures["watch"]
    workers = 2 * os.cpu_count()

    def within(value, target):
        return value is not None and value <= target

    lines = [
        (f"build --all (at most {BUILD_TARGET} s)", took(build["wall"])
         + ("" if build["built"] == figures["nodes"] else f", {build['built']} built"),
         within(build["wall"], BUILD_TARGET)),
        (f"watch --all, until every node is live (at most {READY_TARGET} s)", took(watch["ready"])
         + ("" if watch["ready"] else f", {watch['live']} live"),
         within(watch["ready"], READY_TARGET)),
        (f"  most memory meanwhile (at most {MEMORY_TARGET // MEGABYTE} MB)",
         f"{watch['memory'] / MEGABYTE:.0f} MB", watch["memory"] <= MEMORY_TARGET),
        (f"  most connections (at most {CONNECTIONS_TARGET})", str(watch["connections"]),
         watch["connections"] <= CONNECTIONS_TARGET),
        (f"  most workers (at most {workers})", str(watch["workers"]), watch["workers"] <= workers),
    ]
    if "others" in figures:
        lines += [
            ("an edit of a node that was not edited before, p50", took(middle(figures["others"])),
             None),
            ("  the slowest", took(max(bounded(figures["others"]))), None),
            ("an edit of the node that was edited last, p50", took(middle(figures["same"])), None),
            ("  p99", took(percentile(bounded(figures["same"]), 0.99)), None),
            ("an edit of a page of all nodes, until all have it", took(middle(figures["shared"])),
             None),
            (f"a token, until all nodes have it (at most {TOKEN_TARGET} s)",
             took(middle(figures["token"])), within(middle(figures["token"]), TOKEN_TARGET)),
            (f"memory after all of these (at most {MEMORY_TARGET // MEGABYTE} MB)",
             f"{figures['after'] / MEGABYTE:.0f} MB", figures["after"] <= MEMORY_TARGET),
        ]
    return lines


def took(seconds):
    return duration(seconds, LIMIT_SECONDS)


def print_figures(figures):
    """Prints the figures; returns whether every target is met."""
    return print_lines(size(figures), judge(figures))


def size(figures):
    return (f"{figures['nodes']} nodes with {figures['own_pages']} pages of their own, and"
            f" {figures['shared_pages']} of all")
