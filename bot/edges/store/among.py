"""Rows by many ids: as one parameter of a statement, since SQLAlchemy takes longer to spell out hundreds than the search does."""

import json
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, column, func, select

_ASKED = select(func.json_each(bindparam("ids")).table_valued(column("value")).c.value)


def listed(ids: Iterable[int]) -> str:
    """What a statement with one of these conditions is given as ``ids``."""
    return json.dumps(list(ids))


def asked_for(of: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a column has one of the values ``ids``."""
    return of.in_(_ASKED)


def permitted(table: Table, allowed: ColumnElement[bool]) -> ColumnElement[bool]:
    """The rows ``ids`` for which ``allowed`` holds. Put so that SQLite looks up the ids and then asks whether each may be used; else it goes
    through all rows of a person, which takes ten times as long."""
    return and_(asked_for(table.c.id), case((allowed, 1)) == 1)
