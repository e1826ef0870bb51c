"""Names in a message: called, asked for, or only spoken of."""

import re
from collections.abc import Sequence
from enum import Enum, auto


class Call(Enum):
    """What a message does with a name."""

    NOT = auto()
    """The name is not in it."""
    CALLED = auto()
    """"Mika, what do you think?\""""
    INVITED = auto()
    """"Let's ask Mika.\""""
    SPOKEN_OF = auto()
    """"Mika said so yesterday.\""""


_HAIL = (
    r"hey|heya|hi|hiya|hello|yo|oi|ahoy|ok|okay|k|so|well|right|sorry|thanks|thank you|thx|ty|cheers|please|pls|plz|no|nope|yes|yeah|yep|yup|oh|ah|aw+|wow|lol|lmao|haha|"
    r"bye|goodbye|good ?bye|cya|see you|see ya|good ?night|gn|night|nighty? night|good morning|morning|gm|good evening|evening|good afternoon|what's up|sup|"
    r"welcome back|welcome|dear|come on|congrats|congratulations|happy birthday|good job|well done|nice one|damn|dude|bro|hush|shush|quiet|and|but|then|wait|"
    r"ugh|argh|gah|omg|eh|meh|pff|phew|yay|whoa|woah|aha|ooh|hm|hmm|uh|um|erm|btw|also|anyway|honestly|seriously|actually|hallo|moin|servus|guten morgen|guten abend|"
    r"gute nacht|danke|tschüss|hola|buenas|gracias|salut|bonjour|merci|ciao"
)
_SECOND = r"you|u|ya|your|yours|yourself|you're|youre|you've|you'd|you'll|ur|du|dir|dich|dein"
_INVERTED = (
    r"(?:do|did|are|can|could|would|will|have|were|should|shall|must|had|may|might|won't|can't|don't|didn't|aren't|haven't|wouldn't|couldn't) (?:you|u|ya|we|i|they)|"
    r"(?:is|was|isn't|does|did|are|would|will|can|should|has) (?:it|that|this|there|my|our|your|the|a|an|he|she|they|anyone|someone|anything|everything)(?!\w)"
)
"""A question begins, whoever's name stands before it."""
_TELLS_OF = (
    r"(?:'s|is|isn't|was|wasn't|has|hasn't|had|does|doesn't|did|didn't|will|won't|would|wouldn't|can|can't|could|couldn't|should|might|must|may|and|or|vs|"
    r"always|never|only|just|also|still|even|really|probably|who|which|whom|said|told|knew|got|went|made|gave|took|came|thought|left|wrote|ran|lost|won|broke|"
    r">|<|=|\+|\d+)(?!\w)|\w+(?<!s)(?<!\bpl)(?<!\bthi)(?<!\bye)(?<!\bthank)(?<!\bcongrat)(?<!\blet)(?<!\bcheer)(?<!\bthat')(?<!\bwhat')(?<!\bit')s(?!\w)|"
    r"\w{3,}(?<!ne)(?<!inde)(?<!fe)ed(?!\w)"
)
"""What follows the name of somebody who is spoken of: a verb in the third person or the past, or another name."""
_TAKES_AN_OBJECT = (
    r"ask|asked|asking|see|saw|seen|seeing|meet|met|know|knew|knows|tell|told|telling|like|liked|likes|love|loves|loved|hate|hates|hated|add|adding|kick|ban|mute|about|with|to|"
    r"for|from|by|and|or|of|than|is|was|are|be|use|using|uses|try|trying|call|calling|named|block|invite|pinging|ping|test|testing|install|turn on|turn off|like|as|says|said|say|broke|fix|"
    r"restart|without|even|against|made|make|makes|has|had|have|watch|between|but|not|only|except|trust|trusts|believe|heard|hear|got|get|gets|via|at|on|in|our|the|my|his|her|their|a|an|"
    r"poor|old|new|vs|show|showed|give|gave|thank|talk|miss|misses|remember|into|over|behind|called|blame|tag|dm|message|text|let|help|bring|think|thought|mean|want|wants|need|"
    r"think of|is it|it's|named|another|no|not even|love|loving|prefer|play|playing|kiss|marry|date|find|found|know|reading|read|run|running|hosting|host|delete|remove|rename|unmute|feat|x"
)
_THINK = r"think|thinks|say|says|make of|reckon|recommend|suggest|prefer|vote|choose|pick|do|solve|handle|fix|answer|rate|decide|react|put it|know|want|call"

_MARKS = str.maketrans("’，！？。：；、", "',!?.:;,")


def calls(text: str, names: Sequence[str]) -> Call:
    """What ``text`` does with the first of these names that is in it. Case does not count."""
    lowered = _plain(text)
    for name in names:
        called = _name(name)
        if name and re.search(called, lowered):
            return _call(lowered, called)
    return Call.NOT


