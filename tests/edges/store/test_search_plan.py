"""How SQLite goes about a search: by the ids it was given, never through all that a person has; and only for somebody."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.edges.store import open_store
from bot.edges.store.plain import Plain
from bot.edges.store.scope import Scope
from bot.edges.store.search import _statements
from bot.errors import StoreError
from tests.contracts.stores import ANN, DM
from tests.fakes.clock import VirtualClock


@pytest.mark.parametrize("private", [True, False])
async def test_rows_are_looked_up_by_id(tmp_path: Path, private: bool) -> None:
    def steps(connection: Connection, statement: Plain) -> list[str]:
        values = {"person": ANN, "audience": DM, "ids": "[1]", "superseded_by_1": 0, "param_1": 1, "param_2": 1}
        return [str(row[3]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {statement.text}"), values)]

    do = _statements(private)
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store:
        for statement in (do.memories, do.turns, do.memory_ids, do.turn_ids, do.beside):
            (first, *_) = await store.database.look(lambda connection, s=statement: steps(connection, s))  # type: ignore[misc]
            assert "INTEGER PRIMARY KEY (rowid=?)" in first


async def test_without_somebody_nothing_is_searched(tmp_path: Path) -> None:
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store:
        with pytest.raises(StoreError, match="person"):
            await store.database.look(lambda connection: _statements(True).memories(connection, {"ids": "[1]"}))
        found = await store.database.look(lambda connection: _statements(True).memories(connection, {**Scope(ANN, DM).values, "ids": "[1]"}))
        assert found == []
