"""Measures cold builds of the same pages by RobbieBlocks, by Hugo and by a loop that only writes.

Run it with `bench/run --cold`; see bench/README.md for what is measured and how.
"""

import os
import shutil
import statistics
import subprocess

import measure
from bench import PLACES, ROOT
from pages import generate
from report import say, spread, verdict

HERE = os.path.dirname(os.path.abspath(__file__))
MEGABYTE = 1_000_000

# Our wall time divided by that of Hugo without highlighting, lean or not.
RATIO_TARGETS = {"disk": 0.25, "memory": 0.20}
FLOOR_TARGET = 1.6  # Our wall time, divided by that of the floor plus CPU time by cores.
MEMORY_TARGET = 6  # Hugo's memory is at least this many times ours.
COMPRESSED_TARGET = 2  # Times the wall time without compression.
LINEAR_PAGES, LINEAR_QUICK_PAGES = (1_000, 10_000, 100_000), (500, 1_000, 5_000)
LINEAR_MEMORY_TARGET = 350 * MEGABYTE
COMPRESSED_RUNS = 2
AS_INSTALLED_RUNS = 3
MEMORY_RUNS = 2

OURS, COMPRESSED = "robbieblocks", "robbieblocks compressed"
LEAN, PLAIN, INSTALLED = "hugo, lean", "hugo, no highlighting", "hugo"
FLOOR, DURABLE = "floor", "floor, durable"


class Contender:
    """A command that fills a folder, on one medium."""

    count = 0

    def __init__(self, name, command, bench, medium, pages, within="", folder=None,
                 environment=None, limit=None):
        Contender.count += 1
        self.name = name
        self.pages = pages
        self.within = within
        self.command = command
        self.folder = folder
        self.environment = environment
        self.limit = limit
        self.medium = medium
        self.outputs = os.path.join(medium.folder, f"output-{Contender.count}")
        self.output = None
        self.log = os.path.join(bench.work, f"{name.replace(' ', '-')}-{Contender.count}.log")
        self.timed, self.sampled, self.server_cpu = [], [], []

    def run(self, bench, sample=False, check=None):
        """One cold run, into a new folder, with nothing left to write from before.

        On a disk, earlier output stays until the end: for minutes ext4 searches past every inode
        that was just deleted, and writing 10,000 files then takes 14 s instead of 0.7 s. In memory
        it is removed at once, because it takes the memory of those that follow.
        """
        self.output = f"{self.outputs}-{len(self.timed) + len(self.sampled)}"
        os.sync()
        server = bench.server
        before = server.cpu() if server else 0
        result = measure.run(
            [word.replace("{output}", self.output) for word in self.command], self.log,
            environment=self.environment, folder=self.folder, timeout=bench.options.timeout,
            sample=sample)
        if sample:
            self.sampled.append(result)
        else:
            self.timed.append(result)
            self.server_cpu.append(server.cpu() - before if server else 0)
        if check:
            check(self)
        if self.medium.is_memory:
            shutil.rmtree(self.output)

    @property
    def site(self):
        """Where the last run put its pages."""
        return os.path.realpath(os.path.join(self.output, self.within))

    def figures(self):
        return {
            "wall": [round(one.wall, 4) for one in self.timed],
            "user": [round(one.user, 3) for one in self.timed],
            "system": [round(one.system, 3) for one in self.timed],
            "others": [max(0, round(one.others - database, 2))
                       for one, database in zip(self.timed, self.server_cpu)],
            "database_cpu": [round(seconds, 2) for seconds in self.server_cpu],
            "peak": [one.peak for one in self.sampled],
            "sampled_wall": [round(one.wall, 4) for one in self.sampled],
        }


