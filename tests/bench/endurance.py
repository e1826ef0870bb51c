"""What 2,000 requests leave behind: ``python -m tests.bench.endurance [--requests N] [--threads N]``. Prints, asserts nothing; takes minutes.

A third of them is background work, a tenth is cancelled after the first piece; people and what they say change all the time.
"""

import argparse
import asyncio
import sys
from contextlib import aclosing

import psutil

from bot.edges.llama import LlamaClient, open_llama
from bot.ports import Completion, Message
from tests.bench.chat import MODELS

_WARM_UP = 200
_AT_ONCE = 16


async def ask(llama: LlamaClient, number: int) -> None:
    chat = (Message("system", f"You are Mika number {number % 3}."), Message("user", f"Say a word about {number % 97}, please."))
    request = Completion(messages=chat, max_tokens=4, owner=f"person {number % 40}", background=number % 3 == 0)
    async with aclosing(llama.stream(request)) as pieces:
        async for _ in pieces:
            if number % 10 == 0:
                break


async def some(llama: LlamaClient, count: int) -> None:
    """Sixteen at a time. No more tasks than that: thousands of them waiting would be the memory that grows."""
    numbers = iter(range(count))

    async def work_off() -> None:
        for number in numbers:
            await ask(llama, number)

    await asyncio.gather(*(work_off() for _ in range(_AT_ONCE)))


async def main(requests: int, threads: int | None) -> None:
    # It is patient, since it takes long and may have to wait for everything else on this computer.
    async with open_llama(MODELS / "SmolLM2-135M-Instruct.Q4_1.gguf", context_tokens=1024, threads=threads, patience=900.0) as llama:
        await some(llama, min(_WARM_UP, requests))
        (worker,) = psutil.Process().children()
        ours = psutil.Process()
        before = worker.num_fds(), worker.memory_info().rss, ours.num_fds(), ours.memory_info().rss
        await some(llama, requests)
        after = worker.num_fds(), worker.memory_info().rss, ours.num_fds(), ours.memory_info().rss
        sys.stdout.write(f"{requests} requests after {_WARM_UP} others\n")
        for name, a, b in zip(("worker files", "worker bytes", "our files", "our bytes"), before, after, strict=True):
            sys.stdout.write(f"  {name:12} {a} -> {b} ({b / a:.3f}x)\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--threads", type=int)
    asked = parser.parse_args()
    asyncio.run(main(asked.requests, asked.threads))
