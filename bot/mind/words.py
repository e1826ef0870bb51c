"""Words that carry meaning: what is left of a sentence without its function words, reduced to comparable stems."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_FUNCTION = frozenset(
    """a about after again all also am an and any anyway are as at be because been before being but by can cannot could d did do
    does doing don done down each either else even ever every for from get gets getting go goes going gonna got had has
    have having he hello her here hers hey hi him his how i if im in into is it its itself just kind know let like ll m
    made make many maybe me mine more most much my myself need no nor not now of off oh ok okay on once one only or other
    our ours out over own please quite rather re really remember s said same say says see she should so some something
    sort still such t tell than thank thanks that thats the their theirs them then there these they thing things think
    this those though to told too try up us ve very want wants was way we well were what when where which while who whom
    whose why will with without would yeah yes yet you your yours yourself""".split()
)

_ENDINGS = {
    "s": ("ations", "ings", "ies", "ers", "es", "s"), "g": ("ing",), "d": ("ied", "ed"), "r": ("er",), "y": ("ingly", "edly", "ly", "y"), "e": ("e",),
}
"""By their last letter."""


def words(text: str) -> tuple[str, ...]:
    """All words, lower case, apostrophes kept out ("what's" -> "what")."""
    found = _WORD.findall(text.lower())
    if "'" not in text and "’" not in text:
        return tuple(found)
    return tuple(w if w.isalnum() else w.replace("’", "'").partition("'")[0] for w in found)


def stem(word: str) -> str:
    """A crude common form: enough to match "exams" with "exam" and "moved" with "moving"."""
    for ending in _ENDINGS.get(word[-1:], ()):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def content(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning."""
    return frozenset(stemmed(words(text)).values())


def stemmed(said: Iterable[str]) -> dict[str, str]:
    """Those of these words that carry meaning, and the stem of each."""
    return {w: stem(w) for w in said if w not in _FUNCTION and len(w) > 1}


def covered(asked: Iterable[str], text: str) -> float:
    """Share of the asked stems that occur in a text, 0 to 1; 0 when nothing was asked."""
    wanted = set(asked)
    return len(wanted & content(text)) / len(wanted) if wanted else 0.0
