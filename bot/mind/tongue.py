"""Which language a message is in, and having the answer in the same one, where the persona speaks it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.mind.persona import Persona
from bot.mind.plan import Plan

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_NAMES = {"zh": "Chinese"}


def is_chinese(text: str) -> bool:
    """Whether a text is mostly Chinese: a borrowed word or two does not make it so."""
    han = len(_HAN.findall(text))
    return han >= 2 and not _KANA.search(text) and han > 2 * len(_LATIN.findall(text))


def in_tongue(planned: Plan, text: str, persona: Persona) -> Plan:
    """The plan with the language of the answer, where that is not plain."""
    if "zh" in persona.languages and is_chinese(text):
        return replace(planned, note=f"{planned.note} Answer in {_NAMES['zh']}.")
    return planned


def in_language_of(text: str, lines: Sequence[str]) -> Sequence[str]:
    """Those lines that are in the language of a message; all of them when none is."""
    chinese = is_chinese(text)
    return [line for line in lines if is_chinese(line) == chinese] or lines
