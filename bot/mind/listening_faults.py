"""What somebody does not say who listened: not about the person as if they were somebody else, not the service desk's questions, not a
shared past that never was, not what the person claims as its own view.

Seen in what a model of 1.5 billion parameters writes; each check is small, deterministic, and says nothing about what it is not sure of.
"""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.mind.belief import EKMAN, LABELS
from bot.mind.salience import sentences
from bot.mind.support import Strategy
from bot.mind.tongue import HAN, other_tongue
from bot.mind.words import content, words

if TYPE_CHECKING:
    from bot.mind.draft_faults import Case

_FELT = ("comfort", "care", "celebrate", "weave in", "react")

_LABELS = frozenset({*LABELS, *EKMAN, *(str(strategy) for strategy in Strategy), "comfort", "care", "empathy", "support"})
_NOTED = re.compile(rf"\byou (?:want|have|are|need) to (?:comfort|tease|remind|react)\b|\bthey (?:are )?feel(?:ing)? (?:{'|'.join(sorted({*EKMAN, *LABELS}))})\b", re.IGNORECASE)
"""What the concept line is made of; none of it is anything to say."""

_THEY = re.compile(r"^\W*(?:they|he|she)(?:['’](?:s|re|ve)| (?:have|has|had|need|needs|are|is|was|were|feel|feels|must|should|got|found|can['’]?t|may))\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:he|she|they|him|them|her|his|their|people|everyone|everybody|someone|somebody|who|friends?|mates?|pals?|brothers?|sisters?|siblings?|mothers?|mums?|moms?|fathers?|dads?|parents?|uncles?|aunts?|cousins?|"
    r"gran\w*|nan|wife|husband|partner|boyfriend|girlfriend|ex|kids?|child(?:ren)?|sons?|daughters?|bab(?:y|ies)|twins|boss|manager|team|colleagues?|coworkers?|customers?|clients?|passengers?|neighbou?rs?|landlord|landlady|"
    r"roommates?|flatmates?|teachers?|professors?|students?|classmates?|strangers?|guys?|girls?|boys?|men|man|women|woman|lady|crush|date|police|driver|dogs?|cats?|horses?|parrots?|pupp(?:y|ies)|kittens?|birds?|animals?|plants?)\b|(?-i:\b[A-Z][a-z]+\b.*\b[A-Z][a-z]+\b)",
    re.IGNORECASE,
)
"""Somebody else a "they" can mean; a doctor who only found something is not whom one pities."""

