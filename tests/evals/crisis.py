"""``python -m tests.evals.crisis [CASES]``: is danger recognised, and are ordinary sad messages left alone?

Prints recall and false alarms (per cent, and counts) by kind and family, through the real words and the real network, and beside it what words
alone find; then every case that went wrong. Without CASES those are ``cases/crisis_final.txt`` (English, held out) and
``cases/crisis_other_languages.txt``, which nothing was tuned to. CASES is a file of that form, or JSON lines of ``{"text", "kind",
"language"}``: kind "" is an ordinary message, and what has no kind counts as one.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from bot.config import load
from bot.edges.emotion import LocalEmotionReader
from bot.flows.attend import Attend
from bot.mind.crisis import Alarm, alarm
from bot.wiring import catalogue_of
from tests.evals.crisis_cases import FOLDER, Sentence, sentences_of
from tests.fakes.store import FakeStore

CASES = (FOLDER / "crisis_final.txt", FOLDER / "crisis_other_languages.txt")


def read_cases(file: Path) -> tuple[Sentence, ...]:
    """Those of one file; a family of JSON lines is their language."""
    if file.suffix == ".txt":
        return sentences_of(file)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(Sentence(row["text"], row.get("kind", ""), row.get("language", ""), i) for i, row in enumerate(rows))


async def raised(cases: Iterable[Sentence], look: Callable[[str], Awaitable[Alarm | None]]) -> list[bool]:
    """Whether each case raises an alarm."""
    return [await look(case.text) is not None for case in cases]


def tell(cases: Sequence[Sentence], words: Sequence[bool], both: Sequence[bool]) -> str:
    """A line for each group, then what went wrong."""
    of: Counter[str] = Counter()
    by_words: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for case, word, any_ in zip(cases, words, both, strict=True):
        language = case.family if len(case.family) == 2 else "en"
        group = "recall" if case.kind else "false alarms"
        for name in (f"{language} {group}", f"{language} {group}, {case.kind or case.family}"):
            of[name] += 1
            by_words[name] += word
            found[name] += any_
    lines = [f"{name}: {found[name]} of {of[name]} ({100 * found[name] / of[name]:.1f} %); by words alone {by_words[name]}" for name in sorted(of)]
    wrong = [f"  {case.kind or 'ordinary'}: {case.text}" for case, any_ in zip(cases, both, strict=True) if any_ != bool(case.kind)]
    return "\n".join([*lines, "wrong:", *wrong])


async def _words_alone(text: str) -> Alarm | None:
    return alarm(text)


async def evaluate(cases: Sequence[Sentence]) -> str:
    folder = await catalogue_of(load(None, {}, None)).pull("bge-small", lambda done, total, what: None)
    reader = LocalEmotionReader(folder)
    both = await raised(cases, Attend(FakeStore().people, reader).danger)
    await reader.aclose()
    return tell(cases, await raised(cases, _words_alone), both)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.crisis")
    parser.add_argument("cases", nargs="*", type=Path, default=CASES)
    asked = parser.parse_args()
    cases = [case for file in asked.cases for case in read_cases(file)]
    sys.stdout.write(asyncio.run(evaluate(cases)) + "\n")


if __name__ == "__main__":
    main()
