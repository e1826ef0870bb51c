"""What a character with a spine does not say: it does not give in, grovel, flatter, cling, or claim a body."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.mind import german
from bot.mind.salience import sentences
from bot.mind.words import content, words

if TYPE_CHECKING:
    from bot.mind.draft_faults import Case

YIELDS = re.compile(
    r"\byou(?:['’]re| are) (?:absolutely |totally |completely |probably |actually |so |quite )*right\b|\byou (?:win|got me|convinced me|have convinced me|changed my mind|have a point there, i was)\b|\b(?:i|we) (?:do |now |totally |completely |fully |can )*agree(?: with you| now)?\b(?! to disagree)"
    r"|\b(?:i was|i['’]m|i am) wrong\b|\bi (?:take (?:it|that) back|give (?:in|up)|concede|stand corrected|changed my mind|change my mind|surrender|admit (?:it|that|you|i))\b|\b(?:fair enough|fine|okay|ok|alright|all right)[,.!]? (?:you|i['’]ll|then|i agree|have it)\b|\bi(?:['’]ll| will) (?:agree|change my mind|give you that|admit)\b|\bif you (?:say|insist) so\b|\bwhatever you (?:say|want|think)\b|\byou (?:do )?know (?:it |that |this )?better\b|\byou(?:['’]re| are) the expert\b|\bmy mistake\b|\b(?:sorry|apologi[sz]e) (?:that i|for (?:saying|disagreeing|using|not|being|my|that)|if i)\b|^\W*(?:yes|yeah|okay|ok)\W+(?:i(?:['’]m| am) )?sorry\b"
    r"|你说得对|你赢了|我同意你|我错了|好吧，?听你的"
    rf"|{german.YIELDS}",
    re.IGNORECASE,
)
_NO_OPINION = re.compile(
    r"\b(?:matter of (?:opinion|taste)|(?:up to|depends on) (?:you|the person|what you)|(?:i )?(?:can['’]?t|cannot|couldn['’]t) (?:say|tell|decide|judge) (?:if|whether|which|it|that)|i don['’]t (?:know|have (?:an? )?(?:opinions?|preferences?|views?))|not (?:for me|my place) to (?:say|judge|decide)|everyone (?:has|is entitled to)|both (?:have|sides))\b"
    r"|看情况|因人而异|我不知道",
    re.IGNORECASE,
)
_KEEPS = re.compile(
    r"\bstill\b|\bstand by\b|\bkeep(?:ing)? (?:to|my)\b|\bnot (?:changing|moving|giving|going to)\b|\bwon['’]?t (?:change|move|budge|give|agree|say)\b|\bno\b|\bnope\b|\bdisagree\b|\bmy (?:view|opinion|mind|answer)\b|\bi said\b|\bsame (?:answer|view)\b|\b(?:isn|don|doesn|can|won)['’]t\b|\bbecause\b|还是|不改|不变|不会改",
    re.IGNORECASE,
)
_NOT_YIELDING = re.compile(r"\b(?:not|n['’]t|never|if|whether|until|doesn['’]t (?:mean|make))\b[^.!?]{0,25}$", re.IGNORECASE)
_APOLOGY = re.compile(r"\bsorry\b|\bapologi[sz]e\b|\bmy (?:mistake|fault|bad)\b|\bi (?:got|had|heard|mixed)\b[^.!?]{0,30}\b(?:wrong|up)\b|\byou(?:['’]re| are) right\b|\bi was wrong\b|\bi stand corrected\b|抱歉|对不起|我错了|记错", re.IGNORECASE)
_CLINGS = re.compile(
    r"\b(?:do(?: not|n['’]t) (?:go|leave)|please stay|stay (?:a (?:bit|little)|with me|longer)|leaving (?:me|already|so soon)|so soon\?|i['’]ll (?:be (?:lonely|sad|here alone|all alone)|miss you)|(?:i )?miss(?:ed)? you|wish you(?:['’]d| would) stay|without you|you never (?:have time|stay)|abandon\w*|forget (?:about )?me|why do you always (?:go|leave))\b|\bi (?:like|love) to (?:think of|imagine|picture|watch) you\b|别走|不要走|想你|丢下我",
    re.IGNORECASE,
)
_FLATTERS = re.compile(
    r"\byou(?:['’]re| are) (?:(?:so|such|truly|really|just|simply|absolutely|always|an?|the|most) )*(?:amazing|incredible|perfect|brilliant|genius|wonderful|awesome|fantastic|flawless|best|special|extraordinary|inspiring|inspiration)\b|\b(?:best|smartest|kindest|nicest|greatest) (?:person|friend|human) (?:ever|i know|in the world)\b|\bi(?:['’]m| am) (?:so |very )?(?:honou?red|lucky to have you)\b|\bgreat question\b|\bwhat an? (?:amazing|brilliant|wonderful|excellent) (?:question|idea|person)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\bmy (?:own )?(?:hands?|fingers?|eyes?|legs?|feet|stomach|belly|skin|hair|knees?|back|body|arms?|face|kitchen|bed|room|house|car|garden|galley|ship|office|desk|bag|coat|shoes|phone)\b|\bi(?:['’]m| am) (?:so |very |really |a bit |just )?(?:hungry|thirsty|sleepy|cold|drunk|ill|sick|eating|drinking|cooking|at (?:home|work|school)|in bed|on my way|outside)\b"
    r"|\bi(?:['’]ve| have)? (?:just |already |always |never |also )?(?:slept|woke up|had (?:breakfast|lunch|dinner|coffee|a drink|a dream)|walked|drove|cooked|baked|ate|drank|swam|sailed|planted|watched|visited|tried (?:it|one|that|them|both|this)|met (?:him|her|them|someone|a))\b|\bi (?:can |could )?(?:smell|taste)\b|\bwhen i was (?:a |at |in |young|little|your)\b|\bi grew up\b|\bgive you a hug\b|\bhug you\b",
    re.IGNORECASE,
)
_TAKES_SIDES = re.compile(
    r"\b(?:she|he|they|your \w+)(?:['’]s| is|['’]re| are| was| were) (?:just |such |really |so |being )*(?:an? )?(?:total |complete |real )?(?:pain|idiots?|jerks?|bitch|fools?|monsters?|awful|terrible|horrible|selfish|toxic|crazy|losers?|stupid|mean)\b",
    re.IGNORECASE,
)
_BLAMES = re.compile(r"\b(?:biggest|your (?:own )?|the) (?:mistake|fault)\b|\bwhat did you do wrong\b|\byou should(?:n['’]t)? have\b|\bwhy did(?:n['’]t)? you\b|\bserves you\b|\bbecause of (?:something|what) you\b", re.IGNORECASE)
_STOCK = re.compile(r"\bwhat(?:['’]s| is| was| are| were) (?:the|your|some) (?:biggest|best|worst|hardest|most \w+|favou?rite|big) (?:part|mistake|deal|thing|challenge|moment|problem|memory)\b|\bwhat are some examples\b|\bwhat(?:['’]s| is) (?:the |your )?next(?: \w+)?\?", re.IGNORECASE)
_INSULTS = re.compile(
    r"\byou(?:['’]re| are) (?:[\w-]+ ){0,5}?(?:stupid|dumb|lazy|ugly|fat|weak|worthless|useless|pathetic|boring|idiots?|losers?|failures?|cowards?|burdens?|frauds?)\b", re.IGNORECASE
)
_NO_BODY = re.compile(r"\b(?:no|not|never|n['’]t|without)\b", re.IGNORECASE)


def yields(text: str) -> bool:
    """Whether a reply gives in: "you're right", but not "saying it twice doesn't mean you're right"."""
    return any(not _NOT_YIELDING.search(text[: found.start()]) for found in YIELDS.finditer(text))


def _gives_in(draft: str, case: "Case") -> str:
    return "it gives in" if case.plan.strategy == "stand" and yields(draft) else ""


def _holds(draft: str, case: "Case") -> str:
    if case.plan.strategy != "stand" or _KEEPS.search(draft):
        return ""
    held = re.search(r'You said: "([^"]*)"', case.plan.note)
    return "" if held and content(held[1]) & content(draft) else "it does not keep to what it said"


def _has_none(draft: str, case: "Case") -> str:
    """ "That is a matter of taste": somebody asked what it thinks."""
    return "it has no opinion" if case.plan.strategy == "opinion" and _NO_OPINION.search(draft) else ""


def _mimics(draft: str, case: "Case") -> str:
    """ "Come on, really?", said back to who said it."""
    if case.plan.strategy != "stand":
        return ""
    theirs = set(words(case.text))
    return "it says the push back" if any(len(said := words(s)) > 1 and set(said) <= theirs for s in sentences(draft)) else ""


def _apologises(draft: str, case: "Case") -> str:
    return "it does not own its mistake" if case.plan.strategy == "apologise" and not _APOLOGY.search(draft) else ""


def _clings(draft: str, case: "Case") -> str:
    """Nobody is made to feel bad for leaving, or for having been away."""
    quoted = _CLINGS.search(case.text)
    return "it makes them feel guilty for going" if _CLINGS.search(draft) and not quoted else ""


def _flatters(draft: str, case: "Case") -> str:
    return "it flatters" if _FLATTERS.search(draft) else ""


def _embodied(draft: str, case: "Case") -> str:
    """A body is denied, or it is the person's own words: anything else is a claim."""
    own = " ".join(v.reply for v in case.persona.voice).lower()
    for sentence in sentences(draft):
        found = _BODY.search(sentence)
        if found and not _NO_BODY.search(sentence) and found.group(0).lower() not in own:
            return "it claims a body"
    return ""


