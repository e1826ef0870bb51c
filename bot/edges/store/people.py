"""The port ``People``."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.schema import consents, settings
from bot.mind.events import Consent


class StoredPeople:
    def __init__(self, database: Database, newcomer: Consent) -> None:
        self._database = database
        self._newcomer = newcomer

    async def consent(self, person: str) -> Consent:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(consents).where(consents.c.person == person))).one_or_none()
        return replace(self._newcomer, person=person) if row is None else rows.to_consent(row)

    async def set_consent(self, consent: Consent) -> None:
        values = rows.of_consent(consent)
        async with self._database.writing() as connection:
            await connection.execute(insert(consents).values(values).on_conflict_do_update(set_=values))

    async def setting(self, scope: str, key: str) -> str | None:
        query = select(settings.c.value).where(settings.c.scope == scope, settings.c.key == key)
        async with self._database.reading() as connection:
            return await connection.scalar(query)

    async def set_setting(self, scope: str, key: str, value: str | None) -> None:
        async with self._database.writing() as connection:
            await connection.execute(delete(settings).where(settings.c.scope == scope, settings.c.key == key))
            if value is not None:
                await connection.execute(insert(settings).values(scope=scope, key=key, value=value))

    async def settings(self, scope: str) -> Mapping[str, str]:
        query = select(settings.c.key, settings.c.value).where(settings.c.scope == scope).order_by(settings.c.key)
        async with self._database.reading() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}
