"""The index of words: scores as FTS5 counts them, by person; and what an older database brings along."""

import random
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, event, select

from bot.edges.store import migrations, open_store, words
from bot.edges.store.schema import memory_terms, turn_terms
from tests.contracts.stores import ANN, BEN, DM, told, turn
from tests.fakes.clock import VirtualClock

SOUNDS = ("exam", "exams", "running", "runs", "café", "tea", "Oslo", "piano", "the", "and", "brother", "moved")


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(SOUNDS, k=chance.randint(1, 9)))


async def test_scores_are_those_of_fts5_in_a_database_of_their_own(tmp_path: Path) -> None:
    chance = random.Random(4)
    said = [_sentence(chance) for _ in range(60)]
    full_text = sqlite3.connect(":memory:")
    full_text.execute("CREATE VIRTUAL TABLE w USING fts5 (owner, body, tokenize = 'porter unicode61')")
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store:
        for text in said:
            for person in (BEN, ANN):  # what Ben says must not change Ann's scores
                stored = await store.turns.add(turn(text, person=person))
            await store.turns.add(turn(_sentence(chance), person=BEN))
            full_text.execute("INSERT INTO w (rowid, owner, body) VALUES (?, 'p', ?)", (stored.id, text))
        for asked in ("running to the exam", "tea", "my brother moved to Oslo"):
            query = f"body : ({' OR '.join(words.asked(asked))})"
            expected = dict(full_text.execute("SELECT rowid, -bm25(w, 0.0, 1.0) FROM w WHERE w MATCH ?", (query,)).fetchall())
            found = await store.memories.search(ANN, DM, asked, None, limit=400)
            assert {c.turn.id: c.lexical for c in found if c.turn and c.lexical} == pytest.approx(expected)


async def test_an_older_database_keeps_its_words(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    _make_old(path)
    async with open_store(path, clock=VirtualClock()) as store:
        found = await store.memories.search(ANN, DM, "did you run?", None)
        assert {(c.memory is not None, c.lexical > 0) for c in found} == {(True, True), (False, True)}
        assert [c.turn.text for c in await store.memories.search(BEN, "dm:discord:2", "exam", None) if c.turn] == ["the exam"]
        await told(store, "I was running")
        async with store.database.reading() as connection:
            for terms, text in ((memory_terms, ("They were running.", "I was running")), (turn_terms, ("I was running",))):
                query = select(terms.c.term, terms.c.times).where(terms.c.row == 1)
                kept = {row[0]: row[1] for row in await connection.execute(query)}
                assert words.indexed(*text).items() <= kept.items()
    assert b"fts5" not in path.read_bytes()


def _make_old(path: Path) -> None:
    """A database as the first release left it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"isolation_level": None})

    @event.listens_for(engine, "begin")
    def start(connection: object) -> None:
        connection.exec_driver_sql("BEGIN")  # type: ignore[attr-defined]

    where = f"'{ANN}', 'Ann', 'I was running', 1, '{DM}', 'discord:11'"
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            f"INSERT INTO turns (person, speaker, text, said_at, audience, conversation) VALUES ({where})",
            f"INSERT INTO turns (person, speaker, text, said_at, audience, conversation) VALUES ('{BEN}', 'Ben', 'the exam', 1, 'dm:{BEN}', 'x')",
            "INSERT INTO memories (person, audience, kind, gist, quote, said_at, importance, emotion) VALUES"
            f" ('{ANN}', '{DM}', 'experience', 'They were running.', 'I was running', 1, 0.5, 'neutral')",
            "INSERT INTO evidence VALUES (1, 1, 0, 13)",
            "INSERT INTO memory_words (rowid, owner, body) VALUES (1, 'p1', 'They were running.\nI was running')",
            "INSERT INTO turn_words (rowid, owner, body) VALUES (1, 'p1', 'I was running'), (2, 'p2', 'the exam')",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
