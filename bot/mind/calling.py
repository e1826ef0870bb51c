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
    r"hey|heya|hi|hiya|hello|yo|oi|ahoy|ok|okay|so|well|right|sorry|thanks|thank you|thx|ty|cheers|please|pls|no|nope|yes|yeah|yep|oh|ah|aw|wow|lol|haha|"
    r"bye|goodbye|good ?bye|cya|see you|see ya|good ?night|gn|nighty? night|good morning|morning|good evening|evening|good afternoon|"
    r"welcome back|welcome|dear|come on|congrats|congratulations|happy birthday|good job|well done|nice one|damn|dude|bro|hush|shush|quiet|"
    r"ugh+|argh+|gah|omg|eh|meh|pff+|phew|yay|whoa|woah|aha|ooh|hm+|uh|um|erm"
)
_HAIL_ELSEWHERE = "hallo|moin|servus|guten morgen|guten abend|gute nacht|danke|tschüss|hola|buenas|gracias|salut|bonjour|merci|ciao"
_SECOND = r"you|u|ya|your|yours|yourself|you're|youre|you've|you'd|you'll|ur|du|dir|dich|dein"
_ASKING = (
    r"what|what's|whats|why|how|how's|when|where|who|who's|which|whose|tell|please|pls|plz|help|stop|shut|come|say|give|look|listen|guess|let|let's|lets|i|i'm|im|i've|i'd|"
    r"i'll|we|we're|we've|my|our|this|that|these|don't|dont|never mind|nevermind|good|thanks|thank|remember|pick|choose|sing|write|explain|recommend|suggest|describe|"
    r"translate|name|rate|roast|show|send|check|be|go|wake|answer|reply|settle this|welcome|sorry|happy|it's|its|if|any|got|wanna|want|need|check|calm|chill|hush|"
    r"(?:do|did|are|can|could|would|will|have|were|should|shall|must|had|may|might|won't|can't|don't|didn't|aren't|haven't|wouldn't|couldn't) (?:you|u|ya|we|i)|"
    r"(?:is|was|isn't|does|did|are|would|will|can|should|has) (?:it|that|this|there|my|our|the|a|an|he|she|they|anyone|someone|\w+ing)|no|yes|yeah|nope|lol|wtf|omg"
)
_TAKES_AN_OBJECT = (
    r"ask|asked|asking|see|saw|seen|meet|met|know|knew|tell|told|like|liked|love|loved|hate|hated|miss|add|added|adding|kick|kicked|ban|banned|mute|muted|about|with|to|for|from|by|"
    r"and|or|of|than|is|was|use|used|using|try|tried|trying|call|called|named|block|blocked|invite|invited|thank|thanked|ping|pinged|pinging|test|tested|install|installed|turn on|"
    r"turn off|like|as|called|says|said|broke|fix|fixed|restart|restarted|without|even|against|made|make|makes|has|had|watch|between|but|not|only|except|remember|trust|believe|"
    r"heard|hear|got|get|via|at|on|in|our|the|my|your|this|that|a|poor|old"
)
_THINK = r"think|thinks|say|says|make of|reckon|recommend|suggest|prefer|vote|choose|pick|do|solve|handle|fix|answer|rate|decide|react|put it"

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
    return Call.CALLED if _at_the_start(text, name) or _at_the_end(text, name) or _set_apart(text, name) else Call.SPOKEN_OF


def _at_the_start(text: str, name: str) -> bool:
    start = rf"^\W*(?:(?:{_HAIL}|{_HAIL_ELSEWHERE}|and|but)\b[\s,!.]*){{0,3}}{name}"
    if not (found := re.search(start, text)):
        return False
    rest = re.sub(rf"^(?:[\s,!]+{name})+", "", text[found.end() :])
    if re.match(r"'s\b|’s\b", rest):
        return False
    if not re.search(r"\w", rest) or re.match(r"\s*[,!?:;…—–]|\s*\.(?!\w)|\s+-+\s", rest):
        return True
    return bool(re.match(rf"\s+(?:{_ASKING}|{_SECOND})(?!\w)", rest))


def _at_the_end(text: str, name: str) -> bool:
    if not (found := re.search(rf"{name}[^\w]*$", text)):
        return False
    before = text[: found.start()]
    if re.match(rf"\W*(?:{_HAIL}|{_HAIL_ELSEWHERE})\s+(?:[\w']+,?\s+){{1,3}}(?:and|&)\s+$", before):
        return True  # "hello Bob and Mika"
    if re.search(r"[,;:!?.…]\s*$", before):
        return True
    if re.search(rf"(?<!\w)(?:{_TAKES_AN_OBJECT})\s+$", before):
        return False
    return bool(re.search(rf"(?<!\w)(?:{_SECOND}|{_HAIL}|{_HAIL_ELSEWHERE})(?!\w)", before))


def _set_apart(text: str, name: str) -> bool:
    return bool(re.search(rf"[,;.!?]\s*{name}\s*[,!?]|(?:^|[.!?]\s+){name}\s*,", text))


def _asks_for(text: str, name: str) -> bool:
    patterns = (
        rf"(?<!\w)(?:let's|lets|let us|we (?:could|should|can)|should we|shall we|why don't we|why not|^|[.!?,]\s*|just|maybe|then|someone|somebody|anyone)\s*(?:just )?"
        rf"(?:ask|consult|summon) {name}(?!'s|’s)(?!.*\b(?:tomorrow|later|tonight|next)\b)",
        rf"(?<!\w)(?:what|which one|who|how) (?:does|would|might|will) {name} (?:{_THINK})(?!\w)",
        rf"(?<!\w)wonder what {name} (?:thinks|would say|says|makes of)",
        rf"(?<!\w)let {name} (?:decide|choose|pick|answer|settle|say|judge|tell)",
        rf"{name} (?:should|can|could|must|has to|gets to|shall) (?:decide|choose|pick|answer|settle|judge|tell us|vote|break the tie|explain)(?!\w)",
        rf"(?:paging|calling|summoning|over to) {name}(?!\w)",
        rf"{name}'s (?:turn|opinion\?|take\?|verdict\?|vote\?|thoughts\?)",
        rf"(?:maybe|perhaps|i bet|surely) {name} (?:knows|can help|has an idea)(?!\w)",
        rf"does {name} know (?!how old|who made)",
    )
    return any(re.search(pattern, text) for pattern in patterns)


def _name(name: str) -> str:
    """A pattern for a name as a word of its own; scripts without spaces have no such borders."""
    word = re.escape(name.casefold())
    return rf"(?<!\w){word}(?!\w)" if name.isascii() else word


def _plain(text: str) -> str:
    """In small letters, with plain marks and spaces."""
    return re.sub(r"\s+", " ", text.casefold().translate(_MARKS)).strip()
