"""Facts of which somebody has one at a time: where they live, what they work as, who they are with, how old they are.

A sentence is read for such facts by rules. What is wished, asked, supposed or long past is none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.mind.words import words

_KIN = (
    r"(?:(?:step|half[- ]?|grand)?(?:mother|father|sister|brother|son|daughter|mom|mum|dad|ma|pa|child)|parents|aunt|uncle|cousin|niece|nephew|"
    r"(?:best )?friend|flatmate|roommate|neighbou?r|colleague|boss|ex|wife|husband|girlfriend|boyfriend|partner|fiancee?)"
)
_WHO = rf"(?P<who>i|we|my (?:\w+ )?{_KIN}(?: \w+)?|[a-z]+)"
_AM = r"(?:['’]?m| am|['’]?re| are|['’]s| is)"
_NOW = r"(?:(?:now|just|recently|finally|actually|officially|currently|also|happily|still|only|already|all|totally|fully|back to being|mostly|basically|since \w+) )*"
_HAVE = r"(?:(?:['’]ve|['’]s| have| has|['’]d)? )"
_PLACE = r"(?P<value>(?!(?:here|there|with|on|out|back|away|forward|ahead|the|a|an|my|our|his|her|their|your|another|different|bed|tears|home|nights?|weekends?|hours|days|free|me|myself|fear|peace|it|this|that)\b)[\w'’.-]+(?: (?!with\b|now\b|and\b|for\b|because\b|last\b|this\b|but\b|since\b|again\b|after\b|to\b|these\b|at\b|by\b|next\b|where\b|which\b|so\b|from\b|these\b)[\w'’.-]+){0,3})"
_THING = r"(?P<value>(?!not\b)[^.,;!?]{1,60})"
_PETS = r"(?:dog|cat|puppy|kitten|rabbit|bunny|hamster|parrot|budgie|horse|pony|tortoise|turtle|goldfish|fish|ferret|snake|lizard|gecko|guinea pig|rat|bird)"
_LOVE = r"(?:wife|husband|girlfriend|boyfriend|partner|fiancee?|fiancé|fiancée|bf|gf)"
_DIETS = r"vegan|vegetarian|pescatarian|keto|paleo|gluten[- ]free|omnivore|flexitarian|carnivore|halal|kosher|low[- ]carb|raw vegan"
_NO_JOB = (
    rf"(?:(?:\w+ )?(?:{_KIN}|grand\w+|god\w+|parent|dad|mum|mom|member|citizen|fan|person|owner|lover|runner|reader|believer|victim|regular|widow\w*|adult|"
    r"(?:wo)?man|legend|bit|lot|little|burden|problem|habit|mess|vegan|vegetarian|pescatarian)\b)"
)
_NAMED = r"(?:boss|manager|landlord|landlady|doctor|gp|dentist|therapist|roommate|flatmate|coach|trainer)"
_LABEL = r"(?:nickname|name|shoe size|email(?: address)?|address|postcode|zip code|time ?zone|star sign|bedtime|job title|major)"


@dataclass(frozen=True, slots=True)
class Fact:
    """``slot`` is what there is one of at a time, whose it is included ("home of my sister"); ``value`` what it is now, in plain words, ""
    when it has only ended."""

    slot: str
    value: str


@dataclass(frozen=True, slots=True)
class _Rule:
    slot: str
    pattern: re.Pattern[str]
    over: bool = False
    """The sentence says that it has ended."""


def _rules(table: Mapping[str, tuple[str, ...]], *, over: bool = False) -> tuple[_Rule, ...]:
    return tuple(_Rule(slot, re.compile(rf"\b{pattern}", re.IGNORECASE), over) for slot, patterns in table.items() for pattern in patterns)


_BEGUN = _rules({
    "home": (
        rf"{_WHO} {_NOW}lives? (?:\w+ly )?(?:over )?in (?:the )?{_PLACE}", rf"{_WHO}{_AM} {_NOW}(?:living|based|settled|staying for good) in {_PLACE}",
        rf"{_WHO}{_HAVE}?{_NOW}(?:moved|relocated|emigrated|moved house|moved back|moved over|moved away)(?: (?:out|over|back|down|up|away))?(?: from [\w'’ -]+?)? to {_PLACE}",
        rf"{_WHO}{_HAVE}?{_NOW}settled (?:down )?in {_PLACE}", rf"(?P<who>my) (?:new )?home (?:town |city )?is (?:now )?(?:in )?{_PLACE}",
        rf"(?:{_PLACE}) is (?P<who>my) (?:new )?home now", rf"(?P<who>my) (?:new )?(?:flat|apartment|house|place) is (?:now )?in {_PLACE}",
    ),
    "profession": (
        rf"{_WHO} {_NOW}works? as (?:an? |the )?{_THING}", rf"{_WHO}{_AM} {_NOW}working as (?:an? |the )?{_THING}",
        rf"{_WHO}{_HAVE}?{_NOW}(?:started (?:work(?:ing)? )?as|got (?:a|the) job as|retrained as|got hired as|was hired as|got promoted to|was promoted to|switched careers to(?: being)?) (?:an? |the )?{_THING}",
        rf"{_WHO}{_HAVE}?{_NOW}(?:became|become) (?:an? |the )(?!{_NO_JOB}){_THING}",
        rf"(?P<who>my) (?:new )?(?:job|profession|occupation) is (?:now )?(?:an? |being (?:an? )?|that of (?:an? )?|as (?:an? )?)?{_THING}",
        rf"(?P<who>i) do {_THING} for a living", rf"(?P<who>i){_AM} {_NOW}an? (?P<value>(?:[\w-]+ )?[\w-]*(?:er|or|ist|ian|nurse|chef|cook|clerk|pilot|vet|lawyer|guard|agent|guide|tutor|surgeon|smith|analyst)) by (?:trade|profession)",
    ),
    "employer": (
        rf"{_WHO} {_NOW}works? (?:at|for) (?:the )?{_PLACE}", rf"{_WHO}{_AM} {_NOW}(?:working|employed) (?:at|for|by) (?:the )?{_PLACE}",
        rf"{_WHO}{_HAVE}?{_NOW}(?:started (?:work(?:ing)?|a (?:new )?job)|got a (?:new )?job|took a (?:new )?job|been hired|was hired) (?:at|with|for|by) (?:the )?{_PLACE}",
        rf"(?P<who>i){_HAVE}?{_NOW}joined (?:the team at (?P<value>(?-i:[A-Z])[\w'’.-]+))",
        rf"(?P<who>my) (?:new )?employer is (?:now )?{_PLACE}",
    ),
    "partner": (
        rf"(?P<who>my) (?:new )?{_LOVE}(?:['’]s name)? is (?:now )?(?:called |named )?(?P<value>[A-Z][\w'’-]+)(?= *(?:$|[.,;!?]| (?:now|and|by the way|these days)\b))",
        rf"(?P<who>i){_AM} {_NOW}(?:dating|going out with|married to|engaged to|together with|in a relationship with|seeing(?= \w+(?: now)?\W*$)) (?:someone called |a \w+ (?:called|named) )?(?P<value>(?-i:[A-Z])[\w'’-]+)",
        rf"(?P<who>i){_HAVE}?{_NOW}(?:married|got married to|got engaged to|got together with|started dating|started seeing|met someone,? (?:called )?) ?(?P<value>(?-i:[A-Z])[\w'’-]+)",
        r"(?P<value>(?-i:[A-Z])[\w'’-]+) and (?P<who>i) (?:got together|are (?:now )?(?:together|dating|a couple|engaged|married)|got engaged|got married|started dating)",
    ),
    "diet": (
        rf"(?P<who>i){_AM} {_NOW}(?:an? |on an? )?(?:strict )?(?P<value>{_DIETS}|eating meat again)\b", rf"(?P<who>i){_HAVE}?{_NOW}(?:went|gone|turned|became|become|switched to|converted to) (?:an? |being (?:an? )?)?(?P<value>{_DIETS})\b",
        rf"(?P<who>i) (?:now |only )?(?:eat|follow|keep|do|stick to) (?:an? )?(?P<value>{_DIETS}|meat again|meat now|everything again)\b", rf"(?P<who>my) diet is (?:now )?{_THING}",
    ),
    "age": (
        rf"(?P<who>i){_AM} {_NOW}(?P<value>\d{{1,3}})(?= *(?:$|[.,;!?]| (?:years?|yrs?|y/o|now|today|and|already|but)\b))(?! (?:minutes|hours|days|weeks|km|kg))",
        rf"(?P<who>i){_HAVE}?{_NOW}turn(?:ed)? (?P<value>\d{{1,3}})\b", r"(?P<who>my) age is (?:now )?(?P<value>\d{1,3})\b",
    ),
    "phone number": (
        r"(?P<who>my) (?:new )?(?:phone|mobile|cell(?:phone)?|telephone)?(?: phone)? ?number (?:is|has changed to|changed to)(?: now)? (?P<value>\+?[\d][\d ()/-]{4,})",
        r"you can (?:now )?(?:reach|call|text) (?P<who>me) (?:now )?(?:at|on) (?P<value>\+?[\d][\d ()/-]{4,})", r"(?P<who>i) (?:got|have) a new (?:phone )?number[:,]? (?:it['’]?s )?(?P<value>\+?[\d][\d ()/-]{4,})",
    ),
    "studies": (
        rf"(?P<who>i) {_NOW}(?:study|major in) {_PLACE}", rf"(?P<who>i){_AM} {_NOW}(?:studying|majoring in) {_PLACE}", rf"(?P<who>i){_HAVE}?{_NOW}(?:switched|changed) my (?:major|degree|course|studies)(?: from [\w ]+?)? to {_PLACE}",
    ),
    "car": (rf"(?P<who>i) {_NOW}drive (?:an? |the )(?:\w+ )?{_PLACE}(?= *(?:$|[.,;!?]| (?:now|these days)\b))",),
})
_KEYED = tuple(re.compile(rf"\b{pattern}", re.IGNORECASE) for pattern in (
    rf"my (?:new |current )?(?P<key>favou?rite [a-z]+(?: (?!(?:now|is|has|changed|became|turned)\b)[a-z]+)?|{_LABEL})(?: of all time)? (?:is|has changed to|changed to|has become|became)(?: now)? {_THING}",
    rf"my (?:new |current )?(?P<key>{_NAMED})(?:['’]s name)? is (?:now )?(?:called |named )?(?P<value>(?-i:[A-Z])[\w'’-]+)(?= *(?:$|[.,;!?]| (?:now|these days)\b))",
    rf"{_THING}(?: is|['’]s) (?:now )?my (?:new |current )?(?P<key>favou?rite [a-z]+(?: (?!now\b)[a-z]+)?)(?: now)?(?= *(?:$|[.,;!?]))",
    rf"my (?P<key>{_PETS})(?:['’]s name)? is (?:now )?(?:called |named )?(?P<value>(?-i:[A-Z])[\w'’-]+)(?= *(?:$|[.,;!?]| (?:now|and|by the way)\b))",
    rf"(?:i|we)(?: just| have|['’]ve)? (?:renamed|call|named) (?:my|our) (?P<key>{_PETS}) (?P<value>(?-i:[A-Z])[\w'’-]+)",
    rf"my (?P<key>{_PETS}) (?:now )?(?:goes by|answers to|got renamed to|was renamed(?: to)?) (?P<value>(?-i:[A-Z])[\w'’-]+)",
    r"(?P<key>call) me (?P<value>(?-i:[A-Z])[\w'’-]+)(?= *(?:$|[.,;!?]| (?:now|from now on|please)\b))",
))
_ENDED = _rules({
    "home": (rf"{_WHO} (?:do not|don['’]?t|no longer|does not|doesn['’]?t) lives? in {_PLACE}",),
    "profession": (r"(?P<who>i)(?: just| have|['’]ve)? (?:quit(?: my job)?(?= *(?:$|[.,;!?]))|quit my job|lost my job|got fired|retired|am unemployed)", r"(?P<who>i)(?:['’]?m| am) (?:retired|unemployed|out of work)\b"),
    "employer": (r"(?P<who>i)(?: just| have|['’]ve)? (?:quit my job|lost my job|got fired|retired)", r"(?P<who>i)(?:['’]?m| am) (?:retired|unemployed|out of work)\b"),
    "partner": (
        r"(?P<who>i)(?:['’]?m| am) (?:now )?(?:single|divorced)(?: again| now)?\b", r"(?P<who>i|we)(?: just| have|['’]ve)? (?:broke up|split up|got divorced|got dumped|separated)(?: with| from)?\b",
        r"[A-Z][\w'’-]+ and (?P<who>i) (?:broke up|split up|got divorced|separated|are over)",
    ),
    "diet": (rf"(?P<who>i)(?:['’]?m| am) (?:no longer|not) (?:an? )?(?:{_DIETS})", rf"(?P<who>i) (?:stopped|quit|gave up) (?:being |eating )?(?:an? )?(?:{_DIETS})"),
}, over=True)

_SUPPOSED = re.compile(
    r"\b(?:if|might|may|maybe|perhaps|could|would|should|wish|want(?:s|ed)? to|hop(?:e|ing) to|plan(?:ning|s)? to|going to|gonna|dream\w*|think(?:ing)? (?:of|about)|consider\w*|"
    r"used to|almost|nearly|when i was|as a (?:kid|child)|back when|years ago|will|['’]ll|before i|pretend\w*|imagine|didn['’]?t|never|haven['’]?t|visit(?:ed|ing)?|for the weekend|on holiday)\b",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s+(?:now|these days|nowadays|again|at the moment|currently|by the way|actually|instead|today|this (?:week|month|year)|last \w+|since \w+|and|but|because|so|after|with|for|at|in)\b.*$", re.IGNORECASE)
_OWN = frozenset({"i", "we", "my", "me"})


def facts(sentence: str) -> tuple[Fact, ...]:
    """The facts that a sentence states about now."""
    if "?" in sentence:
        return ()
    found = [Fact(f"{rule.slot} of {whose}", "") for rule in _ENDED if (match := rule.pattern.search(sentence)) and (whose := _whose(match, sentence))]
    if found or _SUPPOSED.search(sentence):
        return tuple(dict.fromkeys(found))
    for rule in _BEGUN:
        match = rule.pattern.search(sentence)
        if match and (whose := _whose(match, sentence)) and (value := _plain(match["value"])):
            found.append(Fact(f"{rule.slot} of {whose}", value))
    for pattern in _KEYED:
        if (match := pattern.search(sentence)) and (value := _plain(match["value"])):
            found.append(Fact(f"{' '.join(words(match['key'])).replace('our', 'or')} of me", value))
    return tuple({fact.slot: fact for fact in reversed(found)}.values())


def _whose(match: re.Match[str], sentence: str) -> str:
    """"me", a relative, or somebody by name; "" when it cannot be told."""
    who = match["who"]
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
    ("profession", r"\bwhat(?:['’]?s| is) my (?:job|profession|occupation)|\bwhat do i (?:work as|do for (?:a living|work))|\bwhat am i working as"),
    ("employer", r"\b(?:where|who|which \w+) do i work\b(?! as)|\bwho(?:['’]?s| is) my employer|\bwho employs me"),
    ("partner", rf"\bwho(?:['’]?s| is) my {_LOVE}|\bwho am i (?:dating|seeing|with|married to|together with|engaged to)|\bmy {_LOVE}['’]?s? (?:name|called)|\bmy {_LOVE} called"),
    ("diet", r"\bwhat(?:['’]?s| is) my diet|\bwhat (?:kind of )?diet\b|\bhow do i eat\b"),
    ("age", r"\bhow old am i|\bwhat(?:['’]?s| is) my age"),
    ("phone number", r"\bmy (?:\w+ )?number\b"),
    ("studies", r"\bwhat (?:do i study|am i studying)|\bmy (?:major|degree)\b"),
    ("car", r"\b(?:what|which) car do i\b"),
))
_ASKED_KEY = re.compile(rf"\bmy (?P<key>favou?rite [a-z]+(?: [a-z]+)?|{_LABEL}|{_NAMED}|{_PETS})\b", re.IGNORECASE)


def slot_asked(question: str) -> str:
    """The slot of the person's own that a question is about; "" when it is about none."""
    for slot, pattern in _ASKED:
        if pattern.search(question):
            return f"{slot} of me"
    key = _ASKED_KEY.search(question)
    return f"{' '.join(words(key['key'])).replace('our', 'or')} of me" if key else ""
