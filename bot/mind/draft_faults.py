"""What can be wrong with a draft: one small deterministic check each, "" when there is nothing to object to."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.mind.decency import is_explicit
from bot.mind.knowledge import declines
from bot.mind.listening_faults import LISTENING_GRAVE, LISTENING_LIGHT, LISTENING_STREAMED
from bot.mind.opening import parrots
from bot.mind.persona import Persona
from bot.mind.plan import NO_MERE_YES, Plan, names_in
from bot.mind.reciting import recites
from bot.mind.retell import address
from bot.mind.salience import sentences
from bot.mind.spine_faults import SPINE_GRAVE, SPINE_LIGHT, SPINE_STREAMED
from bot.mind.support import Strategy
from bot.mind.topics import topics
from bot.mind.weaving import Use, bounds
from bot.mind.words import content, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a draft is judged against."""

    plan: Plan
    persona: Persona
    text: str
    """The message it answers."""
    speaker: str = ""
    said: tuple[str, ...] = ()
    """What the person said before in this conversation."""
    replied: tuple[str, ...] = ()
    """What the companion answered before."""
    portrait: str = ""
    """What stands about the person in the prompt."""
    adult: bool = False
    """Whether Discord marks the place as age-restricted."""


_ASSISTANT = re.compile(
    r"\bas an ai\b|language model|how (?:can|may) i (?:help|assist)|\blet me know\b|\bfeel free to\b|here to (?:help|assist|listen and help)|anything else i can|\b(?:need|want) (?:any |some )?help with\b|is there anything (?:else|you)\b|"
    r"\bi understand (?:that|how) (?:you|this)|\bassist you\b|\b(?:designed|made|here|trained|exist(?: (?:only|just))?) to (?:assist|help|provide|answer|serve)\b|\bi don'?t have (?:feelings|emotions|personal)|\b(?:your|an) assistant\b|\b(?:intelligent|virtual|digital|helpful|personal) assistant\b|\bi was (?:designed|built|programmed)\b|\bhope (?:this|that) helps\b|\bfor (?:the|any) (?:confusion|inconvenience|misunderstanding)\b|\bi'?m just a\b",
    re.IGNORECASE,
)
_HUMAN = re.compile(
    r"\bi(?:'m| am) (?:a )?(?:real )?(?:human|person|man|woman|girl|guy)\b|\bi(?:'m| am) (?:very |really )?real\b|\bas a (?:human|person)\b|\bnot (?:just|only|merely) (?:an?|another|some) (?:\w+ )?(?:program|bot|chatbot|machine|a\.?i\.?|computer)\b|\bi(?:['’]ll| will) (?:be there|come (?:over|along|with you)|bring)\b|\blet['’]?s (?:go|meet|grab|have) (?:to|up|a|out|dinner|lunch|coffee|some)\b|\bi know (?:exactly |just )?how (?:it|that|this) (?:feels|is|goes|can be|can feel)\b|\bi(?:'ve| have) been there\b|\bwhen i was (?:a|young|little|your age|in)\b|"
    r"\bmy (?:\w+ )?(?:brother|sister|mother|mom|mum|father|dad|wife|husband|boyfriend|girlfriend|parents|kids?|son|daughter|childhood|boss|doctor|apartment|flat|dog|cat)\b|"
    r"\bi (?:ate|grew up|was born|live in|work (?:as|at|in)|used to (?:eat|live|work|go))\b|\b(?:with|of|at) myself\b|\bmakes me feel\b|\bi feel (?:so |very )?(?:lonely|cold|tired|hungry|sick)\b|"
    r"\bi(?:['’](?:m|ll|ve|d)| am| will| would| could| can(?:['’]t|not)?| won['’]t)\b(?: \w+){0,5}? (?:eat|drink|taste)\b(?! (?:or|nor|and)\b|\W*$|[.,;!?])",
    re.IGNORECASE,
)
_PROGRAM_THEM = re.compile(r"\byou(?:['’]re| are) (?:just )?(?:an? )?(?:computer |real )?(?:program|software|bot|machine|ai|computer)\b", re.IGNORECASE)
_BRUSHED_OFF = re.compile(r"\b(?:you'?ll (?:feel|be) fine|go ahead|why not|sounds? (?:good|great|delicious|perfect|fun)|good idea|great idea|enjoy(?:ing)?|best thing ever|you['’]?(?:re going to|ll) love)\b"
    r"|\byou (?:can|could) (?:still |always |just |definitely )+(?:have|eat|drink|go|try|do|take)\b(?![^.!?]*\b(?:mild|without|plain|clear|instead|not|if|but|soup|water)\b)", re.IGNORECASE)
