"""What exists in the look-alike: people, a server, channels, messages; and how Discord writes them down."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
TEXT, DM = 0, 1
MANAGE_SERVER = 1 << 5
EVERYDAY = 1 << 10 | 1 << 11 | 1 << 16
"""View channel, send messages, read message history."""


@dataclass
class User:
    id: int
    name: str
    bot: bool = False

    def json(self) -> Json:
        return {
            "id": str(self.id), "username": self.name, "global_name": self.name.title(), "discriminator": "0",
            "avatar": None, "bot": self.bot, "system": False, "public_flags": 0,
        }


@dataclass
class Channel:
    id: int
    name: str = ""
    guild: int = 0
    recipient: User | None = None
    nsfw: bool = False

    def json(self) -> Json:
        if self.recipient is not None:
            return {"id": str(self.id), "type": DM, "recipients": [self.recipient.json()], "last_message_id": None}
        return {
            "id": str(self.id), "type": TEXT, "guild_id": str(self.guild), "name": self.name, "position": 0,
            "permission_overwrites": [], "nsfw": self.nsfw, "parent_id": None, "topic": None, "last_message_id": None,
        }


@dataclass
class Message:
    id: int
    channel: Channel
    author: User
    content: str
    mentions: list[User] = field(default_factory=list)
    answers: "Message | None" = None
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    nonce: str = ""
    flags: int = 0
    sent: Json = field(default_factory=dict)
    """For a message of the bot: the body of its request, as it came."""

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & 64)

    def json(self, *, nested: bool = False) -> Json:
        body: Json = {
            "id": str(self.id), "channel_id": str(self.channel.id), "author": self.author.json(),
            "content": self.content, "timestamp": moment(self.id).isoformat(), "edited_timestamp": None, "tts": False,
            "mention_everyone": False, "mentions": [u.json() for u in self.mentions], "mention_roles": [],
            "attachments": self.attachments, "embeds": self.embeds, "components": self.components, "pinned": False,
            "type": 19 if self.answers else 0, "flags": self.flags, "nonce": self.nonce or None,
        }
        if self.channel.guild:
            body["guild_id"] = str(self.channel.guild)
            body["member"] = member_json()
        if self.answers is not None and not nested:
            body["message_reference"] = {"message_id": str(self.answers.id), "channel_id": str(self.channel.id)}
            body["referenced_message"] = self.answers.json(nested=True)
        return body


def moment(snowflake: int) -> datetime:
    return DISCORD_EPOCH + timedelta(milliseconds=snowflake >> 22)


def member_json() -> Json:
    return {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}


class World:
    """One bot, one server with one channel, and whoever is added."""

    def __init__(self) -> None:
        # Ids carry their time; these are of the first of March 2026 and grow by a second.
        start = int((datetime(2026, 3, 1, tzinfo=UTC) - DISCORD_EPOCH).total_seconds() * 1000)
        self.ids: Iterator[int] = ((start + n * 1000) << 22 for n in itertools.count())
        """Where new ids come from."""
        self.bot = User(self.new_id(), "oldfriend", bot=True)
        self.application = self.bot.id
        self.guild = self.new_id()
        self.guilds = [self.guild]
        self.channels: dict[int, Channel] = {}
        self.lounge = self.add_channel("lounge")
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.left: set[int] = set()
        """Users who are in no server any more."""
        self.messages: list[Message] = []
        self._by_id: dict[int, Message] = {}
        self.commands: list[Json] = []
        self.registrations = 0

    def new_id(self) -> int:
        return next(self.ids)

    def add_guild(self) -> int:
        """A further server, with nothing in it."""
        self.guilds.append(self.new_id())
        return self.guilds[-1]

    def add_channel(self, name: str, guild: int = 0, *, nsfw: bool = False) -> Channel:
        channel = Channel(self.new_id(), name, guild=guild or self.guild, nsfw=nsfw)
        self.channels[channel.id] = channel
        return channel

    def add_user(self, name: str, *, bot: bool = False) -> User:
        user = User(self.new_id(), name, bot=bot)
        self.users[user.id] = user
        return user

    def private(self, user: User) -> Channel:
        """The private channel between the bot and this person."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.new_id(), recipient=user)
        self.channels[channel.id] = channel
        return channel

    def add_message(self, message: Message) -> Message:
        self.messages.append(message)
        self._by_id[message.id] = message
        return message

    def remove_message(self, message: Message) -> None:
        self.messages.remove(message)
        del self._by_id[message.id]

    def message(self, message_id: int) -> Message | None:
        return self._by_id.get(message_id)

    def application_json(self) -> Json:
        return {
            "id": str(self.application), "name": "oldfriend", "icon": None, "description": "", "summary": "",
            "bot_public": True, "bot_require_code_grant": False, "verify_key": "00", "flags": 1 << 19,
            "owner": self.bot.json(), "team": None,
        }

    def guild_json(self, guild: int) -> Json:
        return {
            "id": str(guild), "name": "Home", "icon": None, "owner_id": "1", "unavailable": False, "large": False,
            "member_count": len(self.users), "verification_level": 0, "default_message_notifications": 0,
            "explicit_content_filter": 0, "mfa_level": 0, "nsfw_level": 0, "premium_tier": 0, "system_channel_id": None,
            "preferred_locale": "en-US", "afk_timeout": 300, "features": [], "emojis": [], "stickers": [],
            "roles": [{
                "id": str(guild), "name": "@everyone", "permissions": str(EVERYDAY), "position": 0, "color": 0,
                "hoist": False, "managed": False, "mentionable": False, "flags": 0,
            }],
            "channels": [c.json() for c in self.channels.values() if c.guild == guild], "threads": [], "voice_states": [],
            "presences": [], "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
            "members": [{**member_json(), "user": self.bot.json()}],
        }
