"""The look-alike's gateway: a websocket that says hello, checks who comes, and passes events on."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.wire.world import Json, Message, World

MESSAGE_CONTENT = 1 << 15
PATIENCE = 30.0
_DISPATCH, _RECONNECT, _INVALID, _HELLO, _ACK = 0, 7, 9, 10, 11
_KEPT = 2000
"""Events that a session can be told again."""


@dataclass
class Session:
    """What one identified connection gets: the events of its shard, numbered."""

    id: str
    shard: tuple[int, int]
    socket: web.WebSocketResponse | None
    sent: int = 0
    log: deque[Json] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def concerns(self, guild: int) -> bool:
        """Private messages go to the first shard."""
        number, count = self.shard
        return (guild >> 22) % count == number

    async def tell(self, name: str, data: object) -> None:
        self.sent += 1
        event = {"op": _DISPATCH, "t": name, "s": self.sent, "d": data}
        self.log.append(event)
        if self.socket is not None and not self.socket.closed:
            await self.socket.send_json(event)


class GatewaySide:
    """Sessions and events. ``identified`` holds what each newcomer said of itself; ``shards`` is how many it says it wants, and
    ``shards_needed`` below how many it lets nobody in."""

    def __init__(self, token: str, message_content: bool) -> None:
        self.world = World()
        self.token = token
        self.message_content = message_content
        self.gateway = ""
        self.shards = self.shards_needed = 1
        self.identified: list[Json] = []
        self.ready = self.resumed = 0
        self.forgetful = False
        """Whether sessions are invalid when they come back."""
        self._sessions: dict[str, Session] = {}
        self._changed = asyncio.Condition()

    async def until(self, happened: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait for something the bot does; TimeoutError after so many seconds."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(happened)

    async def hang_up(self, code: int) -> None:
        """Close the gateway connections."""
        for session in list(self._sessions.values()):
            if session.socket is not None:
                await session.socket.close(code=code)

    async def send_away(self) -> None:
        """Ask the bot to come again, as Discord does before it takes a gateway down."""
        for session in list(self._sessions.values()):
            if session.socket is not None:
                await session.socket.send_json({"op": _RECONNECT, "d": None})

    async def doubt(self) -> None:
        """Call the sessions invalid, but let them be resumed."""
        for session in list(self._sessions.values()):
            if session.socket is not None:
                await session.socket.send_json({"op": _INVALID, "d": True})

    async def babble(self, frame: str) -> None:
        """Send these words as they are."""
        for session in list(self._sessions.values()):
            if session.socket is not None and not session.socket.closed:
                await session.socket.send_str(frame)

    async def gateway_socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": 41250}})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._heard(socket, json.loads(frame.data))
        finally:
            for session in self._sessions.values():
                if session.socket is socket:
                    session.socket = None
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
        shard = asked.get("shard") or [0, 1]
        if asked["token"] != self.token:
            await socket.close(code=4004)
        elif asked["intents"] & MESSAGE_CONTENT and not self.message_content:
            await socket.close(code=4014)
        elif shard[1] < self.shards_needed:
            await socket.close(code=4011)
        else:
            session = Session(f"session{len(self._sessions)}", (shard[0], shard[1]), socket)
            self._sessions[session.id] = session
            guilds = [guild for guild in self.world.guilds if session.concerns(guild)]
            self.ready += 1
            await session.tell("READY", {
                "v": 10, "user": self.world.bot.json(), "session_id": session.id, "resume_gateway_url": self.gateway,
                "guilds": [{"id": str(guild), "unavailable": True} for guild in guilds], **({"shard": shard} if "shard" in asked else {}),
                "application": {"id": str(self.world.application), "flags": 1 << 19},
            })
            for guild in guilds:
                await session.tell("GUILD_CREATE", self.world.guild_json(guild))
            await self.tell()

    async def _resume(self, socket: web.WebSocketResponse, asked: Json) -> None:
        session = self._sessions.get(asked["session_id"])
        if asked["token"] != self.token or session is None or self.forgetful:
            await socket.send_json({"op": _INVALID, "d": False})
            return
        session.socket = socket
        for event in [event for event in session.log if event["s"] > asked["seq"]]:
            await socket.send_json(event)
        self.resumed += 1
        await session.tell("RESUMED", {})
        await self.tell()

    async def dispatch(self, name: str, data: Json) -> None:
        guild = int(data["id"] if name.startswith("GUILD_") and "guild_id" not in data else data.get("guild_id") or 0)
        for session in list(self._sessions.values()):
            if session.concerns(guild):
                await session.tell(name, data)
        await self.tell()

    async def deliver(self, name: str, data: object) -> None:
        """An event as it is, to every session."""
        for session in list(self._sessions.values()):
            await session.tell(name, data)

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
