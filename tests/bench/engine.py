"""The engine beside its peers, in one run: ``python -m tests.bench.engine [--models NAME ...] [--people 1 4 8] [--rounds 3]``. Asserts nothing.

Peers are one ``llama_cpp.Llama`` behind a lock, and bare ``llama_decode``. They take turns, round after round, so that what else this
computer does meanwhile meets all of them. A ratio says how many times the peer's figure ours is, in the middle one of the rounds; behind it
stand the least and the most. Where it has to reach something, it says whether it does.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from bot.edges.llama import LlamaClient
from bot.errors import ModelFailed
from bot.ports import Completion, Message
from tests.bench._musts import DRAWING, FIRST_WORD, LATE, TOKENS, WAIT, Musts, spread
from tests.bench._people import Figures, drawing_rate, line, stalls, talk
from tests.bench.chat import MODELS, speaking, warmed

_NAMES = ("SmolLM2-135M-Instruct.Q4_1", "SmolLM2-135M-4-experts", "Qwen2.5-Coder-1.5B-Instruct.Q4_K_M")
_DRAWN = 64  # tokens of each answer where only drawing is measured
_PROMPTS = 50


class PeerEnded(Exception):
    """There is nothing to compare with any more."""


class Peer:
    """A process that does jobs one at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, what: str, **job: object) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None, "both are pipes"
        self._process.stdin.write(json.dumps({"what": what, **job}).encode() + b"\n")
        out = await self._process.stdout.readline()
        if not out:
            raise PeerEnded(f"the peer ended with {await self._process.wait()}")
        return json.loads(out)


