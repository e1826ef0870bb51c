"""``python -m tests.evals.groups [CASES] [--half tuning|final]``: among several people, does it speak when it should, and only then?

CASES is JSON lines of ``{"category", "dial", "recent", "said", "speak"}``. A line of talk is ``"ann: text"``, ``"ann>bob: text"`` where it mentions
or replies to bob, ``"robot*: text"`` from another bot; ``me`` is the companion, called Mika. Every other case of a category is
for tuning, the rest for the final figure. Those of a category that begins with "second" were written later by somebody who did not know
the rules.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.mind.turn_taking import ME, Dial, Heard, Take, whose_turn

CASES = Path(__file__).parent / "cases" / "groups.jsonl"
_NAMES = ("Mika", "Oldfriend")
_START = datetime(2026, 3, 2, 18, tzinfo=UTC)
_BETWEEN = timedelta(seconds=20)


def heard(line: str, at: datetime) -> Heard:
    """A line of talk."""
    head, _, text = line.partition(": ")
    who, _, to = head.partition(">")
    name = who.removesuffix("*")
    return Heard(speaker=ME if name == "me" else name, name=name, text=text, at=at, to=(to,) if to else (), by_machine=who.endswith("*"))


def spoke(case: dict[str, Any]) -> tuple[bool, str]:
    """Does it speak, and why or why not?"""
    lines = [*case["recent"], case["said"]]
    talk = [heard(line, _START + _BETWEEN * number) for number, line in enumerate(lines)]
    verdict = whose_turn(talk[-1], talk[:-1], _NAMES, Dial(case["dial"]))
    return isinstance(verdict, Take), verdict.reason


def halves(cases: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Cases of each category in turn."""
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for case in cases:
        parts[("tuning", "final")[seen[case["category"]] % 2]].append(case)
        seen[case["category"]] += 1
    return dict(parts)


def measure(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Per cent of silences that were broken and of turns that were missed, and which."""
    wrong = [(case, why) for case in cases for said, why in [spoke(case)] if said is not case["speak"]]
    quiet = sum(not case["speak"] for case in cases)
    broken = sum(not case["speak"] for case, _ in wrong)
    return {
        "cases": len(cases),
        "false_speaking": round(100 * broken / max(quiet, 1), 1),
        "missed": round(100 * (len(wrong) - broken) / max(len(cases) - quiet, 1), 1),
        "wrong": [f"{case['category']}: {case['said']} ({why})" for case, why in wrong],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path, nargs="?", default=CASES)
    parser.add_argument("--half", choices=("tuning", "final"))
    asked = parser.parse_args()
    parts = halves([json.loads(line) for line in asked.cases.read_text().splitlines()])
    for half, cases in parts.items():
        if asked.half in (None, half):
            figures = measure(cases)
            if half == "final":
                del figures["wrong"]  # they are not for looking at
            sys.stdout.write(json.dumps({"half": half, **figures}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