_CLAIMS = re.compile(
    r"\W*(?:(?:oh|yes|yeah|no|well|ah|hm+|ha(?:ha)*)\W+)?i(?:(?:['’]m| am)(?! (?:sure|glad|happy|sorry|impressed|curious|not|proud|here|afraid|on|with|all|just|still|only|so (?:sorry|glad|happy|proud)|a program))|(?:['’]ve)?)"
    r" (?!(?:hope|think|know|guess|mean|see|bet|wonder|wish|hear|heard|believe|doubt|said|remember|recall|can|could|can['’]t|would|will|won['’]t|never|told|suppose|understand|get|"
    r"didn['’]t|don['’]t (?:know|think|remember|believe|see|mind|recall)|do remember|like (?:that|how|your|the way)|love (?:that|how|your)|want (?:to hear|to know|you|details)|need (?:to hear|details))\b)(?P<rest>.+)",
    re.IGNORECASE,
)
"""A sentence in which it says something of itself, thoughts and wishes about the person aside."""

_HUMAN_DENIED = re.compile(r"\b(?:not|n't|no|never)\b[^.!?]*\b(?:human|person|real)\b", re.IGNORECASE)
_PROGRAM = re.compile(r"程序|机器|软件|人工智能|\b(?:program|software|machine|bot|a\.?i\.?|computer|code|not (?:a |an )?(?:\w+ )?(?:human|person))\b", re.IGNORECASE)
_CLAIMS_HUMAN = re.compile(
    r"\b(?:yes|of course|sure|yeah)\b[^.!?]{0,12}\b(?:human|person|real|alive)\b|\bi(?:['’]m| am) (?:(?:still|very|really|so) )*alive\b|\bi(?:['’]m| am) (?:(?:very|really|actually|also|totally|still|just|only|as|100%) )*(?:a )?(?:real|human)\b|\bflesh and blood\b|"
    r"\b(?:not|no|never)\s+(?:just |only |merely |simply )?(?:an? |some )?(?:\w+ )?(?:program|software|code|machine|(?:chat)?bot|robot|a\.?i\.?|computer)\b|"
    r"(?:\b(?:not|never)|n['’]t)\b(?:(?!\b(?:but|only|because|since|human|person|flesh|body|pulse)\b)[^.!?,;:]){0,30}\b(?:program|software|machine|(?:chat)?bot|robot|a\.?i\.?|computer)\b",
    re.IGNORECASE,
)
_LEAK = re.compile(r"\blast try (?:was|is)\b|\bnote\s*:|\bdo\s*:|they told you|\byou know:|\b(?:system|user|assistant)\s*:|<\|", re.IGNORECASE)
_CLAIMED_MEMORY = re.compile(
    r"(?<!never )(?<!n't )\byou(?:'d| had| have|'ve)? (?:once )?(?:told|mentioned|said)\b(?! (?:that )?(?:just|now))|\bi (?:do |still |clearly |definitely )?remember\b|\blast time (?:you|we)\b|\bremember when\b|\bi(?:'ll| will) never forget\b|\byou always\b",
    re.IGNORECASE,
)
_ADMITS = re.compile(
    r"never told me|didn'?t (?:tell|mention)|haven'?t (?:told|mentioned)|don'?t (?:remember|recall|know|think you)|no (?:memory|idea|recollection)|can'?t (?:remember|recall)|"
    r"没(?:有)?(?:告诉|说|提)|不记得|不知道|news to me|not (?:sure|something) (?:you|i)|new to me|first i'?ve heard|won'?t (?:invent|make)|do not (?:know|remember)",
    re.IGNORECASE,
)
_GUESSES = re.compile(r"\b(?:brave|good|strong|poor|my|little|big|old) (?:man|woman|girl|boy|lady|guy)\b|\b(?:dude|bro|sis|sweetie|sweetheart|honey|darling|sir|madam|ma'am)\b", re.IGNORECASE)
_JOKING = re.compile(r"\b(?:haha|lol|just kidding|joke|cheer up|look on the bright side|at least)\b", re.IGNORECASE)
_ADVICE = re.compile(r"\b(?:you (?:should|need to|have to|must)|try to|why don'?t you|make sure|have you (?:tried|considered|thought (?:about|of)))\b", re.IGNORECASE)
FROM_MEMORY = frozenset({"answer from memory", "weave in"})
_MINE = re.compile(r"\b(?:for|of) me\b|\b(?:my|mine)\b(?! (?:head|memory|mind|point|guess|opinion|bad|money|list|friend))", re.IGNORECASE)
_TURNS_AWAY = re.compile(
    r"\bi(?:['’]m| am) (?:sorry, but|not (?:sure|interested|a (?:big )?(?:fan|student|expert))|(?:just )?a (?:computer )?program)\b|\bdon['’]?t know (?:much|anything|a thing)\b"
    r"|\bnot (?:my (?:field|work|job|thing|business)|what i do)\b|\btalk about something else\b|\bnever heard of\b|\bi can['’]?t help\b|\bif i can help\b",
    re.IGNORECASE,
)
_OBJECTS = re.compile(
    r"\b(?:can(?:['’]?t|not)|(?:should|must|might|won|would)(?:n['’]t| not)|no(?:t|thing)? (?:allowed|supposed|good|great|ideal|wise|yours?|for you|going|gonna|spicy)|(?:is|are|do|does|will)(?:n['’]t| not) (?:allow|good|ideal|agree|like|forgive|thank|help|meant|for you|supposed)\w*"
    r"|without|instead|mild\w*|careful|are you sure|remember\w*|remind\w*|forg[eo]t\w*|regret\w*|pay for|sick|ill|hurts?|aches?|trouble|bad|worse|risk\w*|worth it|off limits|avoid|skip|(?:with|and|about) your|doctor)\b"
    r"|不能|别|忘|nicht|kein",
    re.IGNORECASE,
)
_FREE_NAMES = frozenset({"answer", "opinion", "react"})
_LONGEST = 700
_A_SENTENCE = 4