@asynccontextmanager
async def peer(module: str, model: Path) -> AsyncIterator[Peer]:
    """In the environment as it is, as anybody would start it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, str(model), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Peer(process)
    finally:
        process.terminate()
        await process.wait()


async def compare(model: Path, people: list[int], turns: int, persona_tokens: int, rounds: int, musts: Musts) -> None:
    """Print a row for each figure as soon as it is there. Raises ModelFailed, and PeerEnded."""
    say(f"\n{model.stem}: {turns} turns each, a persona of {persona_tokens} tokens that all engines have read before; {rounds} rounds")
    async with (
        warmed(model, persona_tokens) as (llama, system), peer("tests.bench._peer", model) as locked, peer("tests.bench._raw", model) as raw,
    ):
        for users in people:
            await _drawing(llama, locked, raw, system, users, rounds, musts)
        for users in people:
            await _talking(llama, locked, system, users, turns, rounds, musts)
        await _first_tokens(llama, raw, system, musts)
        await _stall(llama, system, musts)
        bare = await locked.do("memory", system=system.content)
        say(f"  memory: worker {_worker_rss() / 2**20:.0f} MiB, llama_cpp.Llama {bare / 2**20:.0f} MiB, file {_mib(model):.0f} MiB")
        for seed in (None, 1):
            await _alike(llama, system, seed)


async def _drawing(llama: LlamaClient, locked: Peer, raw: Peer, system: Message, users: int, rounds: int, musts: Musts) -> None:
    rates, of_bare, of_locked = [], [], []
    for _ in range(rounds):
        limit = await raw.do("drawing", users=users, tokens=_DRAWN, system=system.content)
        rates.append(await drawing_rate(speaking(llama, tokens=_DRAWN), users=users, system=system))
        of_bare.append(rates[-1] / limit)
        if users == 1:
            of_locked.append(rates[-1] / await locked.do("drawing", tokens=_DRAWN, system=system.content))
    say(f"  {users} drawing: {median(rates):.1f} tok/s, {musts.least(f'{users} drawing', of_bare, DRAWING)} of bare llama_decode")
    if of_locked:
        say(f"  1 drawing: {spread(of_locked)} of llama_cpp.Llama")


async def _talking(llama: LlamaClient, locked: Peer, system: Message, users: int, turns: int, rounds: int, musts: Musts) -> None:
    ours, theirs = [], []
    for number in range(rounds):
        first = 100 * users + 10 * number  # nobody who talked before
        theirs.append(Figures(**await locked.do("talk", users=users, turns=turns, system=system.content, first=first)))
        ours.append(await talk(speaking(llama), users=users, turns=turns, system=system, first=first))
    pairs = list(zip(ours, theirs, strict=True))
    tokens = musts.least(f"{users} people, tokens/s", [mine.tok_s / peers.tok_s for mine, peers in pairs], TOKENS.get(users))
    wait = musts.most(f"{users} people, first word p95", [mine.ttft_p95 / peers.ttft_p95 for mine, peers in pairs], WAIT.get(users))
    say(f"  {users} people: {_middle(ours)}; tokens/s {tokens}; first word p95 {wait}\n{'':13}locked Llama {_middle(theirs)}")


def _middle(figures: Sequence[Figures]) -> str:
    tok_s, p50, p95 = (median(values) for values in zip(*((f.tok_s, f.ttft_p50, f.ttft_p95) for f in figures), strict=True))
    return f"{tok_s:.1f} tok/s, first word p50 {p50:.2f} s, p95 {p95:.2f} s"


async def _first_tokens(llama: LlamaClient, raw: Peer, system: Message, musts: Musts) -> None:
    lines = [f"{number}. {line(number, 0).content}" for number in range(9)]  # new from the first word on
    limit = await raw.do("first token", lines=lines, system=system.content)
    loop = asyncio.get_running_loop()
    taken = []
    for text in lines:
        start = loop.time()
        async for _ in speaking(llama, tokens=1)("first", [system, Message("user", text)]):
            taken.append(loop.time() - start)
    ours = sorted(taken)[len(taken) // 2]
    ratio = musts.most("first word, persona cached", [ours / limit], FIRST_WORD)
    say(f"  first word, persona cached: {ours * 1000:.0f} ms, {ratio} of evaluating only the new tokens")


async def _stall(llama: LlamaClient, system: Message, musts: Musts) -> None:
    streaming = asyncio.ensure_future(drawing_rate(speaking(llama, tokens=_DRAWN), users=8, system=system))
    late = [1000 * seconds for seconds in await stalls(streaming)]
    worst = musts.most("event loop p99.9", [late[len(late) * 999 // 1000]], LATE, " ms")
    say(f"  event loop while 8 stream: p99 {late[len(late) * 99 // 100]:.1f} ms late, p99.9 {worst}")


async def _alike(llama: LlamaClient, system: Message, seed: int | None) -> None:
    async def answer(number: int, who: str) -> str:
        chat = (system, Message("user", f"Tell me one thing about the number {number}."))
        request = Completion(messages=chat, max_tokens=24, temperature=0.0, owner=who, seed=seed)
        return "".join([piece async for piece in llama.stream(request)])

    alone = [await answer(number, "alone") for number in range(_PROMPTS)]
    together: list[str] = []
    for start in range(0, _PROMPTS, 8):
        together += await asyncio.gather(*(answer(n, f"batch {n}") for n in range(start, min(start + 8, _PROMPTS))))
    same = sum(a == b for a, b in zip(alone, together, strict=True))
    lane = "without a seed" if seed is None else "with a seed, evaluated in a lane of their own"
    say(f"  greedy answers among 8 that equal those alone, {lane}: {same} of {_PROMPTS}")


def _mib(file: Path) -> float:
    return file.stat().st_size / 2**20


def _worker_rss() -> int:
    (worker,) = [child for child in psutil.Process().children() if "bot.edges.llama.worker" in child.cmdline()]
    return int(worker.memory_info().rss)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="*", default=_NAMES)
    parser.add_argument("--people", nargs="*", type=int, default=[1, 4, 8])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--persona-tokens", type=int, default=700)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    for name in asked.models:
        if not (file := MODELS / f"{name}.gguf").exists():
            say(f"\n{name}: not downloaded; left out")
            continue
        musts = Musts()
        try:
            asyncio.run(compare(file, asked.people, asked.turns, asked.persona_tokens, asked.rounds, musts))
        except (ModelFailed, PeerEnded) as fault:
            say(f"  broken off: {fault}")
        say(f"  {musts.held} of {musts.held + len(musts.missed)} figures hold" + "".join(f"\n  falls short: {what}" for what in musts.missed))


if __name__ == "__main__":
    main()
