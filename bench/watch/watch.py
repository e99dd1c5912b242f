"""Measures how quickly a committed edit goes live with `robbieblocks watch` and `hugo --watch`.

Run it with `bench/run --watch`; see bench/README.md for what is measured and how.
"""

import json
import os
import random
import statistics
import subprocess
import time

import measure
from bench import PLACES, ROOT
from pages import generate
from report import percentile, say, spread, verdict
from services import Editor, PATIENCE_SECONDS, Reader, Service, free_port, start_nginx
from watch.budget import Budget, print_budget
from watch.edits import EDIT, edited

MEGABYTE = 1_000_000

EDIT_TARGETS = {  # Milliseconds, of a one-page edit.
    "disk": {"p50": 7, "p99": 20}, "memory": {"p50": 4, "p99": 10}}
BUDGET_EDITS = 100
SCALE_TARGET = 2  # Times the p50 of the smaller site.
SCALE_PAGES, SCALE_EDITS = 100_000, 200
TOKEN_TARGET = 20
COMPONENT_TARGET = 300
UNCHANGED_TARGET = 150
MEMORY_TARGET = 120 * MEGABYTE
GROWTH_TARGET = 5 * MEGABYTE
FLAT_EDITS = 10_000  # With fewer, a trend in the memory is not significant.

WARM_UP_EDITS = 20
TOKEN_EDITS, COMPONENT_EDITS, UNCHANGED_BUILDS, HUGO_EDITS = 20, 10, 10, 20
COMPONENT_PAGES = 100
# Requests without a pause would take a core from the measured programs. The pause adds at most itself.
POLL_SECONDS = 0.0002
# Between edits, so that none waits for the work that follows the previous release.
PAUSE_SECONDS = (0.02, 0.04)
NOTE = """export default function BenchNote() {
  return <p className="bench-note">%s</p>;
}
"""


