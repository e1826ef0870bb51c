"""Emoji of a server in what we say: those that it has are shown, others are left out."""

import re
from collections.abc import Iterable

import discord

from bot.mind.speech import FENCED

_EMOJI = r"<a?:(?P<sent>\w{2,32}):\d+>|(?<![\w:/]):(?P<named>[A-Za-z]\w{1,31}):(?![\w:/])"
_APART = re.compile(rf"(?P<kept>{FENCED.pattern}|`[^`\n]+`)|(?P<before>[ \t]?)(?:{_EMOJI})", re.S)


def with_emoji(text: str, emojis: Iterable[discord.Emoji]) -> str:
    """A text with the server's own emoji for their names; names of others are left out, unless nothing else is said. Code stays as it is."""
    ours = {emoji.name.casefold(): str(emoji) for emoji in emojis if emoji.available}

    def shown(found: re.Match[str]) -> str:
        if found["kept"]:
            return found["kept"]
        emoji = ours.get((found["sent"] or found["named"]).casefold())
        return f"{found['before']}{emoji}" if emoji else ""

    return _APART.sub(shown, text).strip() or text
