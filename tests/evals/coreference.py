"""``python -m tests.evals.coreference [--show]``: are mentions of one event linked, and only those?

Pairs of sentences by one person (``cases/coreference.jsonl``), each with the moment at which it was said, are judged by the pure function, with
the similarity of their embeddings. Prints precision and recall for the half that the rules were written with and the half that was put aside;
``--show`` names what went wrong in the tuning half.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.mind.coreference import mention, same_event
from bot.ports import Embedder
from tests.evals.recall import an_embedder

CASES = Path(__file__).parent / "cases" / "coreference.jsonl"


async def judged(case: dict[str, Any], embedder: Embedder) -> bool:
    """What the function says of one pair."""
    first, then = (mention(case[key], datetime.fromisoformat(case[f"{key}_at"]), None, "UTC") for key in ("first", "then"))
    vectors = await embedder.embed([case["first"], case["then"]])
    return same_event(then, first, float(vectors[0] @ vectors[1]))


async def evaluate(show: bool) -> dict[str, Counter[str]]:
    told: dict[str, Counter[str]] = {"tuning": Counter(), "held_out": Counter()}
    async with an_embedder() as embedder:
        for line in CASES.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            linked = await judged(case, embedder)
            told[case["half"]].update(pairs=1, same=case["same"], linked=linked, right=linked and case["same"])
            if show and case["half"] == "tuning" and linked is not case["same"]:
                sys.stderr.write(f"{'missed' if case['same'] else 'wrongly linked'}: {case['first']} / {case['then']}\n")
    return told


def report(half: str, told: Counter[str]) -> str:
    precision, recall = told["right"] / max(1, told["linked"]), told["right"] / max(1, told["same"])
    return f"{half}: {told['pairs']} pairs, precision {precision:.3f} ({told['right']} of {told['linked']} linked), recall {recall:.3f} (of {told['same']})\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.coreference")
    parser.add_argument("--show", action="store_true")
    told = asyncio.run(evaluate(parser.parse_args().show))
    for half, counts in told.items():
        sys.stdout.write(report(half.replace("_", " "), counts))


if __name__ == "__main__":
    main()
