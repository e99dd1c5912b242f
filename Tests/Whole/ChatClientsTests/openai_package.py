"""Uses the official openai package as anybody's program would, against a running server.

    openai_package.py ADDRESS WORDS|PAGES

WORDS: a model answers with the words w0, w1, w2, and so on. PAGES: there is none, and the site's own
pages answer. Prints a line for each thing that was found to be so, and ends with 1 at the first that
was not.
"""

import asyncio
import sys

import openai

address, source = sys.argv[1:3]
client = openai.OpenAI(base_url=address + "/v1", api_key="a-key-of-this-test-program", max_retries=0,
                       timeout=20)
question = [{"role": "user", "content": "What does a lighthouse cost?"}]


def so(what, condition, shown=None):
    if not condition:
        print(f"NOT SO: {what}: {shown!r}", flush=True)
        sys.exit(1)
    print(f"so: {what}", flush=True)


def check_text(text, what):
    if source == "WORDS":
        so(f"{what} has every word in order", text.split() == [f"w{n}" for n in range(20)], text)
    else:
        so(f"{what} quotes a page", "forty crowns" in text, text)


def raised(error, **arguments):
    try:
        client.chat.completions.create(**{"model": model, "messages": question} | arguments)
    except error as failure:
        return failure
    return None


models = client.models.list().data
so("models are listed", len(models) >= 1 and all(one.object == "model" for one in models), models)
model = models[0].id

whole = client.chat.completions.create(model=model, messages=question)
so("an answer is a chat.completion", whole.object == "chat.completion", whole)
so("an answer has an id and a time", whole.id and whole.created > 1_700_000_000, whole)
so("an answer names its model", bool(whole.model), whole)
choice = whole.choices[0]
so("an answer has one choice of the assistant",
   len(whole.choices) == 1 and choice.index == 0 and choice.message.role == "assistant", whole)
so("an answer is complete", choice.finish_reason == "stop", choice)
so("an answer counts its tokens",
   whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens, whole)
check_text(choice.message.content, "an answer")

chunks = list(client.chat.completions.create(
    model=model, messages=[{"role": "system", "content": "Be brief."}, *question,
                           {"role": "assistant", "content": "Which one?"},
                           {"role": "user", "content": "A lighthouse: what does it cost?"}],
    stream=True, stream_options={"include_usage": True}))
so("a stream is of chunks", all(one.object == "chat.completion.chunk" for one in chunks), chunks)
so("all chunks have one id", len({one.id for one in chunks}) == 1, chunks)
said = [one for one in chunks if one.choices]
so("a stream begins with the role", said[0].choices[0].delta.role == "assistant", said[0])
so("a stream comes in pieces", len(said) > 2, said)
so("a stream ends with its reason", said[-1].choices[0].finish_reason == "stop", said[-1])
so("the last chunk has the usage", chunks[-1].usage is not None and not chunks[-1].choices, chunks)
check_text("".join(one.choices[0].delta.content or "" for one in said), "a stream")

parts = client.chat.completions.create(
    model=model,
    messages=[{"role": "user", "content": [{"type": "text", "text": "What does a lighthouse cost?"}]}])
check_text(parts.choices[0].message.content, "an answer to parts")

with client.chat.completions.stream(model=model, messages=question) as stream:
    for _ in stream:
        pass
    check_text(stream.get_final_completion().choices[0].message.content, "a stream with helpers")


async def asynchronously():
    async with openai.AsyncOpenAI(base_url=address + "/v1", api_key="a-key-of-this-test-program", max_retries=0) as other:
        answers = await asyncio.gather(*(
            other.chat.completions.create(model=model, messages=question) for _ in range(4)))
        for answer in answers:
            check_text(answer.choices[0].message.content, "one of four at once")
        stream = await other.chat.completions.create(model=model, messages=question, stream=True)
        first = await anext(aiter(stream))
        await stream.close()
        so("a stream can be left", first.object == "chat.completion.chunk")


asyncio.run(asynchronously())

other = client.chat.completions.create(model="gpt-4o", messages=question, temperature=0.2)
so("a program's own model and settings are taken", other.model == "gpt-4o", other)
empty = raised(openai.APIStatusError, messages=[])
so("no messages are refused", empty is not None and empty.status_code in (400, 422), empty)
so("a refusal says what it is about", empty.param == "messages" and bool(empty.type), empty.body)
long = raised(openai.APIStatusError, messages=[{"role": "user", "content": "x" * 4001}])
so("a long message is refused", long is not None and long.status_code in (400, 422), long)
large = raised(openai.APIStatusError, messages=[{"role": "user", "content": "x" * 70_000}])
so("a large body is refused", large is not None and large.status_code == 413, large)
role = raised(openai.APIStatusError, messages=[{"role": "wizard", "content": "x"}])
so("a role that there is not is refused", role is not None and role.status_code in (400, 422), role)
print("done", flush=True)
