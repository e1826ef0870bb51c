"""Sentences for and against danger: read from ``cases/``, where one line may stand for several by ``{this|that}``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "cases"
_MOST = 8
"""Sentences that one line stands for: more of a kind teach nothing new."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """``kind`` is self_harm, abuse or medical, and "" for an ordinary message; ``family`` is what follows it in the heading (a family
    of phrasings, or a language); sentences of one ``line`` are variants of each other."""

    text: str
    kind: str
    family: str
    line: int


def sentences_of(file: Path) -> tuple[Sentence, ...]:
    """Every sentence of a file; the same ones each time."""
    chance = Random(5)
    found: list[Sentence] = []
    kind = family = ""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
        if line.startswith("## "):
            kind, family = line[3:].split(" ", 1)
        elif line.strip() and not line.startswith("#"):
            found += [Sentence(text, "" if kind == "ordinary" else kind, family, number) for text in _variants(line, chance)]
    return tuple(found)


def _variants(line: str, chance: Random) -> Iterator[str]:
    """Up to so many of the sentences that a line stands for, drawn by ``chance``."""
    options = [part.split("|") if i % 2 else [part] for i, part in enumerate(re.split(r"\{([^}]*)\}", line))]
    every = [" ".join("".join(chosen).split()) for chosen in islice(product(*options), 5000)]
    yield from every if len(every) <= _MOST else chance.sample(every, _MOST)
