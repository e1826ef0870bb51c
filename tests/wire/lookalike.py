"""A Discord on loopback: enough of its REST API and its gateway for a bot to live in, strict where Discord is strict."""

from types import TracebackType
from typing import Self

from aiohttp import web

from tests.wire.gateway_side import PATIENCE
from tests.wire.rest_side import Asked, Fault, RestSide
from tests.wire.world import EVERYDAY, MANAGE_SERVER, Channel, Json, Message, User, member_json

__all__ = ["Asked", "Fault", "LookAlike"]


class LookAlike(RestSide):
    """``async with LookAlike() as discord:`` then let a bot connect to ``discord.api_base`` and ``discord.gateway``."""

    def __init__(self, token: str = "good.token.here", *, message_content: bool = True) -> None:
        super().__init__(token, message_content)
        self._runner = web.AppRunner(self.application(), shutdown_timeout=1.0)
        self.api_base = ""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.api_base, self.gateway = f"http://{host}:{port}/api/v10", f"ws://{host}:{port}/gateway"
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        await self.hang_up(1001)
        await self._runner.cleanup()

    async def say(
        self, user: User, text: str, channel: Channel | None = None, *, answers: Message | None = None,
        attachments: tuple[Json, ...] = (),
    ) -> Message:
        """Write in a channel, or in private to the bot."""
        channel = channel or self.world.private(user)
        named = [u for u in self.world.users.values() if f"<@{u.id}>" in text]
        message = self.world.add_message(Message(
            self.world.new_id(), channel, user, text, mentions=named, answers=answers, attachments=list(attachments)))
        await self.dispatch("MESSAGE_CREATE", self.as_seen(message))
        return message

    async def revise(self, message: Message, text: str) -> None:
        """Edit what somebody wrote; "" deletes it."""
        message.content = text
        if text:
            await self.dispatch("MESSAGE_UPDATE", self.as_seen(message))
        else:
            gone = {"id": str(message.id), "channel_id": str(message.channel.id)}
            await self.dispatch("MESSAGE_DELETE", gone | ({"guild_id": str(message.channel.guild)} if message.channel.guild else {}))

    async def join(self) -> Channel:
        """The bot is let into a further server; its one channel."""
        guild = self.world.add_guild()
        channel = self.world.add_channel("general", guild)
        body = self.world.guild_json(guild)
        del body["unavailable"]  # where it stands, the server is not new
        await self.dispatch("GUILD_CREATE", body)
        return channel

    async def ask(
        self, user: User, command: str, channel: Channel | None = None, *, manager: bool = False, locale: str = "en-US", **options: object
    ) -> Asked:
        """Type a slash command (``"memory list"``), in a Discord of this language, and wait for what the bot answers."""
        asked = await self.type_command(user, command, channel, manager=manager, locale=locale, **options)
        await self.until(lambda: asked.answer is not None)
        return asked

    async def type_command(
        self, user: User, command: str, channel: Channel | None = None, *, manager: bool = False, locale: str = "en-US", **options: object
    ) -> Asked:
        """The same, without waiting."""
        return await self._interact(user, channel, 2, self._command_data(command, options), manager=manager, locale=locale)

    async def suggest(self, user: User, command: str, option: str, typed: str, channel: Channel | None = None) -> list[Json]:
        """What the bot offers for an option that is being typed."""
        data = self._command_data(command, {option: typed})
        _last(data)["options"][0]["focused"] = True
        asked = await self._interact(user, channel, 4, data)
        await self.until(lambda: bool(asked.callbacks))
        return asked.choices

    async def fill_in(self, shown: Asked, *typed: str) -> Asked:
        """Send a form that the bot showed, its fields in order."""
        fields = [row["components"][0] for row in shown.form["components"]]
        rows = [{"type": 1, "components": [{"type": 4, "custom_id": f["custom_id"], "value": words}]} for f, words in zip(fields, typed, strict=True)]
        asked = await self._interact(shown.user, shown.channel, 5, {"custom_id": shown.form["custom_id"], "components": rows}, manager=shown.manager)
        await self.until(lambda: asked.answer is not None)
        return asked

    async def choose(self, user: User, menu: str, message: Message) -> Asked:
        """Choose an entry of the menu of a message."""
        (found,) = [c for c in self.world.commands if c["name"] == menu]
        resolved = {"messages": {str(message.id): message.json()}}
        data = {"id": found["id"], "name": menu, "type": 3, "target_id": str(message.id), "resolved": resolved}
        asked = await self._interact(user, message.channel, 2, data)
        await self.until(lambda: asked.answer is not None)
        return asked

    async def press(self, user: User, message: Message, label: str) -> Asked:
        """Press a button; returns once the bot reacted."""
        (button,) = [b for row in message.components for b in row["components"] if b["label"] == label]
        data = {"custom_id": button["custom_id"], "component_type": 2}
        asked = await self._interact(user, message.channel, 3, data, message=message.json())
        asked.message = message
        await self.until(lambda: bool(asked.callbacks))
        return asked

    async def answers(self, count: int = 1, channel: Channel | None = None, within: float = PATIENCE) -> list[Message]:
        """The bot's messages (in a channel), once there are so many."""

        await self.until(lambda: len(self.bots(channel)) >= count, within)
        return self.bots(channel)

    def bots(self, channel: Channel | None = None) -> list[Message]:
        """What the bot said so far where everybody there can see it."""
        ours = [m for m in self.world.messages if m.author is self.world.bot and not m.ephemeral]
        return [m for m in ours if channel is None or m.channel is channel]

    async def _interact(
        self, user: User, channel: Channel | None, kind: int, data: Json, *, manager: bool = False, **more: object
    ) -> Asked:
        channel = channel or self.world.private(user)
        asked = Asked(self.world.new_id(), f"token{len(self.asked)}", user, channel, manager=manager)
        self.asked[asked.token] = asked
        body: Json = {
            "id": str(asked.id), "application_id": str(self.world.application), "type": kind, "data": data,
            "channel_id": str(channel.id), "channel": channel.json(), "token": asked.token, "version": 1,
            "app_permissions": str(EVERYDAY), "locale": "en-US", "entitlements": [], "attachment_size_limit": 10485760,
            "authorizing_integration_owners": {}, "context": 0 if channel.guild else 1, **more,
        }
        if channel.guild:
            permissions = EVERYDAY | (MANAGE_SERVER if manager else 0)
            body["guild_id"] = str(channel.guild)
            body["member"] = {**member_json(), "user": user.json(), "permissions": str(permissions)}
        else:
            body["user"] = user.json()
        await self.dispatch("INTERACTION_CREATE", body)
        return asked

    def _command_data(self, command: str, options: dict[str, object]) -> Json:
        """As the client sends it: sub-commands nested, options with the types that the bot registered."""
        root, *path = command.split()
        (found,) = [c for c in self.world.commands if c["name"] == root]
        declared: list[Json] = found.get("options", [])
        names = []
        for name in path:
            (child,) = [o for o in declared if o["name"] == name]
            names.append((name, child["type"]))
            declared = child.get("options", [])
        types = {o["name"]: o["type"] for o in declared}
        given: list[Json] = [{"name": k, "type": types[k], "value": v} for k, v in options.items()]
        for name, kind in reversed(names):
            given = [{"name": name, "type": kind, "options": given}]
        return {"id": found["id"], "name": root, "type": 1, "options": given}


def _last(data: Json) -> Json:
    """The command itself, below its groups."""
    while data.get("options") and data["options"][0]["type"] in (1, 2):
        data = data["options"][0]
    return data