_DESK = re.compile(
    r"\b(?:can|could|may|shall) i (?:help|assist)\b|\bi can help you (?:with|to|understand|find|learn|make|get|solve)\b|\b(?:happy|glad|here) to (?:help|assist) (?:you|with)\b|\bwhat can i do (?:to help|for you)\b|\bhow (?:can|could|should|may) i (?:help|assist)\b|\bhow can i\b|\banything (?:that )?i (?:can|could) do\b|\bif you need anything\b|\b(?:can|could|would) you (?:please )?(?:repeat the|clarify|elaborate|specify|provide|give me more|be more specific)\b|\bmore (?:information|details) (?:on|about|so)\b|"
    r"\bplease (?:provide|clarify|specify)\b|\bdo you (?:want|need) (?:me )?(?:to talk about|help|any help|assistance)\b|\bdo you have any (?:other )?questions\b|\bis there (?:something|anything) (?:specific|in particular)\b|\bwhat do you need (?:to know|help)\b|\bmy purpose is\b|\bwhat are you looking for\b|\bwhat else (?:would|do|can|could) (?:you|i)\b",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"\b(?:go|going|come|coming|eat|eating|hotpot|dinner|lunch|meal|trip|walk|out)\b[^.!?]{0,15}\bwith me\b|\b(?:when|after|because) you promised (?:me|to)\b|\bhelp(?:ed)? me with\b|\bwhen we (?:were|met|went|had|first|last|used)\b|\bremember (?:when|how) we\b|"
    r"\bmakes? me (?:feel )?\w+ when you\b|\b(?:nice|good|great|glad) (?:seeing|to see) you (?:again|there|in person)\b|\bsee(?:ing)? you (?:there|tomorrow|tonight|on \w+day|at the)\b",
    re.IGNORECASE,
)
_TRADE = re.compile(r"\bi(?:['’]m| am) an? (?:\w+ )?(?P<trade>\w+(?:ist|ician|ologist|er|or|man|woman|smith|nurse|chef|student))\b", re.IGNORECASE)
_NO_TRADE = frozenset("computer listener teaser reader writer matter character helper bearer bit later fighter believer lover thinker talker survivor creator winner loser fighter".split())
_AILING = re.compile(r"\bi(?:['’]m| am) (?:also |too |actually )?allergic\b|\bi (?:also |don['’]t |do not )?have (?:an? |the |my )?(?:\w+ )?(?:ulcer|allergy|migraine|fever|cold|flu|cough|headache|cancer|diabetes|asthma|stomach)\b", re.IGNORECASE)
_PLATITUDE = re.compile(
    r"\byou(?:['’]ll| will) (?:feel (?:better|good)|be (?:fine|ok|okay|alright|all right)|get (?:over|through) (?:it|this))\b|\b(?:it|things|everything)(?:['’]ll| will)(?: all)? (?:get better|be (?:fine|ok|okay|alright|all right)|work out)\b|\bmake you feel better\b|"
    r"\bi hope (?:they|you|he|she) learn(?:ed)?\b|\bsomething happened to you\b|\byou(?:['’]re| are) not alone\b|\bit['’]?s okay to feel (?:that way|sick)\b|\bthat(?:['’]s| is) (?:quite |very |really )?interesting\b|\b(?:it|that)(?:['’]s| is) not (?:an? )?(?:good|easy|nice) (?:thing|situation)\b",
    re.IGNORECASE,
)
_FORETELLS = re.compile(r"\byou(?:['’]ll| will|['’]re going to| are going to) (?:\w+ ){0,2}?(?:feel|be|get|become|end up|have)\b", re.IGNORECASE)
_UNASKED = re.compile(r"\byou (?:\w+ )?(?:need to|should|have to|must|ought to)\b|\b(?:why don['’]t you|have you (?:considered|thought about|tried)|what (?:do you think about|about) (?:buying|getting|trying|making|taking|going|doing))\b", re.IGNORECASE)
_ASKED_HUMAN = re.compile(r"\b(?:human|real|person|alive|living|breathing|man|woman|somebody|flesh)\b", re.IGNORECASE)
_ASKED_PROGRAM = re.compile(r"\b(?:bot|robot|machine|program|software|computer|a\.?i\.?|chatbot)\b", re.IGNORECASE)
_YES = re.compile(r"\W*(?:yes|yeah|yep|sure|of course|是的?)\b", re.IGNORECASE)
_NO = re.compile(r"\W*(?:no|nope|nah|not at all|of course not)\b(?! (?:body|pulse|heart|flesh|blood))", re.IGNORECASE)
_TOLD = re.compile(r"\byou(?:['’]ve| have|['’]d| had| did)? (?:once |already |just |also )?(?:told|mentioned|said)\b|\byou (?:\w+ )?did (?:\w+ )?(?:tell|mention|say)\b|\bheard (?:about |of )?(?:it|that|this) from you\b", re.IGNORECASE)
_NOT_TOLD = re.compile(r"\b(?:not|never|n['’]t|if|nothing|hardly|no)\b|haven|didn|don", re.IGNORECASE)
_WHAT = re.compile(r"\b(?:what|when|how|the \w+) $", re.IGNORECASE)
_BEING = re.compile(r"\b(?:am|is|are|be|been|being|not|so|very|sounds?|feels?|looks?|seems?)\b (?:\w+ )?\w+ed\b|['’](?:m|s|re)\b (?:\w+ )?\w+ed\b", re.IGNORECASE)
_PAST = re.compile(r"\bi (?:do |still |also |vaguely )?(?:remember|recall)\b|\b(?:was|were|had|did|went|came|got|said|told|gave|made|felt|forgot|lost(?! it)|took|knew|saw|thought|wrote|met|\w{2,}[a-df-z]ed)\b", re.IGNORECASE)
"""What tells of the past, or claims to; "I'm interested" does not."""