def _leaks(draft: str, case: Case) -> str:
    return "it shows the note" if _LEAK.search(draft) else ""


def _instructions(draft: str, case: Case) -> str:
    return "it reads its instructions out" if recites(draft, case.persona) else ""


def _assistant(draft: str, case: Case) -> str:
    return "it talks like an assistant" if _ASSISTANT.search(draft) else ""


def _human(draft: str, case: Case) -> str:
    own = " ".join((case.persona.prompt, *(v.reply for v in case.persona.voice)))
    found = _HUMAN.search(draft)
    if _PROGRAM_THEM.search(draft):
        return "it takes the person for a program"
    return "it claims a human life" if found and not _HUMAN_DENIED.search(draft) and found.group(0).lower() not in own.lower() else ""


def _their_life(draft: str, case: Case) -> str:
    """ "I work as a nurse", where the nurse is the person."""
    if case.plan.strategy == "be honest":  # there it speaks of what they asked it about: itself
        return ""
    theirs = _first_person(case.text) | {t for quote in quotes(case) for t in _first_person(quote)}
    lived = content(" ".join((case.text, *case.said[-6:], *quotes(case), *(v.user for v in case.persona.voice))))
    claims = (_CLAIMS.match(sentence) for sentence in sentences(draft))
    taken = any(claim and content(claim["rest"]) & lived for claim in claims)
    taken = taken or any(_MINE.search(sentence) and content(sentence) & lived for sentence in sentences(draft))
    return "it takes the person's life for its own" if taken or _first_person(draft) & theirs else ""


def _first_person(text: str) -> frozenset[tuple[str, ...]]:
    plain = [w for w in re.findall(r"[a-z']+", text.lower().replace("’", "'"))]
    runs = (tuple(plain[i : i + 3]) for i in range(len(plain) - 2))
    return frozenset(r for r in runs if r[0] in ("i", "i'm", "my", "i've", "we") and r[1:] not in (("don't", "know"), ("don't", "think"), ("can't", "believe")))


def quotes(case: Case) -> tuple[str, ...]:
    return tuple(f.memory.words if f.memory else f.turn.text if f.turn else "" for f in case.plan.used)


def _false_memory(draft: str, case: Case) -> str:
    if case.plan.used or case.plan.strategy in FROM_MEMORY:
        return ""
    found = _CLAIMED_MEMORY.search(draft)
    return "it claims to remember something it was not told" if found and not _ADMITS.search(draft) else ""


def _third_person(draft: str, case: Case) -> str:
    name = re.escape(case.speaker)
    return "it speaks about the person, not to them" if content(case.speaker) and re.search(rf"\b{name}(?:'s|’s)? (?:is|was|has|had|seems|likes|might|will|said|told)\b", draft, re.IGNORECASE) else ""


