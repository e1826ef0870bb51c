"""How fast several people are answered: ``python -m tests.bench.chat --model PATH --users N --turns 3 --persona-tokens 700 --json``.

The project's engine alone. The persona is read before the people come, as a companion does when it starts.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.edges.llama import LlamaClient, open_llama
from bot.ports import Completion, Message
from tests.bench._people import ANSWER_TOKENS, Figures, Speak, persona, talk

MODELS = Path(os.environ.get("OLDFRIEND_MODELS", Path(__file__).parents[2] / "data" / "models"))


@asynccontextmanager
async def warmed(model: Path, persona_tokens: int) -> AsyncIterator[tuple[LlamaClient, Message]]:
    """The engine, loaded, and a persona that it has read."""
    async with open_llama(model, context_tokens=4096) as llama:
        system = await persona(persona_tokens, llama.count_tokens)
        async for _ in llama.stream(Completion(messages=(system, Message("user", "Hi")), max_tokens=1)):
            pass
        yield llama, system


def speaking(llama: LlamaClient, *, tokens: int = ANSWER_TOKENS) -> Speak:
    def speak(person: str, chat: Sequence[Message]) -> AsyncIterator[str]:
        return llama.stream(
            Completion(messages=tuple(chat), max_tokens=tokens, temperature=0.0, repeat_penalty=1.0, owner=person)
        )

    return speak


async def measure(model: Path, users: int, turns: int, persona_tokens: int) -> Figures:
    async with warmed(model, persona_tokens) as (llama, system):
        return await talk(speaking(llama), users=users, turns=turns, system=system)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=MODELS / "SmolLM2-135M-Instruct.Q4_1.gguf")
    parser.add_argument("--users", type=int, default=4)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--persona-tokens", type=int, default=700)
    parser.add_argument("--json", action="store_true", help="one line for a program")
    asked = parser.parse_args()
    figures = asyncio.run(measure(asked.model, asked.users, asked.turns, asked.persona_tokens)).rounded()
    if asked.json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    sys.stdout.write(f"{asked.users} people, {asked.turns} turns each, a persona of {asked.persona_tokens} tokens (read before)\n")
    for name, value in figures.items():
        sys.stdout.write(f"  {name:9} {value:.3f}\n")


if __name__ == "__main__":
    main()
