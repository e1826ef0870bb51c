"""Whose words a message holds: its author's, or somebody else's that the author passes on.

What is passed on is no event of the author's life, whoever says "I" in it.
"""

import re
from collections.abc import Iterator

_QUOTED_LINE = re.compile(r"^> ?[^\n]*$", re.M)
_QUOTED_REST = re.compile(r"^>>> .*\Z", re.M | re.S)
_NOTE = re.compile(r"^\[(?:sent a|started a poll|forwarded a message|called your name|the post)\b[^\n]*\]$", re.M)
"""What the edge says about a message, beside its words."""
_COPIED_HEAD = re.compile(r"^[^\n]{1,40} — (?:today|yesterday|heute|gestern|今天|昨天|\d)[^\n]*(?:\n(?!\s*\n)[^\n]+)*", re.M | re.I)
"""A message as Discord copies it: a name with its time, then the words."""
_NAMED_LINE = re.compile(r"^(?:\[?\d{1,2}[:.]\d{2}[^\n\]]{0,6}\]?\s*)?(?P<name>[^\W\d][\w .'-]{0,24}): \S[^\n]*$", re.M)
_OWN_NAMES = {"me", "i", "ich", "我"}
_NO_NAMES = {"edit", "update", "ps", "note", "btw", "plan", "question", "tldr", "tl;dr", "fyi", "spoiler", "answer", "news"}
_SPOKEN = re.compile(r"\"(?P<a>[^\"\n]{3,})\"|“(?P<b>[^“”\n]{3,})”|„(?P<c>[^„“”\n]{3,})[“”]|「(?P<d>[^「」\n]{2,})」")
_SPEAKS = re.compile(r"\b(?:i|i['’]m|i['’]ve|i['’]ll|my|me|we|our|ich|mein\w*|wir)\b|[我俺]", re.I)


def own_part(text: str) -> str:
    """The message with all that others wrote in it blanked out; places in it stay where they are."""
    kept = list(text)
    for start, end in passed_on(text):
        kept[start:end] = ["\n" if c == "\n" else " " for c in kept[start:end]]
    return "".join(kept)


def passed_on(text: str) -> tuple[tuple[int, int], ...]:
    """Where others speak: quoted lines, copied messages, pasted talk, and what is noted about the message."""
    return tuple(found.span() for pattern in (_QUOTED_LINE, _QUOTED_REST, _NOTE, _COPIED_HEAD) for found in pattern.finditer(text)) + tuple(_pasted(text))


def is_spoken_by_others(text: str, start: int, end: int) -> bool:
    """Whether those words stand inside marks in which somebody says "I": Bob said "I moved"."""
    spoken = (found.span() for found in _SPOKEN.finditer(text) if _SPEAKS.search(found.group()))
    return any(first <= start and end <= last for first, last in spoken)


def _pasted(text: str) -> Iterator[tuple[int, int]]:
    """Lines of two or more people, each behind its name."""
    found = [line for line in _NAMED_LINE.finditer(text) if line["name"].casefold() not in _NO_NAMES]
    names = {line["name"].casefold() for line in found}
    if len(names) < 2:
        return
    yield from (line.span() for line in found if line["name"].casefold() not in _OWN_NAMES)
