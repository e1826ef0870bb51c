"""The peer, in a process of its own: one ``llama_cpp.Llama`` behind a lock, as most bots have it.

``python -m tests.bench._peer MODEL`` reads jobs (JSON, one a line) and writes what came out, one line each.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import psutil
from llama_cpp import Llama

from bot.ports import Message
from tests.bench._people import ANSWER_TOKENS, Speak, drawing_rate, talk


def locked(llama: Llama, *, tokens: int = ANSWER_TOKENS) -> Speak:
    lock = asyncio.Lock()

    def ask(messages: Any) -> Any:
        return llama.create_chat_completion(messages, temperature=0.0, repeat_penalty=1.0, max_tokens=tokens, stream=True)

    async def speak(person: str, chat: Sequence[Message]) -> AsyncIterator[str]:
        messages: Any = [{"role": message.role, "content": message.content} for message in chat]
        async with lock:
            chunks: Iterator[Any] = await asyncio.to_thread(ask, messages)
            while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
                if piece := chunk["choices"][0]["delta"].get("content"):
                    yield piece

    return speak


async def serve(model: str) -> None:
    llama = Llama(model, n_ctx=4096, verbose=False)
    speak = locked(llama)
    for text in sys.stdin:
        job = json.loads(text)
        system = Message("system", job["system"])
        async for _ in locked(llama, tokens=1)("", [system, Message("user", "Hi")]):
            pass
        if job["what"] == "talk":
            out: Any = (await talk(speak, users=job["users"], turns=job["turns"], system=system, first=job["first"])).rounded()
        elif job["what"] == "drawing":
            out = await drawing_rate(locked(llama, tokens=job["tokens"]), users=1, system=system)
        else:
            out = psutil.Process().memory_info().rss
        sys.stdout.write(json.dumps(out) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