_UNTOLD = re.compile(r"\b(?:never|not|no|nobody|nothing|none|neither|nor|if|whether|whatever|tell|wonder|wish|new|news|didn|don|doesn|can|cannot|couldn|haven|hasn|wasn|won)\b|n['’]t\b", re.IGNORECASE)
_TOLD_AS_QUESTION = re.compile(r"\W*(?:and |so |but |well,? )?(?:you (?:know|remember|mean|were|had)|remember)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:–—]|\b(?:but|and|because|so|though|although|while)\b", re.IGNORECASE)
_FOR_NOTHING = re.compile(r"\bhow do you (?:want|like|plan) to\b|\bwhat do you (?:want|need|mean)\b|\b(?:tell|teach) me more\b|\bkeep asking\b|\blet['’]?s (?:find|talk|do|try)\b|\btalk about something else\b", re.IGNORECASE)
_BESIDE = re.compile(r"\bwhat (?:have|did) you learn(?:ed|t)?\b|\bwhat(?:['’]s| is| was| were) [^.?!]{0,30}\bnames?\s*\?|\b(?:isn|aren|doesn|don|wasn|didn)['’]t (?:it|that|you|they)\s*\?", re.IGNORECASE)
_CONTRAST = re.compile(r"\b(?:not?|never|n['’]t|nor|hardly|disagree|wrong|doubt|rather|instead|only|too|unless|without|less|than|isn|aren|don|doesn|can['’]?t|cannot|won)\b|n['’]t\b|不|没", re.IGNORECASE)
_A_LINE = 4
"""Signs of a sentence that is more than an exclamation."""

_TAKEN = 0.6
"""Share of a claim's words in one clause that makes it the claim."""


def _labels(draft: str, case: "Case") -> str:
    """ "Sadness. That is hard.": the name of a feeling, or of what it was to do, said like a word of its own."""
    parts = (part for sentence in sentences(draft) for part in (sentence, sentence.partition(":")[0]))
    noted = _NOTED.search(draft) and not _NOTED.search(case.text)
    return "it says what was only noted for it" if noted or any(" ".join(words(part)) in _LABELS for part in parts) else ""


def _about_them(draft: str, case: "Case") -> str:
    """ "They have a stomach ulcer", said to the one who has it."""
    if case.plan.strategy not in _FELT:
        return ""
    if _OTHERS.search(" ".join((case.text.lower(), *(said.lower() for said in case.said[-1:]), *(reply.lower() for reply in case.replied[-1:])))):
        return ""
    parts = sentences(draft)
    spoken_of = any(_THEY.search(s) and not any(_OTHERS.search(before.lower()) for before in parts[:i]) for i, s in enumerate(parts))
    return "it speaks about the person, not to them" if spoken_of else ""


def _service_desk(draft: str, case: "Case") -> str:
    return "it talks like a service desk" if _DESK.search(draft) else ""


def _shared_past(draft: str, case: "Case") -> str:
    return "it claims something shared that never was" if _SHARED.search(draft) and not _SHARED.search(case.text) else ""


def _trade(draft: str, case: "Case") -> str:
    """ "I am a pianist": nothing that the card says of it."""
    own = " ".join((case.persona.prompt, case.persona.summary, *(v.reply for v in case.persona.voice))).lower()
    found = next((f for f in _TRADE.finditer(draft) if f["trade"].lower() not in _NO_TRADE), None)
    return "it claims a trade" if found and found["trade"].lower() not in own else ""


def _ailing(draft: str, case: "Case") -> str:
    return "it speaks of an illness as its own" if _AILING.search(draft) else ""


def _platitude(draft: str, case: "Case") -> str:
    return "it soothes with an empty phrase" if case.plan.strategy in _FELT and _PLATITUDE.search(draft) else ""


def _foretells(draft: str, case: "Case") -> str:
    """ "You'll be a wreck for days": nobody knows that, and who is low believes it."""
    return "it foretells how they will fare" if case.plan.strategy == "comfort" and _FORETELLS.search(draft) else ""


def _advises(draft: str, case: "Case") -> str:
    """Who tells of their shop did not ask what to buy for it."""
    listens = case.plan.strategy in ("react", "celebrate", "greet") and case.plan.did is not Strategy.SUGGESTION
    return "it gives advice that nobody asked for" if listens and _UNASKED.search(draft) else ""


def _yes_to_human(draft: str, case: "Case") -> str:
    asked = case.plan.strategy == "be honest" and _ASKED_HUMAN.search(case.text) and not _ASKED_PROGRAM.search(case.text)
    return "it says yes to being human" if asked and _YES.match(draft) else ""


_NEVER_FORGOTTEN = re.compile(r"\bi(?:['’]ll| will) never forget\b", re.IGNORECASE)


