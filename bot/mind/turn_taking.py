"""Among several people: is it spoken to, and should it speak at all?

Who has the floor is read from what people do (mentions, replies, names called, who answered whom) before what they say, as in
Sacks, Schegloff and Jefferson, "A simplest systematics for the organization of turn-taking for conversation", Language 50 (1974),
pp. 703-704: the one who is addressed goes next; only if nobody is, whoever likes; otherwise the speaker goes on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.mind.calling import Call, calls, names_called

ME = "me"
"""The speaker and addressee that is the companion itself."""

_STILL_TALKING = timedelta(minutes=3)
_SAME_ROUND = timedelta(minutes=10)
_UNANSWERED = 4
"""Messages of one person that nobody took up; then somebody ought to."""
_LOOKED_AT = 10
_TO_ALL = re.compile(
    r"(?<!\w)(?:anyone|anybody|somebody|someone|you all|y'all|all of you|(?:you |hey |hi |ok )?guys|folks|peeps|chat|who's (?:up|in|coming)|who (?:wants|is|here|has|knows|else))(?!\w)"
    r"|^(?:\w+ ){0,2}every(?:one|body)\b|every(?:one|body)\s*[,!?]"
)

_ASKS = re.compile(r"\?|(?<!\w)(?:you|u|your|pls|please|tell|say|help|what|why|how|is it|thanks|thx)(?!\w)")
"""What shows, in an answer to somebody else, that a name in it is called."""


class Dial(StrEnum):
    """How much it takes part in a channel."""

    LURKER = "lurker"
    """Answers mentions and replies."""
    GUEST = "guest"
    """Also when it is called by name, invited, or answered in return."""
    REGULAR = "regular"
    """Also takes up what is said to nobody in particular, as far as its fair share goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message in a channel."""

    speaker: str
    """A person's id, or ``ME``."""
    name: str
    text: str
    at: datetime
    to: tuple[str, ...] = ()
    """Whom it mentions or replies to: ids, ``ME`` among them."""
    by_machine: bool = False
    """By another bot or a webhook."""


@dataclass(frozen=True, slots=True)
class Take:
    """It is the companion's turn."""

    reason: str


@dataclass(frozen=True, slots=True)
class Leave:
    """It keeps silent. ``close`` when it was a near thing, so that the reason is worth keeping."""

    reason: str
    close: bool = False


def whose_turn(heard: Heard, recent: Sequence[Heard], names: Sequence[str], dial: Dial) -> Take | Leave:
    """``recent``: what was said before, oldest first; ``names``: what the companion is called there."""
    if heard.by_machine:
        return Leave("another bot said it")
    if ME in heard.to:
        return Take("they mentioned me or replied to me")
    if dial is Dial.LURKER:
        return Leave("I answer only mentions and replies here")
    return _by_name(heard, recent, names) or _by_place(heard, recent, dial)


def _by_name(heard: Heard, recent: Sequence[Heard], names: Sequence[str]) -> Take | Leave | None:
    """What calling it, or speaking of it, means."""
    namesakes = {said.name.casefold() for said in recent if said.speaker != ME}
    call = calls(heard.text, [name for name in names if name.casefold() not in namesakes])
    if call is Call.CALLED and (not heard.to or _ASKS.search(heard.text.casefold())):
        return Take("they called me by name")
    if call is Call.INVITED:
        return Take("they asked for me")
    if call is not Call.NOT:
        return Leave("they spoke of me, not to me", close=True)
    return None


def _by_place(heard: Heard, recent: Sequence[Heard], dial: Dial) -> Take | Leave:
    """What the conversation so far says about a message without its name."""
    others = {said.speaker: said.name for said in recent if said.speaker not in (ME, heard.speaker) and not said.by_machine}
    if heard.to or names_called(heard.text, tuple(others.values())):
        return Leave("they spoke to somebody else")
    now = [said for said in recent if heard.at - said.at <= _SAME_ROUND]
    answered_me = now and now[-1].speaker == ME and heard.speaker in now[-1].to and heard.at - now[-1].at <= _STILL_TALKING
    if answered_me and not _TO_ALL.search(heard.text.casefold()):
        return Take("they answered me")
    if dial is not Dial.REGULAR:
        return Leave("nobody spoke to me")
    return _as_regular(heard, now)


def _as_regular(heard: Heard, now: Sequence[Heard]) -> Take | Leave:
    """To nobody in particular, where it may join in."""
    people = {said.speaker for said in now if said.speaker != ME and not said.by_machine} | {heard.speaker}
    if len(people) == 1:
        return Take("we are alone here")
    if "?" in heard.text and _TO_ALL.search(heard.text.casefold()):
        return Take("they asked everybody")
    mine = sum(said.speaker == ME for said in now[-_LOOKED_AT:])
    if mine * (len(people) + 1) > len(now[-_LOOKED_AT:]):
        return Leave("I have had my share of this talk", close=True)
    if _among_themselves(heard, now):
        return Leave("they are talking with each other", close=True)
    tail = now[-(_UNANSWERED - 1) :]
    if len(tail) == _UNANSWERED - 1 and all(said.speaker == heard.speaker for said in tail):
        return Take("nobody had answered them")
    if heard.text.rstrip().endswith("?"):
        return Take("they asked, and asked nobody in particular")
    return Leave("it was said to nobody in particular", close=True)


def _among_themselves(heard: Heard, now: Sequence[Heard]) -> bool:
    """Did somebody else speak just before, and not the companion?"""
    lately = [said for said in now[-3:] if heard.at - said.at <= _STILL_TALKING]
    return any(said.speaker not in (heard.speaker, ME) for said in lately) and all(said.speaker != ME for said in lately)

