"""``python -m tests.evals.redraws [--model small] [--limit N]``: how often a reply is drawn again, and how often that helps.

Goes through the whole reply path with messages that need care (``cases/redraws.txt``, a line each, each with somebody new). A redraw improved
the verdict when what was sent has fewer grave faults than the best of the first drafts, or as many and fewer light ones.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from bot.flows.speak import Spoken
from tests.evals.stage import cards, open_stage

CASES = Path(__file__).parent / "cases" / "redraws.txt"


def improved(spoken: Spoken) -> bool:
    """Whether what was sent is better than the best of the first drafts."""
    first = spoken.first
    return first is not None and (len(spoken.verdict.grave), len(spoken.verdict.light)) < (len(first.grave), len(first.light))


def measure(replies: list[Spoken]) -> dict[str, object]:
    """Counts, and the faults that remained."""
    judged = [spoken for spoken in replies if spoken.first is not None]
    redrawn = [spoken for spoken in judged if spoken.first is not None and not spoken.first.passes]
    better = sum(map(improved, redrawn))
    return {
        "replies": len(replies), "judged as a whole": len(judged), "first drafts passed": len(judged) - len(redrawn), "redrawn": len(redrawn),
        "improved by it": f"{better} of {len(redrawn)}", "still faulty": [list(s.verdict.reasons) for s in redrawn if not s.verdict.passes],
    }


async def replies(texts: list[str], model: str, persona: str) -> list[Spoken]:
    """One reply for each message."""
    found = []
    async with open_stage(model) as stage:
        for number, text in enumerate(texts, start=1):
            found.append(await stage.talk(cards()[persona]).say(text))
            sys.stderr.write(f"{number}/{len(texts)} {found[-1].plan.strategy}: {found[-1].drafts} drafts\n")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.redraws")
    parser.add_argument("--model", default="small")
    parser.add_argument("--persona", default="mika")
    parser.add_argument("--limit", type=int, default=1000)
    asked = parser.parse_args()
    texts = [line for line in CASES.read_text(encoding="utf-8").splitlines() if line.strip()][: asked.limit]
    sys.stdout.write(json.dumps(measure(asyncio.run(replies(texts, asked.model, asked.persona))), indent=1) + "\n")


if __name__ == "__main__":
    main()
