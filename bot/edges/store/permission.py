"""Nothing is written about somebody who did not say yes. Two locks: each write asks first, and what forgets to ask is refused by SQLite."""

from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.edges.store.schema import metadata, settings
from bot.mind.permission import KEY, needs_a_yes, needs_a_yes_in_sql

_FREE = {"tombstones", "restless"}
"""What deletions leave: no words of anybody."""

_WORD = select(settings.c.value).where(settings.c.scope == bindparam("person"), settings.c.key == KEY)
_NO_YES = f"NOT EXISTS (SELECT 1 FROM settings WHERE scope = {{0}} AND key = '{KEY}' AND value = 'yes')"
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'they did not allow to be remembered'); END"


class Guard:
    """``asks_first``: only those are remembered who said yes. Else everybody is, but those who said no."""

    def __init__(self, asks_first: bool) -> None:
        self._asks_first = asks_first

    def allows(self, connection: Connection, person: str) -> bool:
        """Whether anything about this person may be written."""
        word = connection.scalar(_WORD, {"person": person})
        return word == "yes" or (word is None and not self._asks_first)

    def allows_setting(self, connection: Connection, scope: str, key: str) -> bool:
        return not needs_a_yes(scope, key) or self.allows(connection, scope)

    def lock(self, cursor: Any) -> None:
        """Have a connection of ``sqlite3`` refuse such rows, in every table that has a person, also in those yet to come."""
        if not self._asks_first:
            return
        for name, table in metadata.tables.items():
            if "person" in table.c and name not in _FREE:
                cursor.execute(f"CREATE TEMP TRIGGER {name}_allowed BEFORE INSERT ON {name} WHEN {_NO_YES.format('new.person')} {_REFUSE}")
        about = needs_a_yes_in_sql("new.scope", "new.key")
        cursor.execute(f"CREATE TEMP TRIGGER settings_allowed BEFORE INSERT ON settings WHEN {about} AND {_NO_YES.format('new.scope')} {_REFUSE}")
