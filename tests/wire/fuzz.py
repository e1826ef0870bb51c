"""Events as no Discord sends them: real ones with parts missing, exchanged and bloated."""

import copy
import random
from typing import Any

from tests.wire.world import Json, Message, User, World, member_json

_ODD: tuple[Any, ...] = (
    None, True, False, -1, 0, 2**70, 1e308, "", " ", "0", "-5", "not a number", "x" * 5000, "\ud800", "\u202e\x00\x07", "@everyone", "`" * 90, [], {},
    [None], {"id": None}, [[[[[]]]]], "2026-13-45T99:99:99+00:00", str(2**64),
)


class Fuzz:
    """The same for the same seed. ``world`` lends its people and channels."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._chance = random.Random(seed)
        self._people = [world.add_user(f"fuzz{n}") for n in range(5)]

    def event(self) -> tuple[str, Any]:
        """Its name and what it says."""
        name, data = self._chance.choice(self._real())
        data = copy.deepcopy(data)
        for _ in range(self._chance.choice((0, 1, 1, 2, 5, 20))):
            self._spoil(data)
        if self._chance.random() < 0.02:
            return name, self._chance.choice(_ODD)
        return (name if self._chance.random() > 0.02 else "NEVER_HEARD_OF"), data

    def _spoil(self, data: Any) -> None:
        """Change one place in it, at any depth."""
        place = data
        while isinstance(place, dict | list) and place:
            key = self._chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
            deeper = place[key]
            if isinstance(deeper, dict | list) and deeper and self._chance.random() < 0.7:
                place = deeper
                continue
            if self._chance.random() < 0.4:
                del place[key]
            else:
                place[key] = copy.deepcopy(self._chance.choice(_ODD))
            return

    def _real(self) -> list[tuple[str, Json]]:
        world, user = self._world, self._chance.choice(self._people)
        channel = self._chance.choice([world.lounge, world.private(user)])
        said = Message(world.new_id(), channel, user, f"<@{world.bot.id}> hello {self._chance.random()}", mentions=[world.bot])
        where = {"guild_id": str(world.guild), "channel_id": str(world.lounge.id)}
        role = {"id": str(world.new_id()), "name": "r", "permissions": "0", "position": 1, "color": 0, "hoist": False, "managed": False, "mentionable": False}
        elsewhere = world.guild_json(world.guild) | {"id": str(world.new_id()), "channels": []}
        thread = world.lounge.json() | {"id": str(world.new_id()), "type": 11, "parent_id": str(world.lounge.id), "owner_id": str(user.id),
                                        "thread_metadata": {"archived": False, "auto_archive_duration": 60, "archive_timestamp": "2026-03-01T00:00:00+00:00"}}
        return [
            ("MESSAGE_CREATE", said.json()), ("MESSAGE_CREATE", said.json()), ("MESSAGE_UPDATE", said.json()),
            ("MESSAGE_DELETE", {"id": str(said.id), "channel_id": str(channel.id)}),
            ("MESSAGE_DELETE_BULK", {"ids": [str(said.id)], "channel_id": str(channel.id)}),
            ("INTERACTION_CREATE", self._asked(user, 2, {"id": "1", "name": "help", "type": 1})),
            ("INTERACTION_CREATE", self._asked(user, 3, {"custom_id": f"remember:yes:{user.id}", "component_type": 2}) | {"message": said.json()}),
            ("INTERACTION_CREATE", self._asked(user, 4, {"id": "1", "name": "memory", "type": 1, "options": []})),
            ("INTERACTION_CREATE", self._asked(user, 5, {"custom_id": "x", "components": []})),
            ("GUILD_CREATE", elsewhere), ("GUILD_UPDATE", elsewhere), ("GUILD_DELETE", {"id": elsewhere["id"]}),
            ("CHANNEL_UPDATE", world.lounge.json()), ("THREAD_CREATE", thread), ("THREAD_DELETE", thread), ("CHANNEL_PINS_UPDATE", dict(where)),
            ("GUILD_ROLE_CREATE", {"guild_id": str(world.guild), "role": role}), ("GUILD_ROLE_DELETE", {"guild_id": str(world.guild), "role_id": role["id"]}),
            ("GUILD_MEMBER_UPDATE", {**member_json(), "user": user.json(), "guild_id": str(world.guild)}),
            ("GUILD_EMOJIS_UPDATE", {"guild_id": str(world.guild), "emojis": [{"id": "1", "name": "e", "roles": []}]}),
            ("TYPING_START", {**where, "user_id": str(user.id), "timestamp": 1}),
            ("MESSAGE_REACTION_ADD", {**where, "user_id": str(user.id), "message_id": str(said.id), "emoji": {"id": None, "name": "x"}}),
        ]

    def _asked(self, user: User, kind: int, data: Json) -> Json:
        return {
            "id": str(self._world.new_id()), "application_id": str(self._world.application), "type": kind, "data": data, "token": f"fuzz{self._chance.random()}",
            "version": 1, "channel_id": str(self._world.private(user).id), "channel": self._world.private(user).json(), "user": user.json(), "locale": "en-US",
            "app_permissions": "0", "entitlements": [], "attachment_size_limit": 1, "authorizing_integration_owners": {}, "context": 1,
        }
