"""The port ``People``."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.schema import consents, settings
from bot.mind.events import Consent

_CONSENT = select(consents).where(consents.c.person == bindparam("person"))
_SETTINGS = select(settings.c.key, settings.c.value).where(settings.c.scope == bindparam("scope")).order_by(settings.c.key)
_SETTING = select(settings.c.value).where(settings.c.scope == bindparam("scope"), settings.c.key == bindparam("key"))
_UNSET = delete(settings).where(settings.c.scope == bindparam("scope"), settings.c.key == bindparam("key"))
_NEW = insert(consents)
_CHOOSE = _NEW.on_conflict_do_update(set_={column.name: _NEW.excluded[column.name] for column in consents.c})


class StoredPeople:
    def __init__(self, database: Database, newcomer: Consent) -> None:
        self._database = database
        self._newcomer = newcomer

    async def consent(self, person: str) -> Consent:
        return await self._database.look(lambda connection: consent_of(connection, person, self._newcomer))

    async def set_consent(self, consent: Consent) -> None:
        values = rows.of_consent(consent)
        await self._database.change(lambda connection: connection.execute(_CHOOSE, values))

    async def setting(self, scope: str, key: str) -> str | None:
        return await self._database.look(lambda connection: connection.scalar(_SETTING, {"scope": scope, "key": key}))

    async def set_setting(self, scope: str, key: str, value: str | None) -> None:
        def write(connection: Connection) -> None:
            connection.execute(_UNSET, {"scope": scope, "key": key})
            if value is not None:
                connection.execute(insert(settings), {"scope": scope, "key": key, "value": value})

        await self._database.change(write)

    async def settings(self, scope: str) -> Mapping[str, str]:
        return await self._database.look(lambda connection: settings_of(connection, scope))


def consent_of(connection: Connection, person: str, newcomer: Consent) -> Consent:
    row = connection.execute(_CONSENT, {"person": person}).one_or_none()
    return replace(newcomer, person=person) if row is None else rows.to_consent(row)


def settings_of(connection: Connection, scope: str) -> Mapping[str, str]:
    return {row[0]: row[1] for row in connection.execute(_SETTINGS, {"scope": scope})}