class ColdBuilds:
    """The contenders on each medium."""

    def __init__(self, bench):
        self.bench = bench
        self.options = bench.options
        self.listing = os.path.join(bench.work, "floor.list")

    def ours(self, medium, count, compression="off", limit=None):
        bench = self.bench
        database = bench.load(count)
        return Contender(
            OURS if compression == "off" else COMPRESSED,
            [self.options.program, "build", "--node", generate.NODE, "--output", "{output}",
             "--compression", compression, "--json"],
            bench, medium, count, within=f"{generate.NODE}/current", folder=ROOT,
            environment=bench.environment(database), limit=limit)

    def hugo(self, medium, count):
        site = os.path.join(self.bench.work, "hugo")
        if not os.path.exists(site):
            write_hugo(self.bench, site, count)
        call = ["hugo", "--quiet", "--source", site, "--destination", "{output}",
                "--cacheDir", os.path.join(self.bench.work, "hugo-cache")]
        return [
            Contender(LEAN, call, self.bench, medium, count),
            Contender(PLAIN, call + ["--config", os.path.join(site, "plain.toml")], self.bench,
                      medium, count),
            Contender(INSTALLED, call + ["--config", os.path.join(site, "as-installed.toml")],
                      self.bench, medium, count, limit=min(AS_INSTALLED_RUNS, self.options.runs)),
        ]

    def floors(self, medium):
        """The plain loop, and the same one that ends when everything is on the medium."""
        program = os.path.join(self.bench.work, "floor")
        if not os.path.exists(program):
            subprocess.run(["gcc", "-O2", "-o", program, os.path.join(HERE, "floor.c")], check=True)
        return [Contender(FLOOR, [program, self.listing, "{output}"], self.bench, medium,
                          self.options.pages),
                Contender(DURABLE, [program, self.listing, "{output}", "--durable"], self.bench,
                          medium, self.options.pages)]

    def note_files(self, tree):
        """Writes the list of files for the floor, once: those of the first site that was built."""
        if os.path.exists(self.listing):
            return
        with open(self.listing, "w", encoding="utf-8") as file:
            for folder, folders, names in os.walk(tree):
                folders.sort()
                for name in sorted(names):
                    path = os.path.join(folder, name)
                    if os.path.islink(path):  # The marker of the tree holds no bytes.
                        continue
                    file.write(f"{os.path.getsize(path)} {os.path.relpath(path, tree)}\n")

    def check_site(self, contender):
        """Checks that every page is there, and that a few of them say what they should."""
        tree, count = contender.site, contender.pages
        for page in self.bench.pages(count):
            path = os.path.join(tree, page.route.strip("/"), "index.html")
            if not os.path.exists(path) or os.path.getsize(path) < 4000:
                raise measure.RunFailed(
                    f"{path} is missing or too small; {contender.name} says:\n"
                    + measure.tail(contender.log))
            if page.number % max(1, count // 20) == 0:
                with open(path, encoding="utf-8") as file:
                    html = file.read()
                wanted = [page.title, page.hero["lead"], page.stats["items"][3]["value"],
                          "<table>", "<code class=\"language-swift\"", "https://example.com/imprint",
                          "Study 5"]
                for text in wanted:
                    if text not in html:
                        raise measure.RunFailed(f"{path} does not contain {text!r}")
        self.note_files(tree)

    def compare(self, medium):
        """All contenders in turn on one medium."""
        options = self.options
        contenders = []
        if "robbieblocks" in options.only:
            contenders.append(self.ours(medium, options.pages))
            contenders.append(self.ours(
                medium, options.pages, "on", limit=min(COMPRESSED_RUNS, options.runs)))
        if "hugo" in options.only:
            contenders += self.hugo(medium, options.pages)
        for turn in range(min(MEMORY_RUNS, options.runs)):
            for contender in contenders:
                if turn and contender.limit:
                    continue
                say(f"{medium.name}: memory, {turn + 1}: {contender.name}")
                contender.run(self.bench, sample=True, check=None if turn else self.check_site)
        if "floor" in options.only:
            contenders += self.floors(medium)
        for turn in range(options.runs):
            for contender in contenders:
                if contender.limit is None or turn < contender.limit:
                    say(f"{medium.name}: time, {turn + 1}: {contender.name}")
                    contender.run(self.bench)
        return contenders


def write_hugo(bench, site, count):
    """Writes the Hugo site, with two more configurations.

    One has feeds, lists and a sitemap, which Hugo makes when nothing is set, and the other has
    highlighting, too.
    """
    say(f"writing {count:,} pages for Hugo")
    generate.write_hugo(site, bench.pages(count))
    with open(os.path.join(site, "hugo.toml"), encoding="utf-8") as file:
        lean = file.read()
    for name, left_out in (("plain", ("disableKinds",)),
                           ("as-installed", ("disableKinds", "[markup.highlight]", "codeFences"))):
        with open(os.path.join(site, name + ".toml"), "w", encoding="utf-8") as file:
            file.write("".join(line for line in lean.splitlines(keepends=True)
                               if not line.startswith(left_out)))


def run(bench):
    """Compares the contenders on each medium. Returns their figures by medium and name."""
    builds = ColdBuilds(bench)
    return {medium.name: {one.name: one.figures() for one in builds.compare(medium)}
            for medium in bench.media}


def linear(bench):
    """Our time and memory as the site grows, on the first medium."""
    builds = ColdBuilds(bench)
    figures = {}
    for count in LINEAR_QUICK_PAGES if bench.options.quick else LINEAR_PAGES:
        contender = builds.ours(bench.media[0], count)
        say(f"building {count:,} pages")
        contender.run(bench, sample=True, check=builds.check_site)
        for _ in range(min(2, bench.options.runs)):
            contender.run(bench)
        figures[str(count)] = contender.figures()
        bench.drop(bench.load(count))
    return figures


def judge(contenders, medium, cores):
    """What follows from the figures of one medium: (text, whether a target is met or None)."""
    def wall(name):
        return statistics.median(contenders[name]["wall"])

    def cpu(name):
        one = contenders[name]
        return statistics.median(map(sum, zip(one["user"], one["system"])))

    lines = []
    for name in (LEAN, PLAIN):
        if {OURS, name} <= contenders.keys():
            target, ratio = RATIO_TARGETS[medium], wall(OURS) / wall(name)
            lines.append((f"wall time beside '{name}': {ratio:.2f} (at most {target})",
                          ratio <= target))
    if {OURS, LEAN} <= contenders.keys():
        more = (statistics.median(contenders[LEAN]["peak"])
                / statistics.median(contenders[OURS]["peak"]))
        lines.append((f"memory beside '{LEAN}': 1/{more:.1f} (at most 1/{MEMORY_TARGET})",
                      more >= MEMORY_TARGET))
    if {OURS, INSTALLED} <= contenders.keys():
        ratio = wall(OURS) / wall(INSTALLED)
        lines.append((f"wall time beside '{INSTALLED}', as installed: {ratio:.2f}", None))
    if {OURS, FLOOR} <= contenders.keys():
        bound = wall(FLOOR) + cpu(OURS) / cores
        ratio = wall(OURS) / bound
        line = f"wall time: {ratio:.2f} times floor plus own CPU time by cores, {bound:.2f} s"
        # Only a disk has a target: in memory the bound is all there is.
        lines.append((line + f" (at most {FLOOR_TARGET})", ratio <= FLOOR_TARGET)
                     if medium == "disk" else (line, None))
    if {OURS, COMPRESSED} <= contenders.keys():
        ratio = wall(COMPRESSED) / wall(OURS)
        lines.append((f"compressed: {ratio:.2f} times the wall time without"
                      f" (at most {COMPRESSED_TARGET})", ratio <= COMPRESSED_TARGET))
    return lines


def print_comparison(options, figures):
    """Prints a table for each medium and what follows; returns whether every target is met."""
    good = True
    for medium, contenders in figures.items():
        print(f"\n{PLACES[medium]}: {options.pages:,} pages, {options.runs} cold runs in turn, "
              f"{os.cpu_count()} cores; median (least to most)\n")
        print(f"{'':24}{'wall, s':>24}{'user, s':>24}{'system, s':>24}{'peak PSS, MB':>22}"
              f"{'others, s':>12}"
              f"{'database CPU, s':>17}")
        for name, one in contenders.items():
            line = f"{name:24}" + "".join(
                f"{spread(one[key], '{:.2f}'):>24}" for key in ("wall", "user", "system"))
            peaks = [peak / MEGABYTE for peak in one["peak"]]
            line += f"{spread(peaks, '{:.0f}') if peaks else '':>22}"
            line += f"{statistics.median(one['others']):>12.2f}"
            if name.startswith(OURS):
                line += f"{statistics.median(one['database_cpu']):>17.2f}"
            print(line)
        print()
        for text, met in judge(contenders, medium, os.cpu_count()):
            good = good and met is not False
            print(text + ("" if met is None else f": {verdict(met)}"))
    return good


def print_linear(figures):
    """Prints how time and memory grow; returns whether the memory target is met."""
    print(f"\n{'pages':>10}{'wall, s':>26}{'ms a page':>12}{'peak PSS, MB':>18}")
    for count, one in figures.items():
        print(f"{int(count):>10,}{spread(one['wall'], '{:.2f}'):>26}"
              f"{statistics.median(one['wall']) / int(count) * 1000:>12.3f}"
              f"{one['peak'][0] / MEGABYTE:>18.0f}")
    good = one["peak"][0] < LINEAR_MEMORY_TARGET
    print(f"\nmemory at {int(count):,} pages: "
          f"(target under {LINEAR_MEMORY_TARGET // MEGABYTE} MB: {verdict(good)})")
    return good