class WatchBench:
    """One site under watch on one medium: its database, its output, nginx before it."""

    def __init__(self, bench, medium, count):
        self.bench = bench
        self.medium = medium
        self.count = count
        self.chooser = random.Random(f"edits {bench.options.seed}")
        self.memory, self.own_memory = [], []
        self.noted = []
        self.nginx = self.watch = self.reader = self.editor = self.database = None

    def prepare(self, compression="on", has_notes=True):
        """The rows, the first build, nginx."""
        bench = self.bench
        self.database = bench.copy(bench.load(self.count))
        self.compression = compression
        self.output = os.path.join(self.medium.folder, f"watch-{self.database}")
        self.environment = bench.environment(self.database)
        self.editor = Editor(bench.server.url(self.database))
        if has_notes:
            self.add_notes()
        say(f"watch: the first build of {self.count:,} pages {PLACES[self.medium.name]}")
        self.build()
        port = free_port()
        block = subprocess.run(
            [bench.options.program, "nginx", "--node", generate.NODE, "--domain", "localhost",
             "--output", self.output, "--listen", "127.0.0.1", "--port", str(port)],
            capture_output=True, text=True, timeout=30, check=True, cwd=ROOT).stdout
        self.nginx = start_nginx(bench.work, block, port)
        self.reader = Reader(port)

    def add_notes(self):
        """Puts a component on some pages."""
        step = max(1, self.count // COMPONENT_PAGES)
        self.noted = [min(self.count, 1 + step * index)
                      for index in range(min(self.count, COMPONENT_PAGES))]
        self.editor.edit(
            "INSERT INTO robbieblocks_components (component_key, component_name, component_type,"
            " react_code, is_published) VALUES ('bench-note', 'bench-note', 'ui', $1, true)",
            NOTE % "note-0")
        self.editor.edit(
            "INSERT INTO robbieblocks_page_blocks (page_id, component_id, block_order, zone, props)"
            " SELECT page.id, component.id, 4, 'main', '{}'"
            " FROM robbieblocks_pages AS page, robbieblocks_components AS component"
            " WHERE component.component_key = 'bench-note' AND page.page_key = ANY ($1::text[])",
            "{" + ",".join(self.bench.generator.page(number).key for number in self.noted) + "}")

    def build(self):
        """Runs a complete `build`. Returns its Measurement and the reported outcome."""
        log = os.path.join(self.bench.work, "watch-build.log")
        result = measure.run(
            [self.bench.options.program, "build", "--node", generate.NODE, "--output", self.output,
             "--compression", self.compression, "--json"], log, environment=self.environment,
            folder=ROOT, timeout=self.bench.options.timeout)
        with open(log, encoding="utf-8") as file:
            report = json.load(file)
        return result, (report[0] if isinstance(report, list) else report)["outcome"]

    def unchanged(self):
        """Returns the seconds of a `build` without changes."""
        say("watch: builds without a change")
        walls = []
        for _ in range(UNCHANGED_BUILDS):
            result, outcome = self.build()
            if outcome != "unchanged":
                raise measure.RunFailed(f"a build without a change says '{outcome}'")
            walls.append(result.wall)
        return walls

    def start(self):
        self.watch = Service(
            [self.bench.options.program, "watch", "--node", generate.NODE, "--output", self.output,
             "--compression", self.compression, "--json"],
            os.path.join(self.bench.work, f"watch-{self.database}.log"), self.environment, ROOT)

    def wait(self, request, mark, since, patience=PATIENCE_SECONDS):
        """Asks until the answer has `mark`. Returns the seconds since `since`."""
        deadline = since + patience
        while True:
            status, body = self.reader.read(request)
            now = time.perf_counter()
            if status != 200:
                self.watch.fail(f"nginx answered {status} to {request.split()[1].decode()}")
            if mark in body:
                return now - since
            if now > deadline:
                self.watch.check()
                self.watch.fail(f"an edit was not live after {patience:.0f} s")
            time.sleep(POLL_SECONDS)

    def edit_page(self, number, mark):
        page = self.bench.generator.page(number)
        request = self.reader.request(page.route)
        moment = self.editor.edit(EDIT, edited(page, mark), page.key)
        return self.wait(request, mark.encode(), moment)

    def pause(self):
        time.sleep(self.chooser.uniform(*PAUSE_SECONDS))

    def warm_up(self):
        say("watch: starting, and first edits")
        for index in range(WARM_UP_EDITS):
            self.edit_page(self.chooser.randint(1, self.count), f"warm-{index:06d}-up")
            self.pause()

    def edits(self, count, name="edit"):
        """Edits random pages one by one. Returns the seconds of each edit.

        Samples the memory between edits: `memory` and `own_memory` are the samples of the last
        call.
        """
        say(f"watch: {count:,} edits of one page")
        seconds, self.memory, self.own_memory = [], [], []
        for index in range(count):
            number = self.chooser.randint(1, self.count)
            seconds.append(self.edit_page(number, f"{name}-{index:06d}-end"))
            self.pause()
            if index % max(1, count // 200) == 0:
                self.memory.append(self.watch.memory())
                self.own_memory.append(self.watch.memory("Pss_Anon"))
        return seconds

    def tokens(self):
        """Edits a token. Returns the seconds of each edit, and how many files the last one changed."""
        say("watch: edits of a token")
        request = self.reader.request("/assets/site.css")
        seconds, changed = [], 0
        for index in range(TOKEN_EDITS):
            value = f"0.7{index:03d}1rem"
            before = self.files() if index == TOKEN_EDITS - 1 else None
            moment = self.editor.edit(
                "UPDATE robbieblocks_style_tokens SET default_value = $1"
                " WHERE token_key = 'font.size.xs'", value)
            seconds.append(self.wait(request, value.encode(), moment))
            if before is not None:
                after = self.files()
                changed = len({name.removesuffix(".gz").removesuffix(".br")
                               for name in before.keys() | after.keys()
                               if before.get(name) != after.get(name)})
            self.pause()
        return seconds, changed

    def files(self):
        """Returns an identity for the bytes of each served file."""
        found = {}
        root = os.path.realpath(os.path.join(self.output, generate.NODE, "current"))
        for folder, _, names in os.walk(root):
            for name in names:
                if not name.startswith("."):
                    path = os.path.join(folder, name)
                    status = os.stat(path)
                    found[os.path.relpath(path, root)] = (status.st_ino, status.st_mtime_ns)
        return found

    def components(self):
        """Edits a component on 100 pages. Returns the seconds of each edit until all are new."""
        say(f"watch: edits of a component of {len(self.noted)} pages")
        requests = [self.reader.request(self.bench.generator.page(number).route)
                    for number in self.noted]
        seconds = []
        for index in range(COMPONENT_EDITS):
            mark = f"note-{index + 1}-end"
            moment = self.editor.edit(
                "UPDATE robbieblocks_components SET react_code = $1"
                " WHERE component_key = 'bench-note'", NOTE % mark)
            seconds.append(self.wait(requests[-1], mark.encode(), moment))
            for request in requests:
                # All pages belong to one release: an edit is live on all of them at once.
                if mark.encode() not in self.reader.read(request)[1]:
                    self.watch.fail(f"{request.split()[1].decode()} is of an older release")
            self.pause()
        return seconds

    def answer(self):
        """Returns the seconds of one response of nginx, which every figure above includes."""
        request = self.reader.request(self.bench.generator.page(1).route)
        seconds = []
        for _ in range(200):
            start = time.perf_counter()
            self.reader.read(request)
            seconds.append(time.perf_counter() - start)
        return seconds

    def stop_watch(self):
        code = self.watch.stop()
        if code != 0:
            self.watch.fail(f"watch ended with {code} instead of 0 when it was asked to stop")

    def close(self):
        for one in (self.reader, self.editor):
            if one:
                one.close()
        for one in (self.watch, self.nginx):
            if one:
                one.stop()


def hugo_edits(bench, count):
    """Returns the seconds from writing a content file to the page made by `hugo --watch`."""
    site, output = (os.path.join(bench.work, name) for name in ("hugo-watch", "hugo-watched"))
    generate.write_hugo(site, bench.pages(count))
    say("watch: the first build of hugo --watch")
    hugo = Service(
        ["hugo", "--watch", "--source", site, "--destination", output, "--cacheDir",
         os.path.join(bench.work, "hugo-cache")], os.path.join(bench.work, "hugo-watch.log"))
    try:
        deadline = time.monotonic() + bench.options.timeout
        while "Press Ctrl+C" not in measure.tail(hugo.log):
            hugo.check()
            if time.monotonic() > deadline:
                hugo.fail("hugo --watch does not start")
            time.sleep(0.05)
        chooser = random.Random(f"edits {bench.options.seed}")
        seconds = []
        say(f"watch: Hugo's own, {HUGO_EDITS} edits")
        for index in range(HUGO_EDITS + 2):
            page = bench.generator.page(chooser.randint(1, count))
            mark = f"edit-{index:06d}-end"
            path = os.path.join(output, page.route.strip("/"), "index.html")
            source = os.path.join(site, "content", "studies", f"s{page.number:06d}.md")
            with open(source, "a", encoding="utf-8") as file:
                file.write(f"\nThis is {mark} here.\n")
            start = time.perf_counter()
            while True:
                with open(path, "rb") as file:
                    if mark.encode() in file.read():
                        break
                if time.perf_counter() > start + PATIENCE_SECONDS:
                    hugo.fail(f"an edit was not live after {PATIENCE_SECONDS:.0f} s")
                time.sleep(POLL_SECONDS)
            if index >= 2:
                seconds.append(time.perf_counter() - start)
            time.sleep(0.2)
        return seconds
    finally:
        hugo.stop()


def run(bench):
    """Measures everything on each medium. Returns the figures by medium, in seconds and bytes."""
    found = {}
    for medium in bench.media:
        one = WatchBench(bench, medium, bench.options.pages)
        try:
            found[medium.name] = measure_site(one, is_whole=medium is bench.media[0])
        finally:
            one.close()
    first = found[bench.media[0].name]
    if not bench.options.quick:
        large = WatchBench(bench, bench.media[0], SCALE_PAGES)
        try:
            large.prepare()
            large.start()
            large.warm_up()
            first["scale"] = large.edits(SCALE_EDITS)
            first["scale_memory"] = large.memory
            large.stop_watch()
        finally:
            large.close()
    if "hugo" in bench.options.only:
        first["hugo"] = hugo_edits(bench, bench.options.pages)
    return found


def measure_site(one, is_whole):
    """The figures of one site; what does not depend on the medium only when it `is_whole`."""
    options = one.bench.options
    figures = {"pages": options.pages}
    one.prepare()
    if is_whole:
        figures["unchanged"] = one.unchanged()
    one.start()
    one.warm_up()
    figures["edits"] = one.edits(options.edits)
    figures["memory"] = one.memory
    figures["token"], figures["token_files"] = one.tokens()
    figures["component"] = one.components()
    figures["answer"] = one.answer()
    budget = Budget(one)
    budget.edit(min(BUDGET_EDITS, options.edits))
    if is_whole and not options.quick:
        figures["many"] = one.edits(FLAT_EDITS, "many")
        figures["memory"] = figures["memory"] + one.memory
        figures["own_memory"] = one.own_memory
    one.stop_watch()
    figures["budget"] = budget.figures()
    return figures


def print_figures(options, found):
    """Prints a table for each medium; returns whether every target is met."""
    results = [print_medium(medium, figures) for medium, figures in found.items()]
    return all(results)


def print_medium(medium, figures):
    rows, good = [], True

    def row(name, seconds, **targets):
        nonlocal good
        milliseconds = [one * 1000 for one in seconds]
        values = {"p50": percentile(milliseconds, 0.5), "p90": percentile(milliseconds, 0.9),
                  "p99": percentile(milliseconds, 0.99), "most": max(milliseconds)}
        said = []
        for key, target in targets.items():
            met = values[key] <= target
            good = good and met
            said.append(f"{key} at most {target:g}: {verdict(met)}")
        rows.append(f"{name:30}{len(seconds):>7,}" + f"{min(milliseconds):>9.1f}"
                    + "".join(f"{value:>9.1f}" for value in values.values())
                    + "  " + ", ".join(said))
        return values["p50"]

    median = row("content of one page", figures["edits"], **EDIT_TARGETS[medium])
    if "scale" in figures:
        row(f"the same at {SCALE_PAGES:,} pages", figures["scale"],
            p50=round(SCALE_TARGET * median, 1))
    if "many" in figures:
        row("after all of these", figures["many"])
    row("a token", figures["token"], p50=TOKEN_TARGET)
    row(f"a component of {COMPONENT_PAGES} pages", figures["component"], p50=COMPONENT_TARGET)
    if "hugo" in figures:
        row("hugo --watch, to the file", figures["hugo"])
    if "unchanged" in figures:
        row("build without a change", figures["unchanged"], p50=UNCHANGED_TARGET)
    row("(one answer of nginx)", figures["answer"])
    print(f"\n{PLACES[medium]}, edits at {figures['pages']:,} pages: from COMMIT to the new bytes "
          "from nginx, in ms\n")
    print(f"{'':30}{'n':>7}{'least':>9}{'p50':>9}{'p90':>9}{'p99':>9}{'most':>9}")
    print("\n".join(rows))

    print_budget(figures["budget"])
    met = figures["token_files"] == 1
    good = good and met
    print(f"\na token edit changes {figures['token_files']} file (target 1: {verdict(met)})")
    memory = figures["memory"]
    met = max(memory) <= MEMORY_TARGET
    good = good and met
    print(f"memory of watch with its workers, MB: "
          f"{spread([one / MEGABYTE for one in memory], '{:.0f}')} "
          f"(target at most {MEMORY_TARGET // MEGABYTE}: {verdict(met)})")
    if "own_memory" in figures:
        own = figures["own_memory"]
        tenth = max(1, len(own) // 10)
        growth = statistics.mean(own[-tenth:]) - statistics.mean(own[tenth:2 * tenth])
        met = growth <= GROWTH_TARGET
        good = good and met
        print(f"of it without files, from the second to the last tenth of {FLAT_EDITS:,} edits: "
              f"{growth / MEGABYTE:+.1f} MB (target at most {GROWTH_TARGET // MEGABYTE}: "
              f"{verdict(met)})")
    if "scale_memory" in figures:
        print(f"at {SCALE_PAGES:,} pages, MB: "
              f"{spread([one / MEGABYTE for one in figures['scale_memory']], '{:.0f}')}")
    return good
