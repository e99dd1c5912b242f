"""Measures the chat service, beside the same handler in FastAPI.

Run it with `bench/run --chat`; see bench/README.md for what is measured and how.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import socket
import statistics
import subprocess
import time
import urllib.request
import uuid

import measure
from report import say, spread, verdict
from services import PATIENCE_SECONDS, Service, free_port

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PYTHON = "/usr/bin/python3"
PACKAGES = os.path.join(ROOT, ".robbieblocks", "python", "bench")
PEER = os.path.join(ROOT, ".build", "release", "ModelPeer")
MEGABYTE = 1_000_000

NODE = "testpilot"
QUESTION = "What does a pilot project cost, and how long does it take?"
SERVER_CORE, OTHERS_CORE = 0, 1

STREAMS, STREAM_TOKENS, STREAM_RAMP = 2000, 200, 4000  # Milliseconds; 20 tokens a second.
STREAM_MEMORY_TARGET = 150 * MEGABYTE
FIRST_STREAMS, FIRST_TOKENS, FIRST_ROUNDS = 200, 60, 6
FIRST_P50_TARGET, FIRST_P99_TARGET = 3, 15  # Milliseconds in addition to the provider's own.
EXCHANGE_SECONDS, EXCHANGE_CONNECTIONS, EXCHANGE_TOKENS, EXCHANGE_ROUNDS = 5, 64, 20, 3
EXCHANGE_TARGET = 5  # Times as many as FastAPI,
EXCHANGE_MEMORY_TARGET = 2  # in at most this part of its memory.
VISITORS = 512


class ChatBench:
    """One database with a built site, one provider, and two servers in turn."""

    def __init__(self, bench):
        self.bench = bench
        self.work = os.path.join(bench.work, "chat")
        self.secret = secrets.token_hex(32)
        self.peer = None
        self.count = 0

    # The setup

    def prepare(self):
        """Prepares rows, site, provider, the reader of streams, and visitors with tokens."""
        bench = self.bench
        os.makedirs(self.work)
        bench.start_server()
        bench.server.psql("postgres", "-c", "CREATE DATABASE bench_chat")
        self.environment = bench.environment("bench_chat") | {
            "ROBBIEBLOCKS_CHAT_SECRET": self.secret}
        output = os.path.join(self.work, "site-output")
        say("chat: the site that answers come from")
        for arguments in (["init"], ["build", "--node", NODE, "--output", output]):
            measure.run([bench.options.program, *arguments],
                        os.path.join(self.work, arguments[0] + ".log"),
                        environment=self.environment, folder=ROOT)
        self.output = output
        self.streams = os.path.join(self.work, "streams")
        subprocess.run(["gcc", "-O2", "-o", self.streams, os.path.join(HERE, "streams.c")],
                       check=True)
        subprocess.run([os.path.join(ROOT, "scripts", "compile"), "ModelPeer"],
                       stdout=subprocess.DEVNULL, check=True)
        self.peer_port = free_port()
        self.peer = Service(self.pinned(OTHERS_CORE, PEER, "--port", str(self.peer_port)),
                            os.path.join(self.work, "peer.log"))
        self.await_port(self.peer, self.peer_port)
        self.visitors = os.path.join(self.work, "visitors")
        with open(self.visitors, "w", encoding="ascii") as file:
            for _ in range(VISITORS):
                file.write(f"robbieblocks_visitor={self.token(str(uuid.uuid4()))}\n")
        self.place_database({OTHERS_CORE})

    @staticmethod
    def await_port(service, port):
        """Waits until the port accepts connections."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            service.check()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            if time.monotonic() > deadline:
                service.fail(f"nothing listens on port {port}")
            time.sleep(0.02)

    def place_database(self, cores):
        """Binds the database server and its future connections to `cores`."""
        for pid in measure.tree(self.bench.server.process.pid):
            with contextlib.suppress(ProcessLookupError):  # It has ended in the meantime.
                os.sched_setaffinity(pid, cores)

    @staticmethod
    def pinned(core, *command):
        return ["taskset", "-c", str(core), *command]

    def token(self, visitor):
        """A visitor's cookie, which both servers accept."""
        def encoded(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=")

        now = int(time.time())
        claims = {"sub": visitor, "node": NODE, "iat": now, "exp": now + 30 * 86_400}
        signed = (encoded(b'{"alg":"HS256","typ":"JWT"}') + b"."
                  + encoded(json.dumps(claims, separators=(",", ":")).encode()))
        signature = hmac.digest(self.secret.encode(), signed, hashlib.sha256)
        return (signed + b"." + encoded(signature)).decode()

    def use(self, model):
        """Makes `model` of the provider the node's only model."""
        self.model = model
        self.bench.server.psql(
            "bench_chat", "-c", "DELETE FROM ai_model_chain", "-c",
            "INSERT INTO ai_model_chain (node_id, chain_order, name, provider, base_url, model)"
            f" VALUES ('{NODE}', 1, 'peer', 'ollama', 'http://127.0.0.1:{self.peer_port}',"
            f" '{model}')")

    # The contenders

    @contextlib.contextmanager
    def ours(self):
        port = free_port()
        limits = [word for name in ("requests-per-address", "questions-per-visitor",
                                    "questions-per-address", "questions-per-node",
                                    "answers-per-visitor", "answers-per-address",
                                    "answers-per-node")
                  for word in ("--limit", f"{name}=1000000")]
        command = self.pinned(
            SERVER_CORE, self.bench.options.program, "chat", "--node", NODE, "--port", str(port),
            "--output", self.output, *limits)
        with self.serving(Service(command, self.log("chat"), self.environment, ROOT),
                          port) as server:
            yield server

    @contextlib.contextmanager
    def theirs(self):
        port = free_port()
        environment = self.environment | {
            "PYTHONPATH": PACKAGES, "PYTHONDONTWRITEBYTECODE": "1", "NODE": NODE,
            "MODEL": self.model, "SECRET": self.secret,
            "PROVIDER": f"http://127.0.0.1:{self.peer_port}"}
        command = self.pinned(
            SERVER_CORE, PYTHON, "-m", "uvicorn", "--app-dir", HERE, "fastapi_chat:app", "--port",
            str(port), "--loop", "uvloop", "--http", "httptools", "--workers", "1",
            "--no-access-log", "--log-level", "warning", "--backlog", "4096")
        with self.serving(Service(command, self.log("fastapi"), environment, ROOT),
                          port) as server:
            yield server

    def log(self, name):
        self.count += 1
        return os.path.join(self.work, f"{name}-{self.count}.log")

    @contextlib.contextmanager
    def serving(self, service, port):
        """Waits until the service is ready, and ends it afterwards."""
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while True:
                service.check()
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health",
                                                timeout=5) as answer:
                        health = json.load(answer)
                    if health.get("ready", True):
                        break
                except OSError:
                    pass
                if time.monotonic() > deadline:
                    service.fail("the service is not ready")
                time.sleep(0.05)
            yield Contender(service, port)
            service.check()
        finally:
            service.stop()

    # The figures

    def read(self, port, path, streams, rounds, tokens, ramp, body, may_refuse=False):
        """Returns what `streams` reports about that many concurrent answers."""
        deadline = ramp / 1000 + rounds * (tokens / 20 + 20) + 20
        done = subprocess.run(
            self.pinned(OTHERS_CORE, self.streams, str(port), path, str(streams), str(rounds),
                        str(tokens), str(ramp), str(deadline), json.dumps(body)),
            capture_output=True, text=True, timeout=deadline + 60, check=False)
        if done.returncode != 0:
            raise measure.RunFailed(f"streams: {done.stderr}")
        figures = json.loads(done.stdout)
        if figures["refused"] and not may_refuse:
            raise measure.RunFailed(
                f"{figures['refused']} of {figures['asked']} questions were refused, one with:\n"
                + done.stderr)
        return figures

    def first_tokens(self):
        """Measures the time to the first token: of the provider itself, of ours and of FastAPI."""
        model = f"steady-{FIRST_TOKENS}"
        self.use(model)
        shape = (FIRST_STREAMS, FIRST_ROUNDS, FIRST_TOKENS, FIRST_TOKENS * 50)
        say(f"chat: first tokens at {FIRST_STREAMS} streams, of the provider")
        figures = {"provider": self.read(
            self.peer_port, "/api/chat", *shape,
            {"model": model, "stream": True, "messages": [{"role": "user", "content": QUESTION}]})}
        for name, contender in (("ours", self.ours), ("theirs", self.theirs)):
            say(f"chat: first tokens at {FIRST_STREAMS} streams, {name}")
            with contender() as server:
                figures[name] = self.read(server.port, "/api/chat", *shape, {"message": QUESTION})
                figures[name]["memory"] = server.peak()
        return figures

    def many_streams(self):
        """Measures 2,000 concurrent answers; tokens that are late count as lost."""
        self.use(f"steady-{STREAM_TOKENS}")
        figures = {}
        for name, contender in (("ours", self.ours), ("theirs", self.theirs)):
            say(f"chat: {STREAMS:,} streams of 20 tokens a second, {name}")
            with contender() as server:
                before = server.cpu()
                figures[name] = self.read(
                    server.port, "/api/chat", STREAMS, 1, STREAM_TOKENS, STREAM_RAMP,
                    {"message": QUESTION}, may_refuse=name == "theirs")
                figures[name]["memory"] = server.peak()
                figures[name]["cpu"] = server.cpu() - before
        return figures

    def exchanges(self):
        """Measures stored exchanges per second, not streamed; in turn, as a machine's speed varies."""
        self.use(f"fast-{EXCHANGE_TOKENS}")
        figures = {"ours": [], "theirs": []}
        for number in range(1, EXCHANGE_ROUNDS + 1):
            for name, contender in (("ours", self.ours), ("theirs", self.theirs)):
                say(f"chat: exchanges a second, {name}, {number} of {EXCHANGE_ROUNDS}")
                with contender() as server:
                    self.load(server.port, 2)
                    round = self.load(server.port, EXCHANGE_SECONDS)
                    round["memory"] = server.peak()
                    figures[name].append(round)
        return figures

    def load(self, port, seconds):
        done = subprocess.run(
            self.pinned(OTHERS_CORE, "wrk", "-t", "1", "-c", str(EXCHANGE_CONNECTIONS), "-d",
                        f"{seconds}s", "--timeout", "30s", "-s",
                        os.path.join(HERE, "exchange.lua"), f"http://127.0.0.1:{port}", "--",
                        self.visitors),
            capture_output=True, text=True, timeout=seconds + 60, check=False)
        if done.returncode != 0:
            raise measure.RunFailed(f"wrk: {done.stdout}{done.stderr}")
        figures = json.loads(done.stdout.strip().split("\n")[-1])
        if figures["failed"] or not figures["requests"]:
            raise measure.RunFailed(f"{figures['failed']} of {figures['requests']} exchanges failed")
        return figures

    def stored(self):
        """Returns how many unchanged answers of the model the database contains."""
        query = ("SELECT count(*) FROM messages WHERE role = 'assistant' AND status = 'complete'"
                 " AND source = 'model'")
        return int(subprocess.run(
            [self.bench.server.program("psql"), "-X", "-At", "-d",
             self.bench.server.url("bench_chat"), "-c", query],
            capture_output=True, text=True, timeout=60, check=True).stdout)

    def close(self):
        if self.peer:
            self.peer.stop()
        self.place_database(set(range(os.cpu_count())))


