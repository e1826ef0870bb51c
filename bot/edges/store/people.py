"""The port ``People``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.passing import Passing
from bot.edges.store.permission import Guard
from bot.edges.store.schema import consents, settings
from bot.edges.store.turns import insert_turn
from bot.mind.events import Consent, Turn
from bot.mind.permission import KEY

_CONSENT = select(consents).where(consents.c.person == bindparam("person"))
_SETTINGS = select(settings.c.key, settings.c.value).where(settings.c.scope == bindparam("scope")).order_by(settings.c.key)
_SETTING = select(settings.c.value).where(settings.c.scope == bindparam("scope"), settings.c.key == bindparam("key"))
_UNSET = delete(settings).where(settings.c.scope == bindparam("scope"), settings.c.key == bindparam("key"))
_NEW = insert(consents)
_CHOOSE = _NEW.on_conflict_do_update(set_={column.name: _NEW.excluded[column.name] for column in consents.c})


class StoredPeople:
    def __init__(self, database: Database, newcomer: Consent, guard: Guard, passing: Passing) -> None:
        self._database = database
        self._newcomer = newcomer
        self._guard = guard
        self._passing = passing

    async def consent(self, person: str) -> Consent:
        return await self._database.look(lambda connection: consent_of(connection, person, self._newcomer))

    async def set_consent(self, consent: Consent) -> None:
        def write(connection: Connection) -> None:
            if self._guard.allows(connection, consent.person):
                connection.execute(_CHOOSE, rows.of_consent(consent))

        await self._database.change(write)

    async def setting(self, scope: str, key: str) -> str | None:
        return await self._database.look(lambda connection: connection.scalar(_SETTING, {"scope": scope, "key": key}))

    async def set_setting(self, scope: str, key: str, value: str | None) -> None:
        told = self._passing.take(scope) if (key, value) == (KEY, "yes") else []

        def write(connection: Connection) -> None:
            connection.execute(_UNSET, {"scope": scope, "key": key})
            if value is not None and self._guard.allows_setting(connection, scope, key):
                connection.execute(insert(settings), {"scope": scope, "key": key, "value": value})
            _adopt(connection, told)

        await self._database.change(write)

    async def settings(self, scope: str) -> Mapping[str, str]:
        return await self._database.look(lambda connection: settings_of(connection, scope))


def _adopt(connection: Connection, told: Sequence[Turn]) -> None:
    """Who says yes says it of this talk too: it is stored, and waits to be remembered."""
    stored: dict[int, int] = {}
    for turn in told:
        stored[turn.id] = insert_turn(connection, replace(turn, id=0, fleeting=False, reply_to=stored.get(turn.reply_to, 0), recalled=())).id


def consent_of(connection: Connection, person: str, newcomer: Consent) -> Consent:
    row = connection.execute(_CONSENT, {"person": person}).one_or_none()
    return replace(newcomer, person=person) if row is None else rows.to_consent(row)


def settings_of(connection: Connection, scope: str) -> Mapping[str, str]:
    return {row[0]: row[1] for row in connection.execute(_SETTINGS, {"scope": scope})}
