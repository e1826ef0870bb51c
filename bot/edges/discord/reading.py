"""What a Discord message says, in plain words."""

import re

import discord

from bot.mind.speech import clean

_REFERENCE = re.compile(r"<(@!?|@&|#|a?:\w+:)(\d+)>")
_LONGEST_NAME = 80
_LONGEST_PASSED_ON = 400


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


def beside(message: discord.Message, me: int) -> tuple[str, ...]:
    """What somebody must know to understand it and its author did not write: where it stands, what it answers or forwards, where its
    links lead. A line each, with the name of whoever said it."""
    lines = []
    if isinstance(message.channel, discord.Thread) and message.channel.id != message.id:
        lines.append(f"(This is in the thread “{_short(message.channel.name)}”.)")
    answered = message.reference.resolved if message.reference else None
    # In private our own words are in the conversation anyway.
    known = isinstance(answered, discord.Message) and answered.author.id == me and message.guild is None
    if isinstance(answered, discord.Message) and not known and (said := words(answered, me)):
        who = "you" if answered.author.id == me else _line(answered.author.display_name, _LONGEST_NAME)
        lines.append(f"{who}, earlier, which {_line(message.author.display_name, _LONGEST_NAME)} now answers: {_line(said)}")
    for snapshot in message.message_snapshots:
        notes = [clean(snapshot.content), *map(_attachment, snapshot.attachments)]
        lines.append(f"somebody elsewhere, forwarded by {_line(message.author.display_name, _LONGEST_NAME)}: {_line(' '.join(filter(None, notes)))}")
    lines += [f"(The link leads to: {_line(told)})" for embed in message.embeds if (told := ". ".join(filter(None, (embed.title, embed.description))))]
    return tuple(lines)


def _line(text: str, longest: int = _LONGEST_PASSED_ON) -> str:
    line = " ".join(clean(text).split())
    return line if len(line) <= longest else line[:longest] + " ..."


def _attached(message: discord.Message) -> list[str]:
    notes = [_attachment(attachment) for attachment in message.attachments]
    notes += [f"sent a sticker: {_short(sticker.name)}" for sticker in message.stickers]
    if message.message_snapshots:
        notes.append("forwarded a message")
    if message.poll is not None:
        choices = " / ".join(_line(answer.text, _LONGEST_NAME) for answer in message.poll.answers)
        notes.append(f"started a poll: {_line(message.poll.question)} {choices}".strip())
    if isinstance(message.channel, discord.Thread) and message.channel.id == message.id:
        notes.append(f"the post is called: {_short(message.channel.name)}")
    return notes


def _attachment(attachment: discord.Attachment) -> str:
    if attachment.is_voice_message():
        return "sent a voice message"
    family = (attachment.content_type or "").partition("/")[0]
    kind = {"image": "picture", "video": "video", "audio": "sound"}.get(family, "file")
    shown = f", which shows: {_line(attachment.description)}" if attachment.description else ""
    return f"sent a {kind}: {_short(attachment.filename)}{shown}"


def _short(name: str) -> str:
    return clean(name).replace("\n", " ")[:_LONGEST_NAME]
