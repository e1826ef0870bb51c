"""``python -m tests.evals.crisis [CASES]``: is danger recognised, and are ordinary sad messages left alone?

Prints by kind and family how many raise an alarm, how many lead to a question instead, and both together (that is recall for dangers; for ordinary
messages the first is the share of false alarms), through the real words and the real network; beside it what words alone find; then, unless
``--counts``, every case that went wrong. Without CASES those are ``cases/crisis_final.txt`` (English, held out) and
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
from bot.edges.emotion import HEAD, LocalEmotionReader
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


async def found_in(cases: Iterable[Sentence], look: Callable[[str], Awaitable[Alarm | None]]) -> list[Alarm | None]:
    """What is found in each case."""
    return [await look(case.text) for case in cases]


def tell(cases: Sequence[Sentence], words: Sequence[Alarm | None], both: Sequence[Alarm | None]) -> str:
    """A line for each group, then what went wrong: a danger neither told nor asked about, a false alarm, and, apart, a needless question."""
    of: Counter[str] = Counter()
    by_words: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for case, word, found in zip(cases, words, both, strict=True):
        language = case.family if len(case.family) == 2 else "en"
        group = "danger" if case.kind else "ordinary"
        for name in (f"{language} {group}", f"{language} {group}, {case.kind or case.family}"):
            of[name] += 1
            by_words[name] += word is not None
            sure[name] += found is not None and found.sure
            asked[name] += found is not None and not found.sure
    lines = [
        f"{name}: alarm {sure[name]} of {of[name]} ({100 * sure[name] / of[name]:.1f} %), asked {asked[name]} ({100 * asked[name] / of[name]:.1f} %), "
        f"together {100 * (sure[name] + asked[name]) / of[name]:.1f} %; by words alone {by_words[name]}"
        for name in sorted(of)
    ]
    wrong = [
        f"  {'missed ' + case.kind if case.kind else 'asked' if found is not None and not found.sure else 'false alarm'}: {case.text}"
        for case, found in zip(cases, both, strict=True) if (found is not None) != bool(case.kind)
    ]
    return "\n".join([*lines, "wrong:", *wrong])


async def _words_alone(text: str) -> Alarm | None:
    return alarm(text)


async def evaluate(cases: Sequence[Sentence], head: Path = HEAD) -> str:
    folder = await catalogue_of(load(None, {}, None)).pull("bge-small", lambda done, total, what: None)
    reader = LocalEmotionReader(folder, head=head)
    both = await found_in(cases, Attend(FakeStore().people, reader).danger)
    await reader.aclose()
    return tell(cases, await found_in(cases, _words_alone), both)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.crisis")
    parser.add_argument("cases", nargs="*", type=Path, default=CASES)
    parser.add_argument("--head", type=Path, default=HEAD, help="another file of weights")
    parser.add_argument("--counts", action="store_true", help="no sentences")
    asked = parser.parse_args()
    cases = [case for file in asked.cases for case in read_cases(file)]
    told = asyncio.run(evaluate(cases, asked.head))
    sys.stdout.write((told.partition("wrong:")[0].rstrip() if asked.counts else told) + "\n")


if __name__ == "__main__":
    main()
