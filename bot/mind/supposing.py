"""Whether a message speaks of a past that both are supposed to know: "you know how my cousin gets", "our song", "I did what you told me".

Whoever answers that as if they knew invents a past, and the person builds on it.
"""

import re
from collections.abc import Sequence

from bot.mind.events import Turn
from bot.mind.words import content

_WE = r"(?:talk\w*|sp[eo]ke?\w*|said|say|agreed?|plann?ed|met|discuss\w*|did|went|had|made|promised|laughed|joked|decided)"
_YOU_SAID = re.compile(
    r"\byou(?:['’]d| had| have|['’]ve)? (?:were|was) (?:(?:so|totally|absolutely|quite|completely|dead) )?right\b|\byou (?:always |once |did )?(?:told me|promised|warned me|taught me|advised me|suggested|made me promise|helped me|gave me|said)\b"
    r"|\byou always (?:say|tell)\b|\b(?:that|the) (?:joke|thing|advice|line|story|trick) (?:that )?you (?:made|said|told|gave|did)\b|\b(?:like|as) (?:you|we) (?:said|told|feared|promised|warned|predicted|suggested|agreed|planned|discussed|decided)\b"
    r"|\b(?:used|tried|took|followed|did|remembered|made) your (?:\w+ )?(?:trick|idea|advice|tip|suggestion|recipe|method|words|warning)\b|\byour (?:\w+ )?(?:trick|idea|advice|tip|suggestion|recipe|method|warning)\b[^.!?]{0,25} (?:worked|helped|saved|failed)\b"
    r"|\b(?:what|as|like) you (?:predicted|said|feared|warned|told me|foresaw)\b|\byou (?:\w+ )?(?:laughed|cried|smiled|loved|hated|liked|enjoyed|met|visited|helped|comforted|teased)\b[^.!?]{0,20}\b(?:my|me|us|our)\b|你(?:告诉过|教)我的?|你说得(?:真)?对",
    re.IGNORECASE,
)
"""It may have said so a moment ago."""

_SHARED = re.compile(
    r"(?<!do )(?<!did )\byou know,? (?:how (?:my|our|that|this|she|he|they|the|(?-i:[A-Z])\w+['’]?s?)|which|the (?:one|story|rest)|from|(?:him|her|them)(?![\w ]*\?))\b|[.,] ?you know\W*$|\byou know the story\b|\byou can imagine\W*$"
    r"|\b(?:i|we) (?:\w+ )?(?:told|described|mentioned|showed|sent|gave|played) (?:it |that |this )?(?:to )?you\b|\blike i (?:told|described|mentioned|feared when)\b"
    r"|\b(?:when|what|as|after|since|although|though|like) we (?:\w+ )?" + _WE + r"\b|\bsince our\b|\bour (?:song|bench|plan|joke|bet|talk|deal|promise|trip|secret|game|ritual)\b"
    r"|\byour (?:\w+ )?(?:trick|idea|advice|tip|suggestion|recipe|method|joke|story) (?:with|about|for|of|against|to)\b|\byou were there (?:for me|when|with)\b|^\W*remember [^?]{2,40}\?|\byou (?:do |still |surely )?remember (?:how|when|that|what|the|my)\b"
    r"|\b(?:the|that) (?:\w+ )?one (?:with the (?:history|story)|from (?:the|that|our) (?:story|talk|time))|\bsame as (?:in|on) that\b|\b(?:just )?like (?:that|last) time\b|\b(?:was|were|is|are) as \w+ as the one i\b|\b(?:says?|said) hi\b[^?]*\byou know\b"
    r"|\b(?:the|that) (?:\w+ ){1,2}(?:that )?we (?:\w+ )?(?:made|had|talked|agreed|planned)\b[^.!]*\?|\b(?:which|what|any) (?:one )?of my \w+\b[^.!]*\?|\b(?:asked|asks|asking) (?:about|after) you\b"
    r"|\b(?:promise|story|secret) (?:that )?i (?:made|told) you\b|\byou(?:['’]d| would) understand why\b|\byou know (?:me\W*$|what (?:he|she|they|it) )|^\W*(?:the )?same (?:\w+ )?as last\b"
    r"|weißt du noch|wie (?:ich dir|du mir) (?:erzählt|gesagt|geraten)|还记得[^？?]{0,20}吗|我(?:跟|和|对)你说过|你知道的",
    re.IGNORECASE,
)
_FIGURE_OF_SPEECH = re.compile(r"\byou know (?:what(?! (?:he|she|they|we|happened|my|our)\b)|how it (?:is|goes|feels))\b|\byou can imagine how\b|\bi told you so\b", re.IGNORECASE)
_LONG_AGO = re.compile(r"\b(?:back then|last (?:week|month|year|time|night|spring|summer|autumn|winter)|yesterday|years? ago|months? ago|weeks? ago|the other day|once|always|in (?:january|february|march|april|may|june|july|august|september|october|november|december))\b", re.IGNORECASE)


def supposes(text: str, history: Sequence[Turn]) -> bool:
    """Whether it does, of anything that was not said just before. ``history`` is oldest first."""
    if _FIGURE_OF_SPEECH.search(text):
        return False
    if _SHARED.search(text):
        return not _spoken_of(text, history)
    if not _YOU_SAID.search(text):
        return False
    return bool(_LONG_AGO.search(text)) or not any(turn.by_bot for turn in history)


def _spoken_of(text: str, history: Sequence[Turn]) -> bool:
    """ "The feud is back on, you know how that started", after the feud was told of."""
    about = content(text)
    return any(about & content(turn.text) for turn in history)
