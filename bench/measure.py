"""Runs a command and measures the whole tree of its processes."""

import ctypes
import os
import shutil
import signal
import threading
import time
from dataclasses import dataclass

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_SECONDS = 0.02
# Reading the memory of a large process takes long and holds that process up meanwhile. So the
# sampler rests for this many times what the reading took: it costs at most a twentieth.
SAMPLE_REST = 19
LEFTOVER_SECONDS = 5.0


class RunFailed(Exception):
    """The command failed, was too slow, or left processes behind."""


class TooSlow(RunFailed):
    """The command did not end within its time limit."""


@dataclass(frozen=True)
class Measurement:
    """Seconds and bytes of one run with all that it started; `others` is the CPU time of everything
    else on the machine meanwhile; `peak` is 0 when memory was not sampled."""

    wall: float
    user: float
    system: float
    others: float
    peak: int

    @property
    def cpu(self):
        return self.user + self.system


def adopt_orphans():
    """Adopts orphaned processes, so that their time is counted and they are ended."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def busy():
    """CPU seconds that the whole machine has worked so far."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = list(map(int, file.readline().split()[1:9]))
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")  # Without idle, iowait.


def children(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                found += map(int, file.read().split())
    except OSError:
        pass  # It has ended in the meantime.
    return found


def tree(pid):
    found = [pid]
    for process in found:
        found += children(process)
    return found


def name(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return "ended"


def proportional_set_size(pid, of="Pss"):
    """Returns bytes: private memory, and shared memory divided among the processes that share it.

    `Pss_Anon` excludes files, whose share grows when other processes that use them end.
    """
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith(of + ":"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class MemorySampler(threading.Thread):
    """Watches the sum of the proportional set sizes of a process tree."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0
        self.ended = threading.Event()

    def run(self):
        while not self.ended.is_set():
            start = time.monotonic()
            self.peak = max(self.peak, sum(map(proportional_set_size, tree(self.pid))))
            took = time.monotonic() - start
            self.ended.wait(max(SAMPLE_SECONDS, SAMPLE_REST * took))


def tail(log):
    """Returns the last lines of a file, limited to what a terminal shows."""
    with open(log, encoding="utf-8", errors="replace") as file:
        return "".join(line[:500].rstrip() + "\n" for line in file.readlines()[-20:])


def end(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def run(command, log, environment=None, folder=None, timeout=600, sample=False):
    """Runs `command` to its end and returns its Measurement.

    Its output goes to the file `log`. Raises RunFailed when it fails, does not end within `timeout`
    seconds, or leaves a process behind.
    """
    others = set(children(os.getpid()))  # Such as the database server.
    sampler = None
    expired = threading.Event()
    with open(log, "wb") as output:
        # env(1) changes the folder, because posix_spawn cannot, and little is safe in a fork of a
        # threaded Python.
        if folder:
            command = ["env", "-C", folder, *command]
        program = shutil.which(command[0]) or command[0]
        start, busy_before = time.monotonic(), busy()
        pid = os.posix_spawn(
            program, command, os.environ if environment is None else environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1),
                          (os.POSIX_SPAWN_DUP2, output.fileno(), 2)])

        def expire():
            expired.set()
            end(tree(pid))

        timer = threading.Timer(timeout, expire)
        timer.daemon = True
        try:
            timer.start()
            if sample:
                sampler = MemorySampler(pid)
                sampler.start()
            _, status, usage = os.wait4(pid, 0)
            wall, worked = time.monotonic() - start, busy() - busy_before
        except BaseException:
            end(tree(pid))
            raise
        finally:
            timer.cancel()
            if sampler:
                sampler.ended.set()
                sampler.join()
    user, system = usage.ru_utime, usage.ru_stime

    # Orphans are this process's children now; they must soon end by themselves.
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while left := [child for child in children(os.getpid()) if child not in others]:
        for child in left:
            done, _, more = os.wait4(child, os.WNOHANG)
            if done:
                user += more.ru_utime
                system += more.ru_stime
        if time.monotonic() > deadline:
            names = ", ".join(f"{child} ({name(child)})" for child in left)
            end([process for child in left for process in tree(child)])
            raise RunFailed(f"{' '.join(command)} left processes behind: {names}; see {log}")
        time.sleep(0.005)

    if expired.is_set():
        raise TooSlow(f"{' '.join(command)} did not end within {timeout} s: see {log}")
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        raise RunFailed(f"{' '.join(command)} ended with {code}:\n{tail(log)}")
    others = max(0.0, worked - user - system)
    return Measurement(wall, user, system, others, sampler.peak if sampler else 0)
