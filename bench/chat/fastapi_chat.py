"""A handler of `POST /api/chat` in typical FastAPI style, for comparison with ours.

It does the same work for the same answer: it checks the message and the visitor's token, stores the
question and the answer with the same database functions as the same role, finds passages of the site
with the same search, and asks the same provider. It lacks our other features (limits, audit of
addresses, fallback, resuming).
"""

import base64
import hashlib
import hmac
import json
import os
import time
import uuid
from contextlib import asynccontextmanager

import asyncpg
import httpx
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

NODE, MODEL = os.environ["NODE"], os.environ["MODEL"]
PROVIDER = os.environ["PROVIDER"]
SECRET = os.environ["SECRET"].encode()
LIFETIME = 30 * 86_400
CONNECTIONS = 8

BEGIN = """
    SELECT question_id, answer_position, summary, turn_roles, turn_texts
    FROM robbieblocks_begin_exchange(
        $1, $2, $3, $4, $5, NULL, NULL, NULL, 12, 1000, 1000)
"""
SEARCH = """
    SELECT d.title, d.route, p.heading, p.anchor, p.content
    FROM robbieblocks_search_passages($1, $2, '{}', 6) AS s
        JOIN document_passages AS p ON p.id = s.passage_id
        JOIN documents AS d ON d.id = p.document_id
"""
FINISH = """
    SELECT robbieblocks_finish_exchange(
        $1, $2, $3, $4, $5, NULL, $6, 'complete', 'model', $7, $8::jsonb, $9::jsonb, NULL)
"""
HEADER = b"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"


class Question(BaseModel):
    message: str = Field(min_length=1, max_length=4000)
    conversation_id: uuid.UUID | None = None


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def issue(visitor):
    now = int(time.time())
    claims = {"sub": visitor, "node": NODE, "iat": now, "exp": now + LIFETIME}
    signed = HEADER + b"." + encoded(json.dumps(claims).encode())
    return (signed + b"." + encoded(hmac.digest(SECRET, signed, hashlib.sha256))).decode()


def verify(token):
    try:
        header, claims, signature = token.encode().split(b".")
        expected = encoded(hmac.digest(SECRET, header + b"." + claims, hashlib.sha256))
        if header != HEADER or not hmac.compare_digest(signature, expected):
            raise ValueError
        claims = json.loads(base64.urlsafe_b64decode(claims + b"=" * (-len(claims) % 4)))
        if claims["node"] != NODE or claims["exp"] <= time.time():
            raise ValueError
        return claims["sub"]
    except (ValueError, KeyError):
        raise HTTPException(401, "the token is not valid") from None


async def prepare(connection):
    await connection.execute("SET ROLE robbieblocks_chat")


async def leave(connection):
    """Does nothing: settings are made only within transactions, so a connection needs no reset."""


@asynccontextmanager
async def lifespan(app):
    app.state.pool = await asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=CONNECTIONS, max_size=CONNECTIONS, init=prepare,
        reset=leave)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=2048)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        app.state.client = client
        yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


@app.get("/api/health")
async def health():
    return {"status": "ok"}


class Exchange:
    """One question, its place in the database, and the prompt for its answer."""

    def __init__(self, question, visitor):
        self.text = question.message
        self.visitor = visitor
        self.is_new = question.conversation_id is None
        self.conversation = question.conversation_id or uuid.uuid4()
        self.question, self.answer = uuid.uuid4(), uuid.uuid4()
        self.citations = []

    async def begin(self):
        async with app.state.pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "SELECT set_config('robbieblocks.visitor', $1, true)", self.visitor)
            row = await connection.fetchrow(
                BEGIN, NODE, self.conversation, self.is_new, self.question, self.text)
            passages = await connection.fetch(SEARCH, NODE, self.text)
        self.position = row["answer_position"]
        self.citations = [
            {"title": one["title"], "route": one["route"], "heading": one["heading"],
             "anchor": one["anchor"]} for one in passages]
        quoted = "\n\n".join(f"<page>{one['content']}</page>" for one in passages)
        turns = zip(row["turn_roles"] or [], row["turn_texts"] or [])
        self.messages = [
            {"role": "system", "content": "You answer visitors of a site.\n\n" + quoted},
            *({"role": role, "content": text} for role, text in turns),
            {"role": "user", "content": self.text},
        ]

    async def tokens(self):
        body = {"model": MODEL, "messages": self.messages, "stream": True,
                "options": {"num_predict": 1024}}
        async with app.state.client.stream("POST", PROVIDER + "/api/chat", json=body) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                piece = json.loads(line)
                if text := piece["message"]["content"]:
                    yield text

    async def finish(self, text):
        async with app.state.pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "SELECT set_config('robbieblocks.visitor', $1, true)", self.visitor)
            await connection.execute(
                FINISH, NODE, self.conversation, self.question, self.answer, self.position, text,
                MODEL, json.dumps(self.citations), "{}")

    def described(self):
        return {"conversation_id": str(self.conversation), "message_id": str(self.answer),
                "user_message_id": str(self.question)}


def event(number, name, data):
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n"


@app.post("/api/chat")
async def chat(question: Question, request: Request):
    token = request.cookies.get("robbieblocks_visitor")
    visitor = verify(token) if token else str(uuid.uuid4())
    exchange = Exchange(question, visitor)
    await exchange.begin()
    ending = {"status": "complete", "source": "model", "model": MODEL,
              "citations": exchange.citations}

    async def events():
        yield event(1, "start", exchange.described())
        number, parts = 1, []
        async for text in exchange.tokens():
            number += 1
            parts.append(text)
            yield event(number, "chunk", {"text": text})
        await exchange.finish("".join(parts))
        yield event(number + 1, "complete", exchange.described() | ending)

    if "text/event-stream" in request.headers.get("accept", ""):
        response = StreamingResponse(events(), media_type="text/event-stream")
    else:
        text = "".join([text async for text in exchange.tokens()])
        await exchange.finish(text)
        response = JSONResponse(exchange.described() | ending | {"content": text})
    if not token:
        response.set_cookie("robbieblocks_visitor", issue(visitor), max_age=LIFETIME, httponly=True,
                            samesite="lax")
    return response
