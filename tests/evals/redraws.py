"""``python -m tests.evals.redraws [--model small] [--limit N] [--out FILE] [--minutes M]``: how often a reply is drawn again, and how often that helps.

Goes through the whole reply path with messages that need care (``cases/redraws.txt``, a line each, each with somebody new). A redraw improved
the verdict when what was sent has fewer grave faults than the best of the first drafts, or as many and fewer light ones. In pieces: :mod:`tests.evals.pieces`.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.flows.speak import Spoken
from bot.mind.judge import Verdict
from tests.evals.pieces import Piece, Row, add_piece, piece_of, reached
from tests.evals.stage import cards, open_stage

CASES = Path(__file__).parent / "cases" / "redraws.txt"


def told(spoken: Spoken) -> Row:
    """What is counted of a reply, and its words."""
    first = None if spoken.first is None else _faults(spoken.first)
    return {"reply": spoken.text, "strategy": spoken.plan.strategy, "first": first, "sent": _faults(spoken.verdict)}


def _faults(verdict: Verdict) -> Row:
    return {"grave": list(verdict.grave), "light": list(verdict.light)}


def improved(row: Row) -> bool:
    """Whether what was sent is better than the best of the first drafts."""
    return _weight(row["sent"]) < _weight(row["first"])


def _weight(faults: Row) -> tuple[int, int]:
    return len(faults["grave"]), len(faults["light"])


def measure(rows: Sequence[Row]) -> Row:
    """Counts, and the faults that remained."""
    judged = [row for row in rows if row["first"] is not None]
    redrawn = [row for row in judged if any(_weight(row["first"]))]
    better = sum(map(improved, redrawn))
    return {
        "replies": len(rows), "judged as a whole": len(judged), "first drafts passed": len(judged) - len(redrawn), "redrawn": len(redrawn),
        "improved by it": f"{better} of {len(redrawn)}", "still faulty": [[*row["sent"]["grave"], *row["sent"]["light"]] for row in redrawn if any(_weight(row["sent"]))],
    }


async def replies(cases: Sequence[Row], model: str, persona: str, piece: Piece) -> list[Row]:
    """One reply for each message."""
    async with open_stage(model) as stage:

        async def ask(case: Row) -> Row:
            return told(await stage.talk(cards()[persona]).say(case["text"]))

        return await piece.answered(cases, ask)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.redraws")
    parser.add_argument("--model", default="small")
    parser.add_argument("--persona", default="mika")
    parser.add_argument("--limit", type=int, default=1000)
    add_piece(parser)
    asked = parser.parse_args()
    cases = [{"text": line} for line in CASES.read_text(encoding="utf-8").splitlines() if line.strip()][: asked.limit]
    rows = asyncio.run(replies(cases, asked.model, asked.persona, piece_of(asked)))
    sys.stdout.write(json.dumps({"n": reached(rows, cases), **measure(rows)}, indent=1) + "\n")


if __name__ == "__main__":
    main()