class Contender:
    """A server under test."""

    def __init__(self, service, port):
        self.service = service
        self.port = port

    def peak(self):
        """Returns the peak resident size in bytes."""
        with open(f"/proc/{self.service.process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        raise measure.RunFailed("the system does not report the peak memory")

    def cpu(self):
        with open(f"/proc/{self.service.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(bench):
    """Measures everything. Returns the figures; times of answers in milliseconds."""
    if os.cpu_count() < 2:
        raise measure.RunFailed("the chat benchmark needs two cores: one for the server, one for the rest")
    chat = ChatBench(bench)
    figures = {}
    try:
        chat.prepare()
        figures["first"] = chat.first_tokens()
        figures["streams"] = chat.many_streams()
        figures["exchanges"] = chat.exchanges()
        figures["stored"] = chat.stored()
    finally:
        chat.close()
    return figures


def print_figures(figures):
    """Prints the tables; returns whether every target is met."""
    good = True

    def judged(value, text, met):
        nonlocal good
        good = good and met
        return f"{value} ({text}: {verdict(met)})"

    first = figures["first"]
    print(f"\nchat, first token at {FIRST_STREAMS} streams of 20 tokens a second, in ms\n")
    print(f"{'':24}{'answers':>9}{'p50':>9}{'p99':>9}{'most':>9}{'lost':>9}{'memory, MB':>12}")
    for name, one in (("the provider itself", first["provider"]), ("robbieblocks", first["ours"]),
                      ("fastapi", first["theirs"])):
        memory = f"{one['memory'] / MEGABYTE:>12.0f}" if "memory" in one else ""
        print(f"{name:24}{one['whole']:>9,}" + "".join(
            f"{one['first'][key]:>9.1f}" for key in ("p50", "p99", "most"))
            + f"{one['lost']:>9,}" + memory)
    for key, target in (("p50", FIRST_P50_TARGET), ("p99", FIRST_P99_TARGET)):
        added = first["ours"]["first"][key] - first["provider"]["first"][key]
        print(f"added to {key}: " + judged(f"{added:.1f} ms", f"target {target}", added <= target))

    many, theirs = figures["streams"]["ours"], figures["streams"]["theirs"]
    print(f"\n{STREAMS:,} streams on one core: {many['tokens']:,} tokens, "
          + judged(f"{many['lost']:,} lost", "target 0", many["lost"] == 0))
    print("memory: " + judged(
        f"{many['memory'] / MEGABYTE:.0f} MB", f"target {STREAM_MEMORY_TARGET // MEGABYTE}",
        many["memory"] <= STREAM_MEMORY_TARGET)
        + f"; processor: {many['cpu'] / max(1, many['tokens']) * 1e6:.0f} µs a token")
    print(f"between two tokens, which the provider sends each 50 ms: p50 {many['gap']['p50']}, "
          f"p99 {many['gap']['p99']}, most {many['gap']['most']} ms")
    print(f"fastapi: {theirs['tokens']:,} tokens, {theirs['lost']:,} lost, {theirs['refused']:,} "
          f"refused; {theirs['memory'] / MEGABYTE:.0f} MB; "
          f"{theirs['cpu'] / max(1, theirs['tokens']) * 1e6:.0f} µs a token")

    print(f"\nstored exchanges, {EXCHANGE_CONNECTIONS} at one time, one core for the server; "
          f"medians of {EXCHANGE_ROUNDS} rounds in turn\n")
    print(f"{'':24}{'a second':>24}{'p50, ms':>10}{'p99, ms':>10}{'memory, MB':>12}")
    rates, peaks = [], []
    for name, key in (("robbieblocks", "ours"), ("fastapi", "theirs")):
        rounds = figures["exchanges"][key]
        speeds = [one["requests"] / one["seconds"] for one in rounds]
        rates.append(statistics.median(speeds))
        peaks.append(max(one["memory"] for one in rounds))
        print(f"{name:24}{spread(speeds, '{:.0f}'):>24}" + "".join(
            f"{statistics.median(one[part] for one in rounds):>10.1f}" for part in ("p50", "p99"))
            + f"{peaks[-1] / MEGABYTE:>12.0f}")
    ratio, memory = rates[0] / rates[1], peaks[1] / peaks[0]
    print("as many as fastapi's: " + judged(
        f"{ratio:.1f} times", f"target {EXCHANGE_TARGET}", ratio >= EXCHANGE_TARGET))
    print("memory: " + judged(
        f"1/{memory:.1f}", f"target 1/{EXCHANGE_MEMORY_TARGET}", memory >= EXCHANGE_MEMORY_TARGET))
    print(f"answers in the database: {figures['stored']:,}")
    return good
