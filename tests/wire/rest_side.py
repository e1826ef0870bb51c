"""The look-alike's REST API."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from aiohttp import web

from tests.wire.gateway_side import GatewaySide
from tests.wire.world import Channel, Json, Message, User, member_json


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
    manager: bool = False
    """Whether they may manage the server."""
    callbacks: list[int] = field(default_factory=list)
    """Types of the answers, in order: 4 message, 5 deferred, 6 deferred update, 8 autocomplete, 9 modal."""
    ephemeral: bool = False
    message: Message | None = None
    """The one whose button was pressed."""
    answer: Message | None = None
    choices: list[Json] = field(default_factory=list)
    form: Json = field(default_factory=dict)
    """The modal that was shown."""


class RestSide(GatewaySide):
    """Requests. ``faults`` are given out before anything else; ``requests`` holds method and path of all that came."""

    def __init__(self, token: str, message_content: bool) -> None:
        super().__init__(token, message_content)
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        self.reactions: list[tuple[Message, str]] = []
        """What the bot put under messages."""
        self.edits: list[str] = []
        """What the bot changed messages of its own to, in order."""
        self.asked: dict[str, Asked] = {}
        """Interactions by their token."""
        self.limit: tuple[int, float] | None = None
        """So many messages in so many seconds in a channel; more are refused, which ``too_fast`` counts."""
        self.too_fast = 0
        self._spent: dict[int, tuple[float, int]] = {}

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        api = "/api/v10"
        app.add_routes([
            web.get("/gateway", self.gateway_socket),
            web.get(f"{api}/gateway", self._where),
            web.get(f"{api}/gateway/bot", self._where),
            web.get(f"{api}/users/@me", self._me),
            web.get(f"{api}/oauth2/applications/@me", self._oauth),
            web.put(f"{api}/applications/{{app}}/commands", self._register),
            web.post(f"{api}/users/@me/channels", self._open_private),
            web.get(f"{api}/channels/{{channel}}", self._channel),
            web.post(f"{api}/channels/{{channel}}/messages", self._send),
            web.get(f"{api}/channels/{{channel}}/messages/{{message}}", self._message),
            web.patch(f"{api}/channels/{{channel}}/messages/{{message}}", self._edit),
            web.get(f"{api}/guilds/{{guild}}/members/{{user}}", self._member),
            web.delete(f"{api}/channels/{{channel}}/messages/{{message}}", self._delete),
            web.post(f"{api}/channels/{{channel}}/typing", self._typing),
            web.put(f"{api}/channels/{{channel}}/messages/{{message}}/reactions/{{emoji}}/@me", self._react),
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
                await self.tell()
                return _json(fault.body, fault.status)
        open_to_all = request.path == "/gateway" or "/interactions/" in request.path or "/webhooks/" in request.path
        if not open_to_all and request.headers.get("Authorization") != f"Bot {self.token}":
            return _refusal(401, 0, "401: Unauthorized")
        answer = await handler(request)
        if request.path != "/gateway":
            await self.tell()
        return answer

    async def _where(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return _json({"url": self.gateway, "shards": self.shards, "session_start_limit": limit})

    async def _me(self, request: web.Request) -> web.Response:
        return _json(self.world.bot.json())

    async def _oauth(self, request: web.Request) -> web.Response:
        return _json(self.world.application_json())

    async def _register(self, request: web.Request) -> web.Response:
        application = str(self.world.application)
        self.world.registrations += 1
        self.world.commands = [
            {"id": str(self.world.new_id()), "application_id": application, "version": "1", "type": 1,
             "default_member_permissions": None, "description": "", **command}
            for command in await request.json()
        ]
        return _json(self.world.commands)

    async def _open_private(self, request: web.Request) -> web.Response:
        user = self.world.users.get(int((await request.json())["recipient_id"]))
        if user is None:
            return _refusal(400, 50033, "Invalid Recipient(s)")
        return _json(self.world.private(user).json())

    async def _channel(self, request: web.Request) -> web.Response:
        channel = self.world.channels.get(int(request.match_info["channel"]))
        return _refusal(404, 10003, "Unknown Channel") if channel is None else _json(channel.json())

    async def _typing(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _send(self, request: web.Request) -> web.Response:
        channel = self.world.channels.get(int(request.match_info["channel"]))
        if channel is None:
            return _refusal(404, 10003, "Unknown Channel")
        headers = self._spend(channel)
        if headers.get("X-RateLimit-Remaining") == "-1":
            self.too_fast += 1
            return _json({"message": "You are being rate limited.", "retry_after": 0.05, "global": False}, 429)
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
            self.world.new_id(), channel, self.world.bot, content, answers=answers, nonce=nonce, sent=body,
            components=body.get("components") or []))
        await self.dispatch("MESSAGE_CREATE", message.json())
        return _json(message.json(), headers=headers)

    def _spend(self, channel: Channel) -> dict[str, str]:
        """The headers that tell how many messages are left in this channel; -1 is one too many."""
        if self.limit is None:
            return {}
        most, seconds = self.limit
        now = asyncio.get_running_loop().time()
        since, spent = self._spent.get(channel.id, (now, 0))
        since, spent = (now, 0) if now - since >= seconds else (since, spent)
        self._spent[channel.id] = since, spent + 1
        left = since + seconds - now
        return {
            "X-RateLimit-Limit": str(most), "X-RateLimit-Remaining": str(max(-1, most - spent - 1)), "X-RateLimit-Bucket": "messages",
            "X-RateLimit-Reset-After": f"{left:.3f}", "X-RateLimit-Reset": f"{left:.3f}",
        }

    async def _member(self, request: web.Request) -> web.Response:
        user = self.world.users.get(int(request.match_info["user"]))
        if user is None or user.id in self.world.left:
            return _refusal(404, 10007, "Unknown Member")
        return _json({**member_json(), "user": user.json()})

    async def _delete(self, request: web.Request) -> web.Response:
        message = self.world.message(int(request.match_info["message"]))
        if message is None:
            return _refusal(404, 10008, "Unknown Message")
        if message.author is not self.world.bot:
            return _refusal(403, 50013, "Missing Permissions")
        self.world.remove_message(message)
        await self.dispatch("MESSAGE_DELETE", {"id": str(message.id), "channel_id": str(message.channel.id)})
        return web.Response(status=204)

    async def _react(self, request: web.Request) -> web.Response:
        message = self.world.message(int(request.match_info["message"]))
        if message is None:
            return _refusal(404, 10008, "Unknown Message")
        self.reactions.append((message, request.match_info["emoji"]))
        return web.Response(status=204)

    async def _message(self, request: web.Request) -> web.Response:
        message = self.world.message(int(request.match_info["message"]))
        return _refusal(404, 10008, "Unknown Message") if message is None else _json(message.json())

    async def _edit(self, request: web.Request) -> web.Response:
        message = self.world.message(int(request.match_info["message"]))
        if message is None or message.author is not self.world.bot:
            return _refusal(404, 10008, "Unknown Message")
        content = (await request.json()).get("content") or ""
        if not content.strip() or len(content) > 2000:
            return _refusal(400, 50035, "Invalid Form Body")
        message.content = content
        self.edits.append(content)
        await self.dispatch("MESSAGE_UPDATE", message.json())
        return _json(message.json())

    async def _callback(self, request: web.Request) -> web.Response:
        asked = self.asked.get(request.match_info["token"])
        if asked is None:
            return _refusal(404, 10062, "Unknown interaction")
        if asked.callbacks:
            return _refusal(400, 40060, "Interaction has already been acknowledged.")
        body = await request.json()
        data = body.get("data") or {}
        asked.callbacks.append(body["type"])
        asked.ephemeral = bool(data.get("flags", 0) & 64)
        asked.choices = data.get("choices", [])
        if body["type"] == 9:
            asked.form = data
        answer: Json = {"interaction": {"id": str(asked.id), "type": 2}, "resource": {"type": body["type"]}}
        if body["type"] == 4:
            asked.answer = self._private_message(asked, data)
            answer["resource"]["message"] = asked.answer.json()
        return _json(answer)

    async def _follow_up(self, request: web.Request) -> web.Response:
        asked = self.asked.get(request.match_info["token"])
        if asked is None:
            return _refusal(404, 10062, "Unknown interaction")
        message = self._private_message(asked, await self._body(request))
        asked.answer = asked.answer or message
        return _json(message.json())

    async def _body(self, request: web.Request) -> Json:
        """Files come beside the JSON; they are attached with the descriptions that the JSON has for them."""
        if not request.content_type.startswith("multipart/"):
            return dict(await request.json())
        parts = await request.post()
        body: Json = json.loads(str(parts["payload_json"]))
        for described in body.get("attachments", []):
            part = parts[f"files[{described['id']}]"]
            assert isinstance(part, web.FileField)
            described |= {"size": len(part.file.read()), "url": "http://127.0.0.1/", "proxy_url": "http://127.0.0.1/"}
        return body

    async def _edit_original(self, request: web.Request) -> web.Response:
        asked = self.asked.get(request.match_info["token"])
        if asked is None:
            return _refusal(404, 10062, "Unknown interaction")
        original = asked.message if asked.callbacks == [6] else asked.answer
        if original is None:
            return _refusal(404, 10015, "Unknown Webhook")
        body = await request.json()
        original.content = body.get("content") or original.content
        original.embeds = body.get("embeds", original.embeds)
        original.components = body.get("components", original.components)
        return _json(original.json())

    def _private_message(self, asked: Asked, data: Json) -> Message:
        """Deferred ephemeral means that the first follow-up is ephemeral too."""
        return self.world.add_message(Message(
            self.world.new_id(), asked.channel, self.world.bot, data.get("content") or "", embeds=data.get("embeds", []),
            attachments=data.get("attachments", []), components=data.get("components", []), flags=data.get("flags", 0) | (64 if asked.ephemeral else 0), sent=data))


def _json(body: object, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})) -> web.Response:
    """Discord names no charset and carries Via; discord.py takes a 429 without Via for a ban."""
    always = {"Content-Type": "application/json", "Via": "1.1 look-alike"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers={**always, **headers})


def _refusal(status: int, code: int, message: str) -> web.Response:
    return _json({"code": code, "message": message}, status)