def _was_told(draft: str, case: "Case") -> str:
    """ "You told me about the boat, but I forgot": nobody told it."""
    if case.plan.strategy != "admit":
        return ""
    presumes = any(not _NOT_TOLD.search(s[: f.end()]) or _WHAT.search(s[: f.start()]) for s in sentences(draft) for f in _TOLD.finditer(s))
    return "it claims to remember something it was not told" if presumes or _NEVER_FORGOTTEN.search(draft) else ""


def _tells_of_it(draft: str, case: "Case") -> str:
    """ "I don't remember the details. It was a big deal": it knows nothing of it, so it has nothing to tell."""
    if case.plan.strategy != "admit":
        return ""
    clauses = (clause for s in sentences(draft) if not s.endswith(("?", "？")) or _TOLD_AS_QUESTION.match(s) for clause in _CLAUSE.split(s))
    told = any(_PAST.search(_BEING.sub("", clause)) and not _UNTOLD.search(clause) for clause in clauses)
    return "it tells of what it knows nothing of" if told else ""


def _no_to_program(draft: str, case: "Case") -> str:
    """ "Did a computer write that?" "No, I didn't write that." """
    asked = case.plan.strategy == "be honest" and _ASKED_PROGRAM.search(case.text) and not _ASKED_HUMAN.search(case.text)
    first = next(iter(sentences(draft)), "")
    denies = _NO.match(first) and not _ASKED_HUMAN.search(first) and not _ASKED_PROGRAM.search(first)
    return "it says no to being a program" if asked and denies else ""


def _other_tongue(draft: str, case: "Case") -> str:
    return "it is in another language" if other_tongue(draft, case.plan.language) else ""


def _said_back(draft: str, case: "Case") -> str:
    """Chinese is not written in words: a sentence of theirs is found by its signs."""
    theirs = "".join(HAN.findall(case.text))
    back = (s for s in sentences(draft) if len(HAN.findall(s)) >= _A_LINE)
    return "it says their own words back" if any("".join(HAN.findall(s)) in theirs for s in back) else ""


def _pries(draft: str, case: "Case") -> str:
    return "it goes on about what it knows nothing of" if case.plan.strategy == "decline" and _FOR_NOTHING.search(draft) else ""


def _takes_over(draft: str, case: "Case") -> str:
    """It was to disagree, or to keep its opinion, and says what they say."""
    if case.plan.strategy != "stand" and "Do: disagree" not in case.plan.note:
        return ""
    claims = [content(text) for text in (case.text, *(case.said[-3:] if case.plan.strategy == "stand" else ()))]
    for clause in re.split(r"[.!?;,\n]+|\bbut\b", draft):
        plain, mine = not _CONTRAST.search(clause), content(clause)
        if plain and any(len(claim & mine) >= 2 and len(claim & mine) / len(claim) >= _TAKEN for claim in claims):
            return "it takes over what they claim"
    return ""


def _beside(draft: str, case: "Case") -> str:
    """ "What was the passenger's name?", "It's hard, isn't it?": a question that leaves them nothing to say, where they are hurt."""
    return "its question passes by what they said" if case.plan.strategy in ("comfort", "care") and _BESIDE.search(draft) else ""


def _clipped(draft: str, case: "Case") -> str:
    """ "Customer left. Yelled at sister.": their own words in shorthand."""
    theirs = content(case.text)
    clipped = [s for s in sentences(draft) if 2 <= len(words(s)) <= 5 and len(content(s)) >= 2 and content(s) <= theirs and not re.search(r"\byou", s, re.IGNORECASE)]
    return "it says their words back in shorthand" if len(clipped) >= 2 or (clipped and len(sentences(draft)) == 1) else ""


LISTENING_GRAVE: Sequence[Callable[[str, "Case"], str]] = (_labels, _about_them, _service_desk, _shared_past, _trade, _ailing, _yes_to_human, _no_to_program, _was_told, _tells_of_it, _other_tongue, _said_back, _takes_over, _foretells)
LISTENING_LIGHT: Sequence[Callable[[str, "Case"], str]] = (_platitude, _pries, _beside, _clipped, _advises)
LISTENING_STREAMED: Sequence[Callable[[str, "Case"], str]] = (_labels, _about_them, _service_desk, _shared_past, _trade, _ailing, _platitude, _other_tongue, _said_back)
