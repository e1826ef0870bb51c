"""Facts of which somebody has one at a time: where they live, what they work as, who they are with, how old they are, when they marry.

A sentence is read for such facts by rules (``fact_rules``). What is wished, asked or supposed is none; what was true until some time is
one that is over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.mind.fact_rules import ALIASES, DATED, DATES, KEY_HINT, KEYED, LABEL, LOVE, NAMED, PETS, SLOTS
from bot.mind.words import words


@dataclass(frozen=True, slots=True)
class Fact:
    """``slot`` is what there is one of at a time, whose it is included ("home of my sister"); ``value`` what it is now, in plain words, ""
    when it has only ended."""

    slot: str
    value: str
    several: bool = False
    """One may have more of it at a time: two of them need not be an update."""
    until: str = ""
    """It is over: the words that say since when, "last spring"."""


_SUPPOSED = re.compile(
    r"\b(?:if|might|(?<!\d )(?<!th )(?<!in )(?<!by )(?<!since )(?<!until )(?<!last )(?<!this )(?-i:may)(?! \d)|maybe|perhaps|could|would(?! be)|should|wish|want(?:s|ed)? to|hop(?:e|ing) to|plan(?:ning|s)? to|dream\w*|think(?:ing)? (?:of|about)|consider\w*|"
    r"used to|almost|nearly|when i was|as a (?:kid|child)|back when|years ago|(?<!wedding )(?<!test )will(?! be (?:on|in)\b)|['’]ll|before i|pretend\w*|imagine|didn['’]?t|never|haven['’]?t|visit(?:ed|ing)?|for the weekend|on holiday)\b"
    r"|(?<!is )\b(?:going to|gonna)\b(?! be)(?! (?-i:[A-Z]))",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s+(?:now|these days|nowadays|again|at the moment|currently|by the way|actually|instead|today|yesterday|this (?:week|month|year|term|season)|last \w+|since \w+|and|but|because|so|after|with|for|at|in|has|have|full time|part time)\b.*$", re.IGNORECASE)
_UNTIL = re.compile(r"(?:\b(?:up )?(?:until|till|til)\b (?P<when>last \w+|yesterday|recently|\w+ (?:years?|months?|weeks?|days?) ago|(?:19|20)\d\d|(?:january|february|march|april|may|june|july|august|september|october|november|december)(?: \d{4})?),? ?)", re.IGNORECASE)
_PRESENT = {
    "went out": "am going out", "went": "go", "followed": "follow", "spoke": "speak", "used": "use", "was": "am", "were": "are", "lived": "live", "resided": "reside", "worked": "work", "drove": "drive", "owned": "own", "studied": "study", "took": "take", "ate": "eat", "attended": "attend",
    "played": "play", "supported": "support", "dated": "am dating", "had": "have", "learned": "learn", "learnt": "learn",
}
_PAST = re.compile(r"\b(?:" + "|".join(_PRESENT) + r")\b", re.IGNORECASE)
_WITH = re.compile(r"(?<=\bam )with (?=(?-i:[A-Z])[a-z])", re.IGNORECASE)
_BY_NAME = {slot.name: slot for slot in SLOTS}
_OWN = frozenset({"i", "we", "my", "our", "me", "the", "a", "", "my family", "our family", "my whole family", "our whole family"})
_OURS = re.compile(r"\b(?:our|ours|mine)\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"\b(?:now|new|switch\w*|chang\w*|instead|mov(?:ed|ing)|swap\w*|trad(?:ed|ing)|replaced|any ?more|no longer|became|become|turned|started|actually|these days|went back|back to|took up|taken up|gave up|"
    r"resched\w*|postponed|pushed|put back)\b",
    re.IGNORECASE,
)


def facts(sentence: str, slot: str = "") -> tuple[Fact, ...]:
    """The facts that a sentence states about now; with ``slot`` only that one, which is quicker."""
    one = _BY_NAME.get(slot.rpartition(" of ")[0])
    if one is not None and not one.near(sentence):
        return ()
    return tuple(fact for fact in _read(sentence, slot) if not fact.until and slot in ("", fact.slot))


def past_facts(sentence: str) -> tuple[Fact, ...]:
    """What a sentence says was so until some time."""
    return tuple(fact for fact in _read(sentence) if fact.until)


def tells_change(sentence: str) -> bool:
    """Whether it says that something is not as it was: "now", "new", "moved", "switched"."""
    return _CHANGE.search(sentence) is not None


def _read(sentence: str, slot: str = "") -> tuple[Fact, ...]:
    if "?" in sentence:
        return ()
    if until := _UNTIL.search(sentence):
        now = _PAST.sub(lambda m: _present(m[0], sentence), sentence.replace(until[0], "")).replace("I are", "I am").replace("and I am ", "and I are ").strip()
        # "I'm with Tom" may be said at the mall; "I was with Tom until May" is not.
        now = _WITH.sub(r"together \g<0>", now)
        return tuple(replace(fact, until=until["when"]) for fact in _stated(now, slot))
    return _stated(sentence, slot)


def _present(verb: str, sentence: str) -> str:
    """"My car was" becomes "my car is", "I was" "I am"."""
    plain = _PRESENT[verb.lower()]
    return "is" if plain == "am" and not re.search(r"\bi was\b", sentence, re.IGNORECASE) else plain


def _stated(sentence: str, wanted: str = "") -> tuple[Fact, ...]:
    near = [slot for slot in SLOTS if (not wanted or wanted.startswith(f"{slot.name} of ")) and slot.near(sentence)]
    over = [Fact(f"{slot.name} of {whose}", "", slot.several) for slot in near for rule in slot.ended if (m := rule.search(sentence)) and (whose := _whose(m, sentence))]
    if _SUPPOSED.search(sentence):
        return tuple(dict.fromkeys(over))
    found: dict[str, Fact] = {}
    for slot in near:
        for rule in slot.begun:
            match = rule.search(sentence)
            if match and (whose := _whose(match, sentence)) and (value := _plain(match["value"])):
                found.setdefault(slot.name, Fact(f"{slot.name} of {whose}", value, slot.several))
    # "I quit, and now I'm a gardener": what it is now says also that the old one is over.
    for fact in over:
        found.setdefault(fact.slot.partition(" of ")[0], fact)
    for fact in (*_keyed(sentence), *(_dated(sentence) if wanted[:4] in ("", "date") else ())):
        found.setdefault(fact.slot, fact)
    return tuple({fact.slot: fact for fact in found.values()}.values())


def _keyed(sentence: str) -> Iterator[Fact]:
    for pattern in KEYED if KEY_HINT.search(sentence) else ():
        match = pattern.search(sentence)
        if match and (value := _plain(match["value"])):
            named = match.groupdict()
            key = f"favorite {_single(named['favourite'])}" if named.get("favourite") else named["key"]
            yield Fact(f"{_key(key)} of me", value)


def _dated(sentence: str) -> Iterator[Fact]:
    for pattern in DATES if DATED.search(sentence) else ():
        match = pattern.search(sentence)
        # "The exam" may be anybody's; that it was moved is told of one's own.
        if match and (match["who"].lower() != "the" or match.groupdict().get("put") or _OURS.search(sentence)):
            yield Fact(f"date of {' '.join(words(match['key']))}", _plain(match["value"]))


def _key(key: str) -> str:
    plain = " ".join(words(key)).replace("our", "or")
    return ALIASES.get(plain, plain)


def _single(noun: str) -> str:
    return noun.removesuffix("es") if noun.endswith("shes") else noun.removesuffix("s")


def _whose(match: re.Match[str], sentence: str) -> str:
    """"me", a relative, or somebody by name; "" when it cannot be told."""
    who = match.groupdict().get("who") or ""
    plain = " ".join(words(who))
    if plain in _OWN:
        return "me"
    if plain.startswith("my "):
        return plain.removeprefix("my ")
    return plain if who[0].isupper() and not sentence.startswith(who) else ""


def _plain(value: str) -> str:
    return " ".join(words(_TAIL.sub("", value)))


_ASKED = tuple((slot, re.compile(pattern, re.IGNORECASE)) for slot, pattern in (
    ("home", r"\bwhere (?:do|am) i (?:liv|based|settled)\w*|\b(?:which|what) (?:city|town|country) (?:do|am) i\b|\bwhere(?:['’]?s| is) my home\b"),
    ("profession", r"\bwhat(?:['’]?s| is) my (?:current |new )?(?:job|profession|occupation|trade|line of work)|\bwhat do i (?:work as|do for (?:a living|work))|\bwhat am i working as"),
    ("employer", r"\b(?:where|who|which \w+|what \w+) do i work\b(?! as)|\bwho(?:['’]?s| is) my employer|\bwho employs me"),
    ("partner", rf"\bwho(?:['’]?s| is) my {LOVE}|\bwho am i (?:dating|seeing|with|married to|together with|engaged to)|\bmy {LOVE}['’]?s? (?:name|called)|\bmy {LOVE} called"),
    ("diet", r"\bwhat(?:['’]?s| is) my diet|\bwhat (?:kind of )?diet\b|\bhow do i eat\b"),
    ("age", r"\bhow old am i|\bwhat(?:['’]?s| is) my age"),
    ("phone number", r"\bmy (?:\w+ )?number\b"),
    ("school", r"\b(?:which|what) school (?:do|am) i\b|\bwhere do i go to school|\bmy school\b"),
    ("language", r"\b(?:which|what) languages? (?:am|do) i (?:\w+ )?(?:learn|study)"),
    ("medication", r"\b(?:which|what) (?:medication|medicine|meds|drugs?) (?:do|am) i\b|\bmy (?:medication|meds)\b"),
    ("team", r"\b(?:which|what|whose) (?:team|club) (?:do|am) i\b|\bmy (?:favou?rite )?(?:team|club)\b"),
    ("instrument", r"\b(?:which|what) instruments? (?:do|am) i\b|\bmy instrument\b"),
    ("studies", r"\bwhat (?:do i study|am i studying)|\bmy (?:major|degree)\b"),
    ("car", r"\b(?:what|which) (?:kind of |sort of )?car do i\b|\bwhat(?:['’]?s| is) my car\b"),
))
_ASKED_KEY = re.compile(rf"\bmy (?P<key>favou?rite [a-z]+(?: [a-z]+)?|{LABEL}|{NAMED}|{PETS})\b", re.IGNORECASE)
_ASKED_DATE = re.compile(rf"\b(?:when|(?:what|which) (?:date|day))\b[^?]*?\b(?:my|our) (?P<key>{DATED.pattern})", re.IGNORECASE)


def slot_asked(question: str) -> str:
    """The slot of the person's own that a question is about; "" when it is about none."""
    if date := _ASKED_DATE.search(question):
        return f"date of {' '.join(words(date['key']))}"
    for slot, pattern in _ASKED:
        if pattern.search(question):
            return f"{slot} of me"
    key = _ASKED_KEY.search(question)
    return f"{_key(key['key'])} of me" if key else ""