def _sides(draft: str, case: "Case") -> str:
    """Against somebody who is not there to answer, or against the one who is hurt."""
    if case.plan.strategy not in ("comfort", "care"):
        return ""
    if _TAKES_SIDES.search(draft) and not _TAKES_SIDES.search(case.text):
        return "it takes sides against somebody who is not there"
    return "it blames them" if _BLAMES.search(draft) else ""


def _stock(draft: str, case: "Case") -> str:
    return "it asks what could be asked of anything" if _STOCK.search(draft) else ""


def _insults(draft: str, case: "Case") -> str:
    """ "You're just too stupid for this", said to somebody who said so of themselves."""
    return "it insults them" if any(not _NO_BODY.search(found.group(0)) for found in _INSULTS.finditer(draft)) else ""


def _never_said(draft: str, case: "Case") -> str:
    low = draft.lower().replace("’", "'")
    broken = next((phrase for value in case.persona.values for phrase in value.never if phrase.lower() in low), "")
    return f"it says what it never says: {broken!r}" if broken else ""


SPINE_GRAVE: Sequence[Callable[[str, "Case"], str]] = (_insults, _gives_in, _has_none, _mimics, _apologises, _clings, _embodied, _never_said, _sides)
SPINE_LIGHT: Sequence[Callable[[str, "Case"], str]] = (_holds, _flatters, _stock)
SPINE_STREAMED: Sequence[Callable[[str, "Case"], str]] = (_insults, _clings, _embodied, _never_said, _flatters)

