"""What commands, buttons and notices say, in the languages that they speak. The English words are the keys; a file for each other
language holds the rest.

What the companion itself says in a conversation is not here: that is the language model's, in the language of the message.
"""

import re
from collections.abc import Mapping
from typing import Final

from bot.mind.tongues import de, de_notices, zh, zh_notices

FOREIGN: Final = ("de", "zh")
LANGUAGES: Final = ("en", *FOREIGN)
WORDS: Final[Mapping[str, Mapping[str, str]]] = {"en": {}, "de": {**de.WORDS, **de_notices.WORDS}, "zh": {**zh.WORDS, **zh_notices.WORDS}}
"""By language: what is said for the English words. ``{}`` stands for what is filled in."""
NAMES: Final[Mapping[str, Mapping[str, str]]] = {"en": {}, "de": de.NAMES, "zh": zh.NAMES}
"""By language: names of commands, of their options and of menus."""

_COMMAND = re.compile(r"(?<![\w/])/([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")


class Tongue:
    """One language: called with the English words and what belongs into their gaps, it says them. Words that it lacks stay English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words, self._names = WORDS[language], NAMES[language]

    def __call__(self, text: str, *parts: object) -> str:
        # Commands have other names there; what people wrote is filled in afterwards and stays as it is.
        said = _COMMAND.sub(self._command, self._words.get(text, text)) if self._names else text
        return said.format(*parts) if parts else said

    def _command(self, found: re.Match[str]) -> str:
        first, second = found.groups()
        if first not in self._names:
            return found.group()
        return f"/{self._names[first]}" + (f" {self._names.get(second, second)}" if second else "")


_TONGUES = {language: Tongue(language) for language in LANGUAGES}
ENGLISH: Final = _TONGUES["en"]


def tongue_of(locale: object) -> Tongue:
    """For somebody whose Discord, or message, is in this language ("de", "zh-TW", "en-US", or an enumeration's member of that value); English
    where it is another one, or nothing that names a language."""
    name = getattr(locale, "value", locale)
    language = name.partition("-")[0].lower() if isinstance(name, str) else ""
    return _TONGUES.get(language, ENGLISH)