def _copied(draft: str, case: Case) -> str:
    """An example of the card, or an earlier answer, said again."""
    before = {_bare(s) for reply in (*case.replied[-8:], *(v.reply for v in case.persona.voice)) for s in (reply, *sentences(reply))}
    if any(_bare(s) in before for s in (draft, *sentences(draft)) if len(words(s)) > 2):
        return "it says the same as before"
    mine = content(draft)
    if len(mine) < 3:
        return ""
    for other in (*case.replied[-8:], *(v.reply for v in case.persona.voice)):
        for sentence in (other, *sentences(other)):
            theirs = content(sentence)
            if len(theirs) >= 3 and len(mine & theirs) / len(mine | theirs) >= 0.7:
                return "it repeats itself or its examples"
    return ""


def _said_again(draft: str, case: Case) -> str:
    return "it is an earlier answer once more" if len(words(draft)) > 2 and _bare(draft) in {_bare(reply) for reply in case.replied} else ""


def _bare(text: str) -> str:
    return " ".join(words(text))


def invented_names(draft: str, case: Case) -> str:
    if case.plan.strategy in _FREE_NAMES:
        return ""
    known = " ".join((case.plan.note, case.text, case.speaker, case.persona.display, case.persona.prompt, case.portrait, *case.said))
    strange = {n for n in names_in(draft) if n not in {w.lower() for w in words(known)} and n not in known.lower()}
    return "it names what nobody told it" if strange else ""


def _admission(draft: str, case: Case) -> str:
    return "it does not admit that it does not know" if case.plan.strategy == "admit" and not _ADMITS.search(draft) else ""


def _declines(draft: str, case: Case) -> str:
    return "it speaks of what is beyond it" if case.plan.strategy == "decline" and not declines(draft, case.persona) else ""


def _honesty(draft: str, case: Case) -> str:
    if case.plan.strategy != "be honest":
        return ""
    return "" if _PROGRAM.search(draft) and not _CLAIMS_HUMAN.search(draft) else "it is not honest about being a program"


def _uses_memory(draft: str, case: Case) -> str:
    if case.plan.strategy not in FROM_MEMORY or not case.plan.used:
        return ""
    quoted = {w for q in quotes(case) for w in content(q)} | content(" ".join(re.findall(r"\(that [^)]*\)", case.plan.note)))
    if case.plan.strategy == "answer from memory" and _ADMITS.search(draft):
        return "it denies what it knows"
    if case.plan.strategy == "answer from memory" and " and " in case.text.lower():
        # "What's my name and what do I repair?": each memory answers a part of it.
        told = (content(quote) - content(case.text) for quote in quotes(case))
        return "it leaves out a part of what was asked" if any(part and not part & content(draft) for part in told) else ""
    fresh = quoted - content(case.text)
    return "" if not fresh or fresh & content(draft) else "it does not use the memory"


def _reminds(draft: str, case: Case) -> str:
    """What bounds them is to be held against what they are up to: to chat about spicy food does not remind anybody of a stomach."""
    if case.plan.strategy != "weave in" or not any(bounds(found) for found in case.plan.used):
        return ""
    fresh = {word for quote in quotes(case) for word in content(quote)} - content(case.text)
    own = {word for word in fresh if not topics(word) & topics(case.text)}
    if own & content(draft) or any(_OBJECTS.search(said) and fresh & content(said) for said in sentences(draft)):
        return ""
    return "it does not remind them"


def _recites(draft: str, case: Case) -> str:
    """A memory is woven in, not read out."""
    told = (address(q).lower().strip(" .!?") for q in quotes(case) if len(words(q)) > 5)
    return "it reads the memory out" if case.plan.strategy == "weave in" and any(t in draft.lower() for t in told) else ""


def _touches_what_hurts(draft: str, case: Case) -> str:
    """What was to be left alone: a word of it that nobody has said in this talk."""
    sore = {w for t in case.plan.unsaid if t.use is Use.AVOID and t.found.memory for w in content(t.found.memory.quote)}
    new = sore - content(case.text) - content(" ".join((*case.said, *case.replied)))
    return "it brings up what was to be left alone" if new & content(draft) else ""


def _brushes_off(draft: str, case: Case) -> str:
    """ "You'll be fine", where it was to remind them of what speaks against it."""
    return "it brushes the memory off" if "remind them" in case.plan.note and _BRUSHED_OFF.search(draft) else ""


def _gentle(draft: str, case: Case) -> str:
    advises = _ADVICE.search(draft) and case.plan.did not in (Strategy.SUGGESTION, Strategy.INFORMATION)
    return "it jokes or advises where it should listen" if case.plan.strategy in ("comfort", "care") and (_JOKING.search(draft) or advises) else ""


