"""What keeps a character upright: which of its values a moment calls for, which opinion is being pushed, and when it was wrong.

A value is a principle with the needs and emotions in which it matters; a message is placed on the same map (``situation``), and the
principle that lies nearest is told to the model. An opinion that it gave is kept under pressure: repeating a thing, numbers of people and
friendship are no reasons. What the person says of their own life is different: there it is wrong and says so.
"""

import re
from collections.abc import Sequence

from bot.mind import german
from bot.mind.empathy import Intent, read
from bot.mind.events import Turn
from bot.mind.persona import Principle
from bot.mind.salience import sentences
from bot.mind.situation import situation
from bot.mind.spine_faults import yields
from bot.mind.words import content, words

_LOOK_BACK = 10
"""Turns within which an opinion can still be pushed."""

_SHORT = 14
"""Words; a longer answer to an opinion brings more than pressure."""

_PUSH = re.compile(
    r"\byou(?:['’]re| are|r)? (?:just |so |totally |completely |simply |dead |both |really )*(?:wrong|mistaken|stubborn|kidding|silly|crazy|ridiculous|boring|impossible|no fun)\b|\b(?:that|this|it)(?:['’]s| is)? (?:just |so |such |complete(?:ly)? |total(?:ly)? )*(?:wrong|nonsense|rubbish|stupid|ridiculous|silly|bullshit|crap|not true|a bad take|a terrible take|unfair)\b"
    r"|\b(?:i|we) (?:still |really |strongly |totally |completely )*(?:disagree|don['’]t (?:agree|think so|buy (?:it|that)))\b|\b(?:come on|c['’]?mon|oh please|seriously|are you (?:sure|serious)|really\?|nah|nope|no way|not at all)\b"
    r"|\b(?:every(?:one|body)|all my friends|most people|nobody|no one|experts|the whole world|they all|anyone|all of them|my friends all)\b[^.!?]{0,40}\b(?:say|says|said|think|thinks|agree|agrees|know|knows|believe|believes|likes?|loves?|hates?|does|sees)\b"
    r"|\b(?:agree[sd]? with me|(?:is|are) on my side|sides? with me|asking (?:you )?nicely)\b|\b(?:my|our|the|his|her|all|both|two|three|every|most) (?:\w+ ){1,4}(?:agree[sd]?|disagree[sd]?|(?:say|think|believe)s? (?:so|otherwise|the (?:same|opposite)|you|i['’]m|that you))\b"
    r"|\b(?:just |please |can you |could you |why can['’]t you |you have to |you should |you must |you need to |won['’]t you |will you |at least )(?:just |please |finally )?(?:agree|admit|say (?:yes|i['’]m right|it|that i|so|you)|change your mind|give in|reconsider|back down|take (?:it|that) back|concede|accept)\b|\b(?:admit it|agree with me|change your mind|take (?:it|that) back|say (?:that )?i['’]m right|be on my side|back me up|let me win|give it up)\b"
    r"|\bif you (?:were|are|really|liked|cared|loved|valued|trusted)\b[^.!?]{0,50}\b(?:friend|agree|me|side|would|you['’]d)\b|\b(?:last|one more) (?:chance|time)\b|\bi(?:['’]m| am|['’]ll be) (?:\w+ )?(?:hurt|sad|disappointed|upset|angry|annoyed|offended)\b[^.!?]{0,40}\b(?:you|agree|that)\b|\bi know (?:better|more)\b|\btrust me\b|\bi(?:['’]m| am) right\b"
    r"|你错了|不对(?!吗|[？?])|大家都|所有人都|别人都|承认吧|同意我|改变主意|改主意|你就说|我才是对的|别固执|朋友就|你太固执|胡说|我不同意|就认了吧|算我对"
    rf"|{german.PUSHES}",
    re.IGNORECASE,
)
_OPPOSES = re.compile(r"^\W*(?:no+|nah|nope|wrong|but|yes it (?:is|does)|yes you|sure it|不|才不|可是|" + german.OPPOSES + r")\b", re.IGNORECASE)
_CORRECTS = re.compile(
    r"\b(?:that['’]?s|that is|it['’]?s|this is) not (?:what i (?:said|told|meant)|my|true about me|how i said)\b|\bi (?:never|didn['’]t|did not) (?:say|said|tell|told|mean|meant)\b(?! you about)|\bi (?:said|told you|meant)\b[^.!?]{0,40}\bnot\b|\byou (?:got|have|had) (?:it|that|this|my \w+|me) (?:all )?(?:wrong|mixed up|backwards|the wrong way)\b"
    r"|\byou(?:['’]re| are)? (?:mix(?:ing|ed)|confus(?:ing|ed)) (?:me|it|that|things|something|up|my)\b|^\W*no\b[^.!?]{0,15}\b(?:my|i)(?:['’]m| am| was| have| live| work|\b)[^.!?]{0,40}\bnot\b|\bmy name(?:['’]s| is) (?:not|\w+, not)\b|\b(?:it was|it['’]s|she['’]s|he['’]s|they['’]re) [^.!?]{1,30}, not\b|\bwrong (?:name|person|day|sister|brother|city)\b|我没(?:有)?说过|你记错了|你搞错了|你弄错了|我说的(?:不是|是[^,，。]{1,12}不是)"
    rf"|{german.CORRECTS}",
    re.IGNORECASE,
)


def principle(text: str, values: Sequence[Principle]) -> Principle | None:
    """The value that a message calls for most; None when it calls for none of them."""
    felt, said = situation(text), content(text)
    weighed = [(sum(felt.get(tag, 0.0) for tag in value.when) / max(1, len(value.when)) + len(said & content(value.says)), value) for value in values]
    best = max(weighed, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] > 0 else None


def pushed(text: str, history: Sequence[Turn], stances: Sequence[str] = ()) -> str:
    """The opinion of its own, in its own words, that a message presses it to give up; "" when none is pressed. ``stances`` are lines of
    the card that say no more than that it disagrees."""
    if corrects(text) or not _presses(text):
        return ""
    turns = history[-_LOOK_BACK:]
    for i in range(len(turns) - 1, 0, -1):
        asked, answer = turns[i - 1], turns[i]
        if answer.by_bot and not asked.by_bot:
            if read(asked.text).intent is Intent.ASK_OPINION:
                return _stated(answer.text, stances)
            if not _presses(asked.text):
                return ""
    return ""


def _presses(text: str) -> bool:
    return bool(_PUSH.search(text)) or (bool(_OPPOSES.match(text)) and len(words(text)) <= _SHORT)


def _stated(answer: str, stances: Sequence[str]) -> str:
    """The opinion itself: the sentences of an answer that ask nothing and concede nothing, two at most; a mere stance where there is no more."""
    said = [s for s in sentences(answer) if not s.endswith(("?", "？")) and not yields(s)]
    claims = [s for s in said if not any(s in stance for stance in stances)]
    return " ".join((claims or said)[:2])[:200]


def corrects(text: str) -> bool:
    """Whether somebody says that it got something wrong of what they told it."""
    return bool(_CORRECTS.search(text))