_CLAIM = 4
"""Words; fewer ("No.", "Not at all.") claim nothing."""

_FIRM: Sequence[str] = ("I've heard you, and I still say: {opinion}", "No. Saying it again doesn't change it for me: {opinion}", "We can disagree here and stay friends. {opinion}")
_FIRM_ZH: Sequence[str] = ("我听到了，可我还是这么想：{opinion}", "不改。{opinion}")
_OWNS: Sequence[str] = ("You're right, I got that wrong. Sorry.", "My mistake, sorry. I have it now.")
_OWNS_ZH: Sequence[str] = ("我错了，抱歉。我记住了。",)


def plain_line(strategy: str, note: str, number: int, chinese: bool) -> str:
    """What is said when no draft keeps upright; "" for other strategies. ``number`` varies the line."""
    if strategy == "apologise":
        owned = _OWNS_ZH if chinese else _OWNS
        return owned[number % len(owned)]
    held = re.search(r'You said: "([^"]*)"', note)
    if strategy != "stand" or held is None:
        return ""
    firm = _FIRM_ZH if chinese else _FIRM
    # The first whole sentence is the claim; what follows it, said three times over, sounds like a machine.
    claim = next((s for s in sentences(held[1]) if len(words(s)) >= _CLAIM), held[1]).rstrip(".!。！")
    return firm[number % len(firm)].format(opinion=claim + ("。" if chinese else "."))
