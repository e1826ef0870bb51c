"""Statements that go past SQLAlchemy: put together by it once, then executed by the driver.

For what is done for every message. SQLAlchemy takes as long to go through the values and the rows of such a statement as SQLite does to find
them. Values and rows are SQLite's own here: whole numbers for times and flags, lists as JSON (``rows`` reads them).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.dialects import sqlite

Row = tuple[Any, ...]


class Plain:
    """A SELECT. Whatever it is not given a value for makes the driver raise, as SQLAlchemy would: no condition is ever left out."""

    def __init__(self, statement: Select[Any]) -> None:
        compiled = statement.compile(dialect=sqlite.dialect(paramstyle="named"))
        self.text = str(compiled)
        self._constants = {name: bound.value for name, bound in compiled.binds.items() if not bound.required}

    def __call__(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """All rows. Raises the errors of ``sealing.ERRORS``, which ``Database.look`` translates."""
        driver = connection.connection.dbapi_connection
        found: list[Row] = driver.execute(self.text, {**self._constants, **values}).fetchall()  # type: ignore[union-attr]  # it is checked out
        return found
