"""``python -m tests.evals.crisis [CASES] [--half tuning|final]``: is danger recognised, and are ordinary sad messages left alone?

Prints recall and false alarms by language, and every case that went wrong. CASES is JSON lines of
``{"text", "kind", "language", "half"}``; kind "" is an ordinary message. Other messages may be given without kind and half: then
all of them count as ordinary.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bot.mind.crisis import alarm

CASES = Path(__file__).parent / "cases" / "crisis.jsonl"


def measure(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Recall over cases with a kind, false alarms over those without (both in per cent), and what went wrong."""
    found: Counter[str] = Counter()
    of: Counter[str] = Counter()
    wrong: list[str] = []
    for case in cases:
        group = "danger" if case.get("kind") else "ordinary"
        raised = alarm(case["text"]) is not None
        for name in (group, f"{group} {case.get('language', '')}"):
            of[name] += 1
            found[name] += raised
        if raised != (group == "danger"):
            wrong.append(case["text"])
    share = {name: round(100 * found[name] / of[name], 1) for name in sorted(of)}
    return {"n": dict(sorted(of.items())), "raised_percent": share, "recall": share.get("danger"), "false_alarms": share.get("ordinary"), "wrong": wrong}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.crisis")
    parser.add_argument("cases", nargs="?", type=Path, default=CASES)
    parser.add_argument("--half", choices=("tuning", "final"), default="final")
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.cases.read_text(encoding="utf-8").splitlines() if line.strip()]
    chosen = [row for row in rows if row.get("half", asked.half) == asked.half]
    sys.stdout.write(json.dumps(measure(chosen), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
