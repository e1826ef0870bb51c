"""Words of the index: what is indexed of a text, and what a person's sentence asks for.

Cut and reduced to their stems by SQLite's ``unicode61`` and ``porter``. These cut at spaces and marks, so a Chinese or Japanese
sentence would be one word. Such runs are indexed as their characters and pairs of characters.
"""

import re
import sqlite3
import unicodedata
from collections import Counter
from functools import cache
from hashlib import blake2b
from threading import Lock

MOST = 48
"""Terms of one query; a message of 4,000 characters must not become 4,000 look-ups."""

_RUN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")

_STOP = frozenset(
    """a about after again all also am an and any are aren as at be because been before being but by can cannot could
    couldn d did didn do does doesn doing don done down each few for from further get go going gonna got had hadn has
    hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself just let like
    ll m me more most my myself no nor not now o of off oh ok okay on once only or other our ours ourselves out over own
    re really s same shall she should shouldn so some such t than that the their theirs them themselves then there these
    they this those through to too um under until up us ve very was wasn we well were weren what when where which while
    who whom why will with won would wouldn yeah yes you your yours yourself yourselves""".split()
)


class _Cutter:
    """Cuts texts into stems, in a table of its own that never touches a disk."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._scratch = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._scratch.execute("CREATE VIRTUAL TABLE said USING fts5 (body, tokenize = 'porter unicode61')")
        self._scratch.execute("CREATE VIRTUAL TABLE stems USING fts5vocab (said, instance)")

    def __call__(self, text: str) -> list[str]:
        with self._lock:
            self._scratch.execute("BEGIN")
            try:
                self._scratch.execute("INSERT INTO said VALUES (?)", (text,))
                return [row[0] for row in self._scratch.execute("SELECT term FROM stems")]
            finally:
                self._scratch.execute("ROLLBACK")


@cache
def _cutter() -> _Cutter:
    return _Cutter()


@cache
def _stop_stems() -> frozenset[str]:
    return frozenset(_cutter()(" ".join(_STOP)))


def indexed(*texts: str) -> dict[str, int]:
    """The telling stems of these texts and how often each occurs; "" has the length, counted in words and one more."""
    stems = _cutter()(_RUN.sub(lambda run: f" {' '.join([*run[0], *_pairs(run[0])])} ", "\n".join(texts)))
    return {"": len(stems) + 1} | Counter(stem for stem in stems if stem not in _stop_stems())


def owner(person: str) -> int:
    """A number that stands for a person. Who may see a row is never decided by it."""
    return int.from_bytes(blake2b(person.encode(), digest_size=6).digest())


def asked(sentence: str) -> list[str]:
    """The stems of the telling words of a sentence, ``MOST`` at most."""
    found = list(dict.fromkeys(_terms(sentence)))[:MOST]
    return sorted(set(_cutter()(" ".join(found)))) if found else []


def _terms(sentence: str) -> list[str]:
    letters = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in sentence.casefold())
    terms = [word for word in _RUN.sub(" ", letters).split() if word not in _STOP]
    for run in _RUN.findall(letters):
        terms += _pairs(run) or [run]
    return terms


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]
