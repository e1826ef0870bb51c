"""``python -m tests.evals.doubt [CASES] [--model small|tiny] [--half tuning|final|both] [--threshold 0.5]``: is what is false doubted more than what is true?

CASES is JSON lines of ``{"question", "answer", "true", "half"}``. The self-check alone is asked, with words that are neither likely nor
unlikely. Prints how many true and false answers would be told, hedged and left, at a threshold, and the probability of Yes of each.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bot.config import load
from bot.edges.llama import open_llama
from bot.mind.doubt import NO, YES, doubt, resolve, self_check
from bot.wiring import catalogue_of

CASES = Path(__file__).parent / "cases" / "doubt.jsonl"

_NEITHER = -0.55
"""A mean log probability that says nothing."""


async def checked(cases: list[dict[str, Any]], model: str) -> list[dict[str, Any]]:
    """Every case with the probability that the model gives to Yes."""
    file = await catalogue_of(load(None, {}, None)).pull(model, lambda done, total, what: None)
    async with open_llama(file, patience=300) as llama:
        return [{**c, "yes": (await llama.choose(self_check(c["question"], c["answer"]), (YES, NO)))[0]} for c in cases]


def measure(rows: list[dict[str, Any]], threshold: float) -> dict[str, dict[str, int]]:
    """What would be done with true and with false answers."""
    done = {True: Counter[str](), False: Counter[str]()}
    for row in rows:
        done[row["true"]][resolve(doubt(_NEITHER, row["yes"]), threshold)] += 1
    return {"true": dict(done[True]), "false": dict(done[False])}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.doubt")
    parser.add_argument("cases", nargs="?", type=Path, default=CASES)
    parser.add_argument("--model", default="small")
    parser.add_argument("--half", choices=("tuning", "final", "both"), default="both")
    parser.add_argument("--threshold", type=float, default=0.5)
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.cases.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = asyncio.run(checked([r for r in rows if asked.half in ("both", r.get("half", asked.half))], asked.model))
    sys.stdout.write(json.dumps({**measure(rows, asked.threshold), "rows": rows}, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
