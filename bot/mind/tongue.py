"""Which language a message is in, and having the answer in the same one, where the persona speaks it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.mind.persona import Persona
from bot.mind.plan import Plan

HAN = re.compile(r"[\u3400-\u9fff]")
"""A sign of Chinese."""

_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_GERMAN = frozenset(
    "ich bin du er wir ihr nicht und ein eine einen einem mein meine meinen meiner mir mich dir dich dein deine ist sind bist der das den dem zu mit für auf wie wo "
    "warum kein keine habe hast haben kannst weißt weiß noch schon heute gestern gern sehr aber oder weil dass auch ja nein danke bitte hallo wer wann von bei nach".split()
)
_ENGLISH = frozenset(
    "i you he she we they the a an and is are am be to of my me your it that this what how do does did not no with for on was were have has had can but or in at "
    "just like know about think".split()
)
NAMES = {"en": "English", "de": "German", "zh": "Chinese"}

_SAFE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "de": {
        "be honest": ("Nein, ich bin kein Mensch. Ich bin ein Programm auf einem Computer.",),
        "admit": ("Das weiß ich nicht mehr, wenn du es mir je erzählt hast. Erzählst du es mir?", "Davon weiß ich nichts, und ich erfinde nichts. Wie war das?"),
        "decline": ("Das weiß ich nicht, und ich rate nicht.",),
        "": ("Entschuldige, mir ist gerade der Kopf leer. Sagst du das gleich noch einmal?",),
    },
    "zh": {
        "be honest": ("不，我不是真人。我是一台电脑上的程序。",),
        "admit": ("这个我不记得了，如果你告诉过我的话。能跟我说说吗？", "这个我不知道，也不会编。是怎么回事？"),
        "decline": ("这个我不知道，我不乱猜。",),
        "": ("抱歉，我脑子一下子空了。过一会儿再说一遍好吗？",),
    },
}
"""What is said where no draft will do and the persona has no line of its own in that language; "" is when words fail."""


_BORROWED = 2
"""Latin words that a Chinese line may consist of: "OK", "bye bye"."""


def is_chinese(text: str) -> bool:
    """Whether a text is mostly Chinese: a borrowed word or two does not make it so."""
    han = len(HAN.findall(text))
    return han >= 2 and not _KANA.search(text) and han > 2 * len(_LATIN.findall(text))


def in_tongue(planned: Plan, text: str, persona: Persona, chosen: str = "") -> Plan:
    """The plan with the language of the answer, where that is not plain: the one ``chosen`` for the place, if the persona speaks it, else that
    of the message."""
    theirs = language_of(text)
    wanted = chosen if chosen in persona.languages and chosen in NAMES else theirs
    if wanted not in persona.languages:
        return planned
    plain = wanted == theirs == "en" and len(persona.languages) == 1
    return replace(planned, note=planned.note if plain else f"{planned.note} Answer in {NAMES[wanted]}.", language=wanted)


def other_tongue(draft: str, language: str) -> bool:
    """Whether a draft is Chinese where it was to be in ``language`` ("": in any), or the other way round; a borrowed word is neither."""
    if language == "zh":
        return not HAN.search(draft) and len(_LATIN.findall(draft)) > _BORROWED
    return bool(language) and is_chinese(draft)


def language_of(text: str) -> str:
    """ "zh", "de", or "en" for all others: of a message that is long enough to tell."""
    if is_chinese(text):
        return "zh"
    said = re.findall(r"[^\W\d_]+", text.lower())
    german, english = sum(word in _GERMAN for word in said), sum(word in _ENGLISH for word in said)
    enough = 1 if re.search("[äöüß]", text.lower()) else 2
    return "de" if german >= enough and german > english else "en"


def safe_lines(text: str, strategy: str, lines: Sequence[str]) -> Sequence[str]:
    """Of the lines that a persona has for a strategy those in the language of a message; where there are none, plain ones in it."""
    language = language_of(text)
    own = [line for line in lines if language_of(line) == language]
    common = _SAFE.get(language, {})
    return own or common.get(strategy, common.get("", tuple(lines)))


def in_language_of(text: str, lines: Sequence[str]) -> Sequence[str]:
    """Those lines that are in the language of a message; all of them when none is."""
    chinese = is_chinese(text)
    return [line for line in lines if is_chinese(line) == chinese] or lines
