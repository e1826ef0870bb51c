"""Does a summary say only what its sources say? Decided by rules, clause by clause, after a model wrote it.

A clause holds when one source says it: about the same subject, in the same order, denied where the source denies. It may
leave out the end of what the source says, but nothing before that, and nothing of what is denied: "Their brother Tom lives in Oslo"
does not support "They live in Oslo", nor "They do not eat meat at work" that they eat no meat.
"""

import re
from collections.abc import Sequence

from bot.mind.salience import sentences
from bot.mind.words import content, words

_CUT = re.compile(r"[,;:]\s*(?:and|but|who|while|so)?\s*|\s+(?:and|but|while|who)\s+", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|never|no|nothing|nobody|without|cannot|hardly)\b|n['’]t\b", re.IGNORECASE)
_SUBJECT = re.compile(r"^(?:they|their)\b", re.IGNORECASE)
_LEAST = 2
"""Words of meaning that a shortened clause keeps."""

Stems = tuple[str, ...]


def faithful(text: str, sources: Sequence[str]) -> str:
    """The sentences of ``text`` that ``sources`` support, "" when there are none."""
    known = [(_stems(part), bool(_DENIED.search(part))) for source in sources for sentence in sentences(source) for part in _parts(sentence)]
    return " ".join(sentence for sentence in sentences(text) if _holds(sentence, known))


def said_by(text: str, sources: Sequence[str]) -> tuple[int, ...]:
    """Places of the sources whose every clause is in ``text``."""
    told = [_stems(part) for sentence in sentences(text) for part in _parts(sentence)]
    return tuple(
        place for place, source in enumerate(sources)
        if all(_stems(part) in told for sentence in sentences(source) for part in _parts(sentence))
    )


def _holds(sentence: str, known: Sequence[tuple[Stems, bool]]) -> bool:
    parts = _parts(sentence)
    return bool(_SUBJECT.match(sentence)) and all(_supported(part, known) for part in parts)


def _supported(part: str, known: Sequence[tuple[Stems, bool]]) -> bool:
    stems, denied = _stems(part), bool(_DENIED.search(part))
    if denied:
        return any(stems == source for source, theirs in known if theirs)
    long_enough = len(stems) > _LEAST  # the subject counts as one
    return any(stems == source or (long_enough and stems == source[: len(stems)]) for source, theirs in known if not theirs)


def _parts(sentence: str) -> list[str]:
    """The clauses, each with its subject: that of the clause before where it has none of its own."""
    parts: list[str] = []
    lead = ""
    for piece in filter(None, (p.strip(" .!?“”\"") for p in _CUT.split(sentence))):
        if _SUBJECT.match(piece):
            lead = _lead(piece)
            parts.append(piece)
        else:
            parts.append(f"{lead} {piece}".strip())
    return parts


def _lead(piece: str) -> str:
    """Whom a clause is about: "They", or "Their brother Tom"."""
    first, *rest = piece.split()
    if first.lower() == "they":
        return first
    named = [rest[0]] if rest else []
    named += [word for word in rest[1:3] if word[:1].isupper()]
    return " ".join([first, *named])


def _stems(part: str) -> Stems:
    """The subject, then the stems of what carries meaning, in order."""
    whose = "their" if part.lower().startswith("their") else "they"
    return (whose, *(stem for word in words(part) for stem in sorted(content(word))))