def names_called(text: str, names: Sequence[str]) -> bool:
    """Is one of these names called?"""
    return any(calls(text, [name]) is Call.CALLED for name in names)


def _call(text: str, name: str) -> Call:
    if _asks_for(text, name):
        return Call.INVITED
    parts = [part for part in re.split(r"(?<=[.!?;])\s+|\s+[-–—]+\s+", text) if re.search(name, part)]
    return Call.CALLED if any(_at_the_start(part, name) or _at_the_end(part, name) or _set_apart(part, name) for part in parts) else Call.SPOKEN_OF


def _at_the_start(text: str, name: str) -> bool:
    found = re.search(rf"^[^\w\"'(]*(?:(?:{_HAIL})\b[\s,!.]*){{0,3}}{name}(?:[\s,!]+{name})*", text)
    if not found or text.startswith(">"):
        return False
    rest = text[found.end() :]
    if not re.search(r"\w", rest) or re.match(r"\s*[,!?:;…]|\s*\.(?!\w)", rest):
        return True
    return bool(re.match(rf"\s*(?:{_INVERTED})", rest)) or not re.match(rf"\s*(?:{_TELLS_OF})", rest)


def _at_the_end(text: str, name: str) -> bool:
    found = re.search(rf"{name}[^\w]*$", text)
    return found is not None and _comes_in_between(text[: found.start()])


def _set_apart(text: str, name: str) -> bool:
    """With marks around it, or behind a word that no name follows and before a mark."""
    if re.search(rf"[,;]\s*{name}\s*[,!?]", text):
        return True
    found = re.search(rf"{name}\s*[,!?](?=\s*\w)", text)
    return found is not None and _comes_in_between(text[: found.start()])


def _comes_in_between(before: str) -> bool:
    """Does a name behind this stand for itself, and belong to no word before it?"""
    if re.search(r"[,;:!?.…]\s*$", before):
        return True
    if re.match(rf"\W*(?:{_HAIL})\s+(?:[\w']+,?\s+){{1,3}}(?:and|&)\s+$", before):
        return True  # "hello Bob and Mika"
    return bool(re.search(r"\w", before)) and not re.search(rf"(?<!\w)(?:{_TAKES_AN_OBJECT}|\w{{2,}}(?:ed|'s|'re|ing))\s+$|[@\"'(]\s*$", before)


def _asks_for(text: str, name: str) -> bool:
    patterns = (
        rf"(?<!\w)(?:let's|lets|let us|we (?:could|should|can|need to|gotta)|we'll|i'll|i say we|should we|shall we|why don't (?:we|you)|why not|^|[.!?,]\s*|just|maybe|then|someone|somebody|anyone)"
        rf"\s*(?:just |go )?(?:ask|consult|summon) {name}(?!'s|'s)(?!.*\b(?:tomorrow|later|tonight|next|yesterday|before)\b)",
        rf"(?<!\w)(?:what|which one|who|how) (?:does|would|might|will) {name} (?:{_THINK})(?!\w)(?! (?:to|on)\b)",
        rf"(?<!\w)wonder what {name} (?:thinks|would|says|makes of)",
        rf"(?<!\w)let {name} (?:\w+)",
        rf"(?<!even ){name} (?:should|could|must|gets to|shall) (?!have\b|be\b|not\b|of\b)(?:\w+)",
        rf"{name} can (?:decide|choose|pick|answer|settle|judge|tell us|vote|break the tie|explain|help)(?!\w)",
        rf"(?:paging|calling|summoning|over to|time for|need|want|(?:like|love) to hear(?: from)?) {name}(?:'s (?:take|opinion|verdict|view|input))?(?!\w)(?!'s)",
        rf"{name}'s (?:turn|opinion\?|take\?|verdict\?|vote\?|thoughts\?)",
        rf"(?:maybe|perhaps|i bet|surely|prob(?:ably)?) {name} (?:knows|can help|has an idea)(?!\w)",
        rf"does {name} know (?!how old|who made|about (?:me|us))",
    )
    return any(re.search(pattern, text) for pattern in patterns)


def _name(name: str) -> str:
    """A pattern for a name as a word of its own; scripts without spaces have no such borders."""
    word = re.escape(name.casefold())
    return rf"(?<!\w){word}(?!\w)" if name.isascii() else word


def _plain(text: str) -> str:
    """In small letters, with plain marks and spaces."""
    shorter = re.sub(r"(\w)\1{2,}", r"\1", text.casefold().translate(_MARKS))  # "heyyy Mikaaa"
    return re.sub(r"\s+", " ", shorter).strip()
