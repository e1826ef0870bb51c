"""A Discord on loopback: enough of its REST API and its gateway for a bot to live in, strict where Discord is strict."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import WSMsgType, web

from tests.wire.world import EVERYDAY, MANAGE_SERVER, Channel, Json, Message, User, World, member_json

MESSAGE_CONTENT = 1 << 15
_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _INVALID, _HELLO, _ACK = 0, 1, 2, 6, 9, 10, 11
_SUBCOMMAND, _GROUP = 1, 2
_PATIENCE = 30.0


@dataclass
class Fault:
    """What the next requests to ``path`` (its end) get instead of an answer."""

    path: str
    status: int
    body: Json
    times: int = 1


@dataclass
class Asked:
    """An interaction and what the bot made of it."""

    id: int
    token: str
    user: User
    channel: Channel
    callbacks: list[int] = field(default_factory=list)
    """Types of the answers, in order: 4 message, 5 deferred, 6 deferred update, 8 autocomplete."""
    ephemeral: bool = False
    answer: Message | None = None
    choices: list[Json] = field(default_factory=list)


class LookAlike:
    """``async with LookAlike() as discord:`` then let a bot connect to ``discord.api_base`` and ``discord.gateway``."""

    def __init__(self, token: str = "good.token.here", *, message_content: bool = True) -> None:
        self.world = World()
        self.token = token
        self.message_content = message_content
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        self.identified: list[Json] = []
        self.ready = self.resumed = 0
        self._asked: dict[str, Asked] = {}
        self._log: list[Json] = []
        self._sockets: set[web.WebSocketResponse] = set()
        self._changed = asyncio.Condition()
        self._runner = web.AppRunner(self._application(), shutdown_timeout=1.0)
        self.api_base = self.gateway = ""

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

    # What people do

    async def say(
        self, user: User, text: str, channel: Channel | None = None, *, answers: Message | None = None,
        attachments: tuple[Json, ...] = (),
    ) -> Message:
        """Write in a channel, or in private to the bot."""
        channel = channel or self.world.private(user)
        named = [u for u in self.world.users.values() if f"<@{u.id}>" in text]
        message = self.world.add_message(Message(
            self.world.new_id(), channel, user, text, mentions=named, answers=answers, attachments=list(attachments)))
        await self._dispatch("MESSAGE_CREATE", self._as_seen(message))
        return message

    async def ask(self, user: User, command: str, channel: Channel | None = None, *, manager: bool = False, **options: object) -> Asked:
        """Type a slash command (``"memory list"``) and wait for what the bot answers."""
        asked = await self._interact(user, channel, 2, self._command_data(command, options), manager=manager)
        await self.until(lambda: asked.answer is not None)
        return asked

    async def press(self, user: User, message: Message, label: str) -> Asked:
        """Press a button; returns once the bot reacted."""
        (button,) = [b for row in message.components for b in row["components"] if b["label"] == label]
        data = {"custom_id": button["custom_id"], "component_type": 2}
        asked = await self._interact(user, message.channel, 3, data, message=message.json())
        await self.until(lambda: bool(asked.callbacks))
        return asked

    async def until(self, happened: Callable[[], bool], within: float = _PATIENCE) -> None:
        """Wait for something the bot does; TimeoutError after so many seconds."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(happened)

    async def answers(self, count: int = 1, channel: Channel | None = None, within: float = _PATIENCE) -> list[Message]:
        """The bot's messages (in a channel), once there are so many."""

        def sent() -> list[Message]:
            ours = [m for m in self.world.messages if m.author is self.world.bot and not m.ephemeral]
            return [m for m in ours if channel is None or m.channel is channel]

        await self.until(lambda: len(sent()) >= count, within)
        return sent()

    async def hang_up(self, code: int) -> None:
        """Close the gateway connections."""
        for socket in list(self._sockets):
            await socket.close(code=code)

    # The gateway

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": 41250}})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._heard(socket, json.loads(frame.data))
        finally:
            self._sockets.discard(socket)
        return socket

    async def _heard(self, socket: web.WebSocketResponse, frame: Json) -> None:
        match frame["op"]:
            case 1:
                await socket.send_json({"op": _ACK})
            case 2:
                await self._identify(socket, frame["d"])
            case 6:
                await self._resume(socket, frame["d"])

    async def _identify(self, socket: web.WebSocketResponse, asked: Json) -> None:
        self.identified.append(asked)
        if asked["token"] != self.token:
            await socket.close(code=4004)
        elif asked["intents"] & MESSAGE_CONTENT and not self.message_content:
            await socket.close(code=4014)
        else:
            self._sockets.add(socket)
            self.ready += 1
            await self._dispatch("READY", {
                "v": 10, "user": self.world.bot.json(), "session_id": "session", "resume_gateway_url": self.gateway,
                "guilds": [{"id": str(self.world.guild), "unavailable": True}],
                "application": {"id": str(self.world.application), "flags": 1 << 19},
            })
            await self._dispatch("GUILD_CREATE", self.world.guild_json())

    async def _resume(self, socket: web.WebSocketResponse, asked: Json) -> None:
        if asked["token"] != self.token or asked["session_id"] != "session":
            await socket.send_json({"op": _INVALID, "d": False})
            return
        missed = self._log[asked["seq"]:]
        for event in missed:
            await socket.send_json(event)
        self._sockets.add(socket)
        self.resumed += 1
        await self._dispatch("RESUMED", {})

    async def _dispatch(self, name: str, data: Json) -> None:
        event = {"op": _DISPATCH, "t": name, "s": len(self._log) + 1, "d": data}
        self._log.append(event)
        for socket in list(self._sockets):
            await socket.send_json(event)
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _as_seen(self, message: Message) -> Json:
        """Without the intent, Discord blanks what does not concern the bot."""
        body = message.json()
        concerns = not message.channel.guild or self.world.bot in message.mentions
        if not (self.message_content or concerns):
            body |= {"content": "", "attachments": [], "embeds": [], "components": []}
        return body

    async def _interact(
        self, user: User, channel: Channel | None, kind: int, data: Json, *, manager: bool = False, **more: object
    ) -> Asked:
        channel = channel or self.world.private(user)
        asked = Asked(self.world.new_id(), f"token{len(self._asked)}", user, channel)
        self._asked[asked.token] = asked
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
        await self._dispatch("INTERACTION_CREATE", body)
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

    # The REST API

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        api = "/api/v10"
        app.add_routes([
            web.get("/gateway", self._gateway),
            web.get(f"{api}/gateway", self._where),
            web.get(f"{api}/gateway/bot", self._where),
            web.get(f"{api}/users/@me", self._me),
            web.get(f"{api}/oauth2/applications/@me", self._oauth),
            web.put(f"{api}/applications/{{app}}/commands", self._register),
            web.post(f"{api}/users/@me/channels", self._open_private),
            web.post(f"{api}/channels/{{channel}}/messages", self._send),
            web.post(f"{api}/channels/{{channel}}/typing", self._typing),
            web.post(f"{api}/interactions/{{id}}/{{token}}/callback", self._callback),
            web.post(f"{api}/webhooks/{{app}}/{{token}}", self._follow_up),
            web.patch(f"{api}/webhooks/{{app}}/{{token}}/messages/@original", self._edit_original),
        ])
        return app

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.requests.append((request.method, request.path))
        for fault in self.faults:
            if fault.times > 0 and request.path.endswith(fault.path):
                fault.times -= 1
                return _json(fault.body, fault.status)
        open_to_all = request.path == "/gateway" or "/interactions/" in request.path or "/webhooks/" in request.path
        if not open_to_all and request.headers.get("Authorization") != f"Bot {self.token}":
            return _refusal(401, 0, "401: Unauthorized")
        answer = await handler(request)
        if request.path != "/gateway":
            await self._tell()
        return answer

    async def _where(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return _json({"url": self.gateway, "shards": 1, "session_start_limit": limit})

    async def _me(self, request: web.Request) -> web.Response:
        return _json(self.world.bot.json())

    async def _oauth(self, request: web.Request) -> web.Response:
        return _json(self.world.application_json())

    async def _register(self, request: web.Request) -> web.Response:
        application = str(self.world.application)
        self.world.commands = [
            {"id": str(self.world.new_id()), "application_id": application, "version": "1", "type": 1,
             "default_member_permissions": None, **command}
            for command in await request.json()
        ]
        return _json(self.world.commands)

    async def _open_private(self, request: web.Request) -> web.Response:
        user = self.world.users.get(int((await request.json())["recipient_id"]))
        if user is None:
            return _refusal(400, 50033, "Invalid Recipient(s)")
        return _json(self.world.private(user).json())

    async def _typing(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _send(self, request: web.Request) -> web.Response:
        channel = self.world.channels.get(int(request.match_info["channel"]))
        if channel is None:
            return _refusal(404, 10003, "Unknown Channel")
        body = await request.json()
        content, nonce = body.get("content") or "", str(body.get("nonce") or "")
        if not content.strip() or len(content) > 2000:
            return _refusal(400, 50035, "Invalid Form Body")
        if body.get("enforce_nonce"):
            for known in self.world.messages:
                if known.nonce == nonce and known.channel is channel and known.author is self.world.bot:
                    return _json(known.json())
        reference = body.get("message_reference")
        answers = self.world.message(int(reference["message_id"])) if reference else None
        if reference and answers is None and reference.get("fail_if_not_exists", True):
            return _refusal(400, 50035, "Invalid Form Body")
        message = self.world.add_message(Message(
            self.world.new_id(), channel, self.world.bot, content, answers=answers, nonce=nonce, sent=body))
        await self._dispatch("MESSAGE_CREATE", message.json())
        return _json(message.json())

    async def _callback(self, request: web.Request) -> web.Response:
        asked = self._asked[request.match_info["token"]]
        if asked.callbacks:
            return _refusal(400, 40060, "Interaction has already been acknowledged.")
        body = await request.json()
        data = body.get("data") or {}
        asked.callbacks.append(body["type"])
        asked.ephemeral = bool(data.get("flags", 0) & 64)
        asked.choices = data.get("choices", [])
        answer: Json = {"interaction": {"id": str(asked.id), "type": 2}, "resource": {"type": body["type"]}}
        if body["type"] == 4:
            asked.answer = self._private_message(asked, data)
            answer["resource"]["message"] = asked.answer.json()
        return _json(answer)

    async def _follow_up(self, request: web.Request) -> web.Response:
        asked = self._asked[request.match_info["token"]]
        message = self._private_message(asked, await request.json())
        asked.answer = asked.answer or message
        return _json(message.json())

    async def _edit_original(self, request: web.Request) -> web.Response:
        asked = self._asked[request.match_info["token"]]
        if asked.answer is None:
            return _refusal(404, 10015, "Unknown Webhook")
        body = await request.json()
        asked.answer.content = body.get("content") or asked.answer.content
        asked.answer.embeds = body.get("embeds", asked.answer.embeds)
        asked.answer.components = body.get("components", asked.answer.components)
        return _json(asked.answer.json())

    def _private_message(self, asked: Asked, data: Json) -> Message:
        """Deferred ephemeral means that the first follow-up is ephemeral too."""
        return self.world.add_message(Message(
            self.world.new_id(), asked.channel, self.world.bot, data.get("content") or "", embeds=data.get("embeds", []),
            components=data.get("components", []), flags=data.get("flags", 0) | (64 if asked.ephemeral else 0), sent=data))


def _json(body: object, status: int = 200) -> web.Response:
    """Discord names no charset and carries Via; discord.py takes a 429 without Via for a ban."""
    headers = {"Content-Type": "application/json", "Via": "1.1 look-alike"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)


def _refusal(status: int, code: int, message: str) -> web.Response:
    return _json({"code": code, "message": message}, status)
