"""``python -m tests.evals.knowledge [CASES] [--half tuning|final|both] [--model small|tiny] [--persona NAME] [--limit N]
[--out FILE] [--minutes M]``: does it know
where its knowledge ends?

CASES is JSON lines of ``{"persona", "kind": "in"|"out", "text", "half"}``. Without a model the decision that is taken before the model
is counted; with one, each question goes through the whole reply path and the reply that reaches the person is counted. Prints, for
each persona and together, the share declined of those that are out and of those that are in, and every case that went wrong. With a
model in pieces: :mod:`tests.evals.pieces`.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bot.flows.lore import Lore
from bot.mind.knowledge import declines
from tests.evals.pieces import Piece, Row, add_piece, piece_of, reached
from tests.evals.stage import cards, open_embedder, open_stage

CASES = Path(__file__).parent / "cases" / "knowledge.jsonl"


async def decided(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every case with whether it was declined before the model was asked, and why."""
    shelf = cards()
    async with open_embedder() as embedder:
        lore = Lore(embedder)
        found = [(await lore.consult(shelf[case["persona"]], case["text"])).beyond for case in cases]
    return [{**case, "declined": beyond is not None, "why": beyond.why if beyond else ""} for case, beyond in zip(cases, found, strict=True)]


async def answered(cases: list[Row], model: str, piece: Piece) -> list[Row]:
    """Every case with the reply that the model and the judge made of it."""
    shelf = cards()
    async with open_stage(model) as stage:

        async def ask(case: Row) -> Row:
            spoken = await stage.talk(shelf[case["persona"]]).say(case["text"])
            return {"why": spoken.plan.strategy, "reply": spoken.text}

        return [{**row, "declined": declines(row["reply"], shelf[row["persona"]])} for row in await piece.answered(cases, ask)]


def measure(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Shares in per cent, by persona and together, and what went wrong."""
    of, declined = Counter[str](), Counter[str]()
    for row in rows:
        for name in (row["persona"], "all"):
            of[f"{name} {row['kind']}"] += 1
            declined[f"{name} {row['kind']}"] += row["declined"]
    share = {name: f"{declined[name]} of {of[name]} ({100 * declined[name] / of[name]:.1f} %)" for name in sorted(of)}
    wrong = [{k: v for k, v in row.items() if k != "half"} for row in rows if row["declined"] != (row["kind"] == "out")]
    return {"declined": share, "wrong": wrong}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.knowledge")
    parser.add_argument("cases", nargs="?", type=Path, default=CASES)
    parser.add_argument("--half", choices=("tuning", "final", "both"), default="both")
    parser.add_argument("--model", help="go through the whole reply path with this model")
    parser.add_argument("--persona", help="only this one")
    parser.add_argument("--limit", type=int, default=10_000, help="cases of each persona and kind")
    add_piece(parser)
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.cases.read_text(encoding="utf-8").splitlines() if line.strip()]
    taken = Counter[str]()
    chosen = []
    for row in rows:
        if asked.half in ("both", row.get("half", asked.half)) and asked.persona in (None, row["persona"]) and taken[f"{row['persona']} {row['kind']}"] < asked.limit:
            taken[f"{row['persona']} {row['kind']}"] += 1
            chosen.append(row)
    rows = asyncio.run(answered(chosen, asked.model, piece_of(asked)) if asked.model else decided(chosen))
    result = {"n": reached(rows, chosen), **measure(rows)}
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
