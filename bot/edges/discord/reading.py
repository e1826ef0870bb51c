"""What a Discord message says, in plain words."""

import re

import discord

from bot.mind.speech import clean

_REFERENCE = re.compile(r"<(@!?|@&|#|a?:\w+:)(\d+)>")
_LONGEST_NAME = 80


def words(message: discord.Message, me: int) -> str:
    """The text with names instead of numbers and without the mention of ourselves (user id ``me``), then what is
    attached, in brackets. "" when there is nothing at all."""
    text = clean(_named(message, me))
    lines = [text] if text else []
    lines += [f"[{note}]" for note in _attached(message)]
    if not lines and _called(message, me):
        return "[called your name]"
    return "\n".join(lines)


def mentions(message: discord.Message, me: int) -> bool:
    """Whether it mentions us, by our name or by the role that Discord made for us."""
    return any(user.id == me for user in message.mentions) or any(_is_own_role(r, me) for r in message.role_mentions)


def _is_own_role(role: discord.Role, me: int) -> bool:
    return role.tags is not None and role.tags.bot_id == me


def _called(message: discord.Message, me: int) -> bool:
    """A mention in the text itself; the ping that comes with a reply does not count."""
    names = [f"<@{me}>", f"<@!{me}>", *(role.mention for role in message.role_mentions if _is_own_role(role, me))]
    return any(name in message.content for name in names)


def _named(message: discord.Message, me: int) -> str:
    users = {user.id: "@" + user.display_name for user in message.mentions} | {me: ""}
    roles = {role.id: "" if _is_own_role(role, me) else "@" + role.name for role in message.role_mentions}
    channels = {channel.id: "#" + channel.name for channel in message.channel_mentions}
    known = {"@": users, "@!": users, "@&": roles, "#": channels}

    def name(found: re.Match[str]) -> str:
        mark, number = found.groups()
        if mark.endswith(":"):
            return ":" + mark.split(":")[1] + ":"
        return known[mark].get(int(number), found.group())

    return _REFERENCE.sub(name, message.content)


def _attached(message: discord.Message) -> list[str]:
    notes = [_attachment(attachment) for attachment in message.attachments]
    notes += [f"sent a sticker: {_short(sticker.name)}" for sticker in message.stickers]
    if message.message_snapshots:
        notes.append("forwarded a message")
    if message.poll is not None:
        notes.append("started a poll")
    return notes


def _attachment(attachment: discord.Attachment) -> str:
    if attachment.is_voice_message():
        return "sent a voice message"
    family = (attachment.content_type or "").partition("/")[0]
    kind = {"image": "picture", "video": "video", "audio": "sound"}.get(family, "file")
    return f"sent a {kind}: {_short(attachment.filename)}"


def _short(name: str) -> str:
    return clean(name).replace("\n", " ")[:_LONGEST_NAME]
