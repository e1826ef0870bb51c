"""What was said in this talk and not thought over yet: making a memory of it takes a while, and it may matter before that."""

from collections.abc import Sequence
from datetime import datetime

from bot.mind.events import Kind, Memory, Turn
from bot.mind.extraction import guess_kind
from bot.mind.recall import Found
from bot.mind.salience import sentences
from bot.mind.topics import BODILY, topics
from bot.mind.weaving import brought_up
from bot.mind.words import content

_TURNS = 24
_ANSWERS = 6


def bounds_heard(text: str, history: Sequence[Turn], found: Sequence[Found], now: datetime) -> tuple[Found, ...]:
    """What they said lately that they cannot or will not do, where ``text`` touches on it; newest first, without what is a memory
    already (``found``) or was brought up in the last answers. Memories of it have no id: they are stored by nobody."""
    touched = topics(text) & BODILY
    if not touched:
        return ()
    known = [f.memory.words for f in found if f.memory is not None]
    lately = history[-_TURNS:]
    answered = {word for turn in [t for t in lately if t.by_bot][-_ANSWERS:] for word in content(turn.text)}
    heard = []
    for turn in reversed([t for t in lately if not t.by_bot]):
        for said in sentences(turn.text):
            kind = guess_kind(said, None, now)
            new = not any(said in quote or quote in said for quote in known)
            if kind in (Kind.WELLBEING, Kind.PREFERENCE) and topics(said) & touched and new and not _answered(said, text, answered) and not brought_up(said, history):
                memory = Memory(person=turn.person, audience=turn.audience, kind=kind, gist=said, quote=said, said_at=turn.said_at)
                heard.append(Found(score=0.0, memory=memory))
    return tuple(heard)


def _answered(said: str, text: str, answered: set[str]) -> bool:
    """Has an answer spoken of both what they said and what they speak of now?"""
    return bool(content(said) & answered) and bool(content(text) & answered)
