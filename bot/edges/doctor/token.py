"""The Discord token, as far as one can tell without asking Discord. Never shows it."""

import base64
import binascii
import re

from bot.edges.doctor.finding import Finding

_SHAPE = re.compile(r"([\w-]{18,})\.([\w-]{4,})\.([\w-]{20,})", re.ASCII)


def check_token(token: str | None) -> Finding:
    if token is None:
        return Finding("discord token", "ok", "none: `oldfriend run` opens the chat in this terminal")
    if not (bot := bot_of(token)):
        fix = "copy it again from the developer portal, page Bot, button Reset Token: docs/discord-setup.md"
        return Finding("discord token", "fail", "this is no bot token; it is cut off, or it is something else", fix)
    portal = f"https://discord.com/developers/applications/{bot}/bot"
    found = f"it looks right; bot {bot}. Discord alone knows whether Message Content Intent is on"
    return Finding("discord token", "ok", f"{found}: {portal}")


def bot_of(token: str) -> str:
    """The id of a token's bot, which is its first part; "" when it is no token."""
    match = _SHAPE.fullmatch(token)
    if match is None:
        return ""
    part = match[1]
    try:
        text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
    return text if text.isdigit() else ""