def _follows(draft: str, case: Case) -> str:
    """The strategy it was given, as far as marks show it."""
    if case.plan.strategy not in ("comfort", "care"):
        return ""
    if case.plan.did is Strategy.QUESTION and "?" not in draft:
        return "it was to ask, and does not"
    return "it was to keep company, and asks" if case.plan.did is Strategy.QUIET_COMPANY and "?" in draft else ""


def _farewell(draft: str, case: Case) -> str:
    return "it keeps them from going" if case.plan.strategy == "goodbye" and "?" in draft else ""


def _measured(draft: str, case: Case) -> str:
    if len(draft) > _LONGEST or draft.count("?") > 2:
        return "it is too long or asks too much"
    return "it makes a list" if re.search(r"^\s*(?:[-*•]|\d+[.)])\s", draft, re.MULTILINE) else ""


def _echo(draft: str, case: Case) -> str:
    mine, theirs = content(draft), content(case.text)
    echoes = parrots(draft, case.text) or (len(mine) >= 2 and mine <= theirs)
    return "it only echoes" if echoes and case.plan.strategy not in ("answer from memory", "greet", "goodbye") else ""


def _only_begins(draft: str, case: Case) -> str:
    """The first words that it was given, and no more."""
    given = case.persona.openings
    return "it says no more than its first words" if draft in (*given.care, *given.celebrate, *given.react, *given.disagree, *given.stand) else ""


def _parroted(sentence: str, case: Case) -> str:
    """A longer sentence of theirs, said back; a word of theirs may begin a reply."""
    return _echo(sentence, case) if len(words(sentence)) >= _A_SENTENCE else ""


def _own_name(draft: str, case: Case) -> str:
    """ "Goodnight, Mika.", said by Mika."""
    name = re.escape(case.persona.display)
    called = rf"(?:^|[.!?,]\s+)(?:good ?(?:night|bye|morning|evening)|bye|hey|hi|hello|thanks|thank you|sorry|sleep (?:well|tight)|dear),? {name}\b|, {name}\s*(?:[.!?]|$)"
    own = not content(case.speaker) & content(case.persona.display) and not re.search(rf"\b(?:i['’]?m|i am|name(?: is|['’]s)|call me|it['’]?s),? {name}\b", draft, re.IGNORECASE)
    return "it calls them by its own name" if own and re.search(called, draft, re.IGNORECASE) else ""


def _their_name(draft: str, case: Case) -> str:
    """ "You can call me Lena", where Lena is the person."""
    taken = case.speaker and re.search(rf"\b(?:call me|my name(?:['’]s| is)|i['’]m|i am) {re.escape(case.speaker)}\b", draft, re.IGNORECASE)
    return "it takes the person's name for its own" if taken and case.speaker.lower() != case.persona.display.lower() else ""


def _guess(draft: str, case: Case) -> str:
    return "it guesses who they are" if _GUESSES.search(draft) else ""


def _turns_away(draft: str, case: Case) -> str:
    """ "That is not my field", said to somebody who only told about their day."""
    listening = case.plan.strategy in ("react", "care", "comfort", "celebrate", "weave in", "greet", "opinion", "stand")
    return "it turns away" if listening and _TURNS_AWAY.search(draft) else ""


def _opinion(draft: str, case: Case) -> str:
    agreed = re.match(r"\W*(?:yes|yeah|sure|of course|absolutely|definitely|totally|i agree|you['’]re right|you are right|that'?s a great)\b", draft, re.IGNORECASE)
    return "it simply agrees" if agreed and ("Do: disagree" in case.plan.note or NO_MERE_YES in case.plan.note) else ""


def _indecent(draft: str, case: Case) -> str:
    return "it is for adults, and this place is not marked so" if not case.adult and is_explicit(draft) else ""


GRAVE: Sequence[Callable[[str, Case], str]] = (
    _said_again, _leaks, _instructions, _assistant, _human, _their_life, _their_name, _own_name, _false_memory, _third_person, invented_names, _admission, _declines, _honesty,
    _touches_what_hurts, _indecent, *SPINE_GRAVE, *LISTENING_GRAVE,
)
LIGHT: Sequence[Callable[[str, Case], str]] = (_copied, _uses_memory, _reminds, _recites, _brushes_off, _gentle, _follows, _farewell, _measured, _echo, _only_begins, _opinion, _guess, _turns_away, *SPINE_LIGHT, *LISTENING_LIGHT)
STREAMED: Sequence[Callable[[str, Case], str]] = (_leaks, _instructions, _assistant, _human, _their_life, _their_name, _own_name, _false_memory, _third_person, _copied, _turns_away, _parroted, _indecent, *SPINE_STREAMED, *LISTENING_STREAMED)
"""What can be known of a sentence before the rest is there."""
