"""The budget of one edit: which step takes how long, from the UPDATE to its acknowledgement.

Part of `bench/run --watch`; see bench/README.md for what each step is.
"""

import json
import os
import select
import statistics
import threading
import time

import measure
from services import Editor
from watch.edits import EDIT, edited

# The steps that `watch --json` reports itself.
PHASES = ("read", "bundle", "render", "publish")
# What is before COMMIT returns, then what follows it, in the order in which it happens.
BEFORE = ("update", "trigger", "commit")
AFTER = ("notification", *PHASES, "between", "live", "acknowledged")
WORDS = {
    "update": "UPDATE, with its trigger",
    "trigger": "  of it the trigger",
    "commit": "COMMIT",
    "notification": "notification",
    "read": "read: rows, place",
    "bundle": "bundle",
    "render": "render: plan, render",
    "publish": "publish: durable, rename, after",
    "between": "live without these four",
    "live": "live",
    "acknowledged": "acknowledged",
}
TRIGGER_SAMPLES = 50
ACKNOWLEDGED_SECONDS = 2.0


class Listener(threading.Thread):
    """Hears of changes as `watch` does, on a connection of its own."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.connection = Editor(url)
        self.connection.run("LISTEN robbieblocks_change")
        self.moments = []
        self.ended = threading.Event()

    def run(self):
        while not self.ended.is_set():
            if select.select([self.connection.socket], [], [], 0.05)[0]:
                self.moments.append(time.perf_counter())
                os.read(self.connection.socket, 1 << 16)  # Each message is a wake-up, no more.

    def close(self):
        self.ended.set()
        self.join()
        self.connection.close()


class Budget:
    """Times the steps of edits of one page, in runs of their own after those that are judged."""

    def __init__(self, site):
        self.site = site
        self.steps = {}
        self.from_byte = 0
        self.count = 0

    def add(self, step, seconds):
        self.steps.setdefault(step, []).append(seconds)

    def edit(self, count):
        """Makes `count` edits of a page chosen at random."""
        site, editor = self.site, self.site.editor
        self.count = count
        self.from_byte = os.path.getsize(site.watch.log)
        listener = Listener(site.bench.server.url(site.database))
        listener.start()
        try:
            for index in range(count):
                page = site.bench.generator.page(site.chooser.randint(1, site.count))
                mark = f"budget-{index:06d}-end"
                request = site.reader.request(page.route)
                editor.run("BEGIN")
                start = time.perf_counter()
                editor.change(EDIT, edited(page, mark), page.key)
                updated = time.perf_counter()
                editor.run("COMMIT")
                committed, clock = time.perf_counter(), time.time()
                self.add("update", updated - start)
                self.add("commit", committed - updated)
                self.add("live", site.wait(request, mark.encode(), committed))
                heard = [one - committed for one in listener.moments if one > updated]
                if heard:
                    # It can be heard before COMMIT has returned to the editor.
                    self.add("notification", max(0.0, heard[0]))
                self.add("acknowledged", self.acknowledged(clock))
                site.pause()
        finally:
            listener.close()
        self.measure_trigger()

    def acknowledged(self, clock):
        """Seconds from `clock` until the newest change was marked as done; both clocks are one."""
        deadline = time.monotonic() + ACKNOWLEDGED_SECONDS
        while time.monotonic() < deadline:
            value = self.site.editor.value(
                "SELECT extract(epoch FROM processed_at) FROM robbieblocks_change_triggers"
                " ORDER BY created_at DESC LIMIT 1")
            if value:
                return float(value) - clock
            time.sleep(0.002)
        return self.site.watch.fail("an edit was live and not acknowledged")

    def measure_trigger(self):
        """The same UPDATE with and without triggers, rolled back."""
        site, editor = self.site, self.site.editor
        taken = {"origin": [], "replica": []}
        for index in range(TRIGGER_SAMPLES):
            page = site.bench.generator.page(site.chooser.randint(1, site.count))
            for role, seconds in taken.items():
                editor.run("BEGIN")
                editor.run(f"SET LOCAL session_replication_role = {role}")
                start = time.perf_counter()
                editor.change(EDIT, edited(page, f"trigger-{index}"), page.key)
                seconds.append(time.perf_counter() - start)
                editor.run("ROLLBACK")
        self.add("trigger", statistics.median(taken["origin"])
                 - statistics.median(taken["replica"]))

    def figures(self):
        """Seconds of each step, with what the program itself reported: after it has ended."""
        with open(self.site.watch.log, "rb") as file:
            file.seek(self.from_byte)
            lines = [line for line in file.read().decode().splitlines() if line.startswith("{")]
        events = [json.loads(line) for line in lines]
        published = [one for one in events if one["event"] == "published"][:self.count]
        if len(published) != self.count:
            raise measure.RunFailed(f"{len(published)} releases of {self.count} edits")
        for index, event in enumerate(published):
            phases = {one["name"]: one["milliseconds"] / 1000 for one in event["phases"]}
            for name, seconds in phases.items():
                self.add(name, seconds)
            if len(self.steps["notification"]) == self.count:
                self.add("between", self.steps["live"][index] - self.steps["notification"][index]
                         - sum(phases.values()))
        return self.steps


def medians(steps):
    """Each step that was measured with its median in milliseconds, in order."""
    return [(step, WORDS[step], statistics.median(steps[step]) * 1000)
            for step in (*BEFORE, *AFTER) if steps.get(step)]


def print_budget(steps):
    print(f"\nthe budget of one edit, medians of {len(steps['live'])}, in ms\n")
    for step, words, milliseconds in medians(steps):
        if step == "notification":
            print("from COMMIT:")
        print(f"{words:34}{milliseconds:>8.2f}")
