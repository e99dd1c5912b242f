"""Checks the chat with real models: the part `chat` of scripts/soak.

    soak_chat.py PROGRAM REPORT

Builds the starter site of testpilot, computes vectors of its pages with a real embedding model, asks the
questions of Tests/Chat/ChatTests/Knowledge/Questions, and then has a real, tiny language model answer two
of them through the whole chain. The text of so small a model is poor. The checks are that it streams,
that the sources are those cited, that an answer can be stopped, and that `chat --check` succeeds.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
QUESTIONS = ROOT / "Tests/Chat/ChatTests/Knowledge/Questions"
# Of the questions with an answer (33, 35, 22, 33): right, with the right page first. Of those without
# one (7, 5, 3, 7, 32, 15): answered that there is none.
LEAST = {
    "tuning": (31, 30, 6), "more": (33, 31, 4), "further": (19, 17, 3), "held-out": (28, 26, 6),
    "unanswerable": (0, 0, 30), "unanswerable-held-out": (0, 0, 13),
}
# More than one client is otherwise allowed.
LIMITS = " ".join(
    f"{name}=6000" for name in [
        "requests-per-address", "questions-per-address", "questions-per-node"])
# A first token may take half a minute on a busy core.
PATIENCE = 180


class Soak:
    def __init__(self, program, report):
        self.program, self.report = program, report
        self.faults = []
        self.began = time.monotonic()

    def say(self, line):
        self.report.write(f"{time.monotonic() - self.began:4.0f} s  {line}\n")
        self.report.flush()

    def expect(self, holds, line):
        self.say(("" if holds else "FAULT ") + line)
        if not holds:
            self.faults.append(line)

    def run(self, folder, *arguments):
        done = subprocess.run(
            [self.program, *arguments], cwd=folder, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise SystemExit(f"{arguments}: {done.stderr[-2000:]}")
        return done.stdout


def start_models():
    models = subprocess.Popen(
        [sys.executable, str(ROOT / "scripts/python/soak_models.py")], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in models.stdout:
        if line.startswith("{"):
            return models, json.loads(line)
    raise SystemExit("the models did not start: run scripts/setup soak")


class Chat:
    """`robbieblocks chat`, running."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen(
            [program, "chat", "--node", "testpilot", "--port", "0", "--output", "out"], cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"ROBBIEBLOCKS_CHAT_LIMITS": LIMITS})
        self.lines = []
        threading.Thread(target=self.read, daemon=True).start()
        line = self.process.stdout.readline()
        self.port = int(re.search(r":(\d+)/", line)[1])

    def read(self):
        for line in self.process.stderr:
            self.lines.append(line)

    def wait_for(self, words, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not any(words in line for line in self.lines):
            if time.monotonic() > end:
                raise SystemExit(f"'{words}' was not printed: {self.lines[-5:]}")
            time.sleep(0.2)

    def post(self, path, body, cookie=None, accept="application/json"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        fields = {"Content-Type": "application/json", "Accept": accept}
        if cookie:
            fields["Cookie"] = cookie
        connection.request("POST", path, json.dumps(body), fields)
        return connection.getresponse()

    def ask(self, question):
        while True:
            answer = self.post("/api/chat", {"message": question})
            body = answer.read()
            if answer.status != 429:
                return json.loads(body)
            time.sleep(int(answer.headers.get("Retry-After", "1")))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def questions(name):
    for line in (QUESTIONS / f"{name}.tsv").read_text().splitlines():
        if not line.startswith("#"):
            question, pages, words = line.split("\t")
            yield question, pages.split() if pages != "-" else [], \
                words.split(";") if words != "-" else []


def judge(soak, chat, name):
    right = first = honest = 0
    asked = list(questions(name))
    # As many at once as the embedder processes.
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(chat.ask, [question for question, _, _ in asked])
    for (_, pages, words), answer in zip(asked, answers):
        text = answer["content"].replace("\\", "")
        routes = [citation["route"] for citation in answer["citations"]]
        if not pages:
            honest += text.startswith("I found no")
            continue
        is_right = any(route in pages for route in routes) and \
            (not words or any(word in text for word in words))
        right += is_right
        first += bool(is_right and routes[0] in pages)
    least = LEAST[name]
    soak.expect(
        right >= least[0] and first >= least[1] and honest >= least[2],
        f"{name}: {right} right, {first} with their page first, {honest} told that there is none")


def stream(chat, question, stop_after=None):
    """Returns the events of an answer; requests a stop after `stop_after` pieces."""
    answer = chat.post("/api/chat", {"message": question}, accept="text/event-stream")
    cookie = (answer.headers.get("Set-Cookie") or "").split(";")[0]
    pieces, start, event, stopped = [], None, None, False
    for raw in answer:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            event = line[7:]
        elif line.startswith("data: "):
            data = json.loads(line[6:])
            if event == "start":
                start = data
            elif event == "chunk":
                pieces.append(data["text"])
                if stop_after and len(pieces) >= stop_after and not stopped:
                    stopped = True
                    path = f"/api/conversations/{start['conversation_id']}/stop"
                    chat.post(path, {}, cookie=cookie).read()
            else:
                return pieces, data
    return pieces, {}


def speak(soak, chat):
    began = time.monotonic()
    pieces, end = stream(chat, "What does a packaging test cost?")
    text = "".join(pieces)
    soak.expect(
        end.get("source") == "model" and end.get("status") in ("complete", "cut_off"),
        f"a model answered in {time.monotonic() - began:.0f} s: {end.get('status')}")
    soak.expect(len(pieces) > 3, f"it came in {len(pieces)} pieces")
    soak.expect("<think>" not in text, "the model's thoughts are not shown")
    cited = {int(number) for number in re.findall(r"\[(\d+)\]", text)}
    numbers = [citation.get("number") for citation in end.get("citations", [])]
    soak.expect(
        len(set(numbers)) == len(numbers) and set(numbers) <= cited,
        f"{len(numbers)} sources, all of them cited: {text.strip()[:100]!r}")
    pieces, end = stream(chat, "Tell me everything about shoppers.", stop_after=3)
    soak.expect(end.get("status") == "stopped", f"an answer was stopped after {len(pieces)} pieces")


def main():
    # So that started programs are ended when the time is over.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("the time is over"))
    program, report = os.path.abspath(sys.argv[1]), open(sys.argv[2], "w")
    soak = Soak(program, report)
    models, addresses = start_models()
    with tempfile.TemporaryDirectory(prefix="soak-chat-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for link in ["templates", "database", "branding"]:
            (folder / link).symlink_to(ROOT / link)
        (folder / ".robbieblocks").mkdir()
        for link in ["pgserver", "fonts"]:
            (folder / ".robbieblocks" / link).symlink_to(ROOT / ".robbieblocks" / link)
        chat = None
        try:
            soak.say("models started")
            soak.run(folder, "init")
            soak.say("init")
            soak.run(folder, "build", "--node", "testpilot", "--output", "out")
            soak.say("built")
            row = "INSERT INTO ai_model_chain (purpose, name, provider, base_url, model, {}) VALUES "
            soak.run(
                folder, "psql", "--", "-c", row.format("first_token_timeout_ms")
                + f"('embedding', 'vectors', 'ollama', '{addresses['embedder']}', 'all-minilm', 30000)")
            chat = Chat(program, folder)
            chat.wait_for("embedded: ", 600)
            soak.say("vectors")
            time.sleep(3)
            scale = soak.run(
                folder, "psql", "--", "-AtX", "-c",
                "SELECT round(low::numeric, 2) || ' to ' || round(high::numeric, 2) FROM embedding_scales")
            soak.say(f"similarities from {scale.strip()}")
            for name in LEAST:
                judge(soak, chat, name)
            soak.run(
                folder, "psql", "--", "-c", row.format(
                    "first_token_timeout_ms, stall_timeout_ms, maximum_output_tokens, context_tokens")
                + f"('chat', 'tiny', 'openai', '{addresses['chat']}', 'smollm2', 150000, 60000, 48, 1024)")
            checked = soak.run(folder, "chat", "--node", "testpilot", "--output", "out", "--check")
            soak.expect(checked.count("ok ") == 2, "chat --check: both models answer")
            time.sleep(11)
            speak(soak, chat)
        finally:
            if chat:
                chat.stop()
            models.stdin.close()
            models.wait(60)
            subprocess.run([program, "db", "stop"], cwd=folder, capture_output=True)
    return 1 if soak.faults else 0


sys.exit(main())
