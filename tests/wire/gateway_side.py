"""The look-alike's gateway: a websocket that says hello, checks who comes, and passes events on."""

import asyncio
import json
from collections.abc import Callable

from aiohttp import WSMsgType, web

from tests.wire.world import Json, Message, World

MESSAGE_CONTENT = 1 << 15
PATIENCE = 30.0
_DISPATCH, _INVALID, _HELLO, _ACK = 0, 9, 10, 11


class GatewaySide:
    """Sessions and events. ``identified`` holds what each newcomer said of itself."""

    def __init__(self, token: str, message_content: bool) -> None:
        self.world = World()
        self.token = token
        self.message_content = message_content
        self.gateway = ""
        self.identified: list[Json] = []
        self.ready = self.resumed = 0
        self._log: list[Json] = []
        self._sockets: set[web.WebSocketResponse] = set()
        self._changed = asyncio.Condition()

    async def until(self, happened: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait for something the bot does; TimeoutError after so many seconds."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(happened)

    async def hang_up(self, code: int) -> None:
        """Close the gateway connections."""
        for socket in list(self._sockets):
            await socket.close(code=code)

    async def gateway_socket(self, request: web.Request) -> web.WebSocketResponse:
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
            await self.dispatch("READY", {
                "v": 10, "user": self.world.bot.json(), "session_id": "session", "resume_gateway_url": self.gateway,
                "guilds": [{"id": str(self.world.guild), "unavailable": True}],
                "application": {"id": str(self.world.application), "flags": 1 << 19},
            })
            await self.dispatch("GUILD_CREATE", self.world.guild_json())

    async def _resume(self, socket: web.WebSocketResponse, asked: Json) -> None:
        if asked["token"] != self.token or asked["session_id"] != "session":
            await socket.send_json({"op": _INVALID, "d": False})
            return
        missed = self._log[asked["seq"]:]
        for event in missed:
            await socket.send_json(event)
        self._sockets.add(socket)
        self.resumed += 1
        await self.dispatch("RESUMED", {})

    async def dispatch(self, name: str, data: Json) -> None:
        event = {"op": _DISPATCH, "t": name, "s": len(self._log) + 1, "d": data}
        self._log.append(event)
        for socket in list(self._sockets):
            await socket.send_json(event)
        await self.tell()

    async def tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def as_seen(self, message: Message) -> Json:
        """Without the intent, Discord blanks what does not concern the bot."""
        body = message.json()
        concerns = not message.channel.guild or self.world.bot in message.mentions
        if not (self.message_content or concerns):
            body |= {"content": "", "attachments": [], "embeds": [], "components": []}
        return body
