"""The tables, as SQLAlchemy Core sees them. What creates them is ``migrations``; a test holds the two together.

Times are integers: microseconds since 1970 in UTC. Vectors are float32, unit length, beside the name of the model that
made them. ``stamp`` is the value of the ``change`` counter when a row last changed in a way that the
vector index must know about.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    text,
)

HEAD = "0009"
"""The newest migration. Revisions are numbered, so that a database of a newer program can be told from an older one."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept to the microsecond."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else (value - EPOCH) // timedelta(microseconds=1)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        # Thousands are read for one search: what TypeDecorator puts around a value takes longer than the value.
        return maybe


def moment(value: int) -> datetime:
    """From SQLite's own value."""
    return EPOCH + timedelta(microseconds=value)


def maybe(value: int | None) -> datetime | None:
    """From SQLite's own value, where there may be none."""
    return None if value is None else moment(value)


class Listed(TypeDecorator[list[Any]]):
    """A list, as JSON; empty most of the time, and then it is not read as such."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str], list[Any]]:
        return listed


def listed(value: str) -> list[Any]:
    """From SQLite's own value."""
    return [] if value == "[]" else json.loads(value)


metadata = MetaData()


def _number() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _words(name: str, default: str | None = None) -> Column[str]:
    return Column(name, String, nullable=False, server_default=default)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("0"))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", String, nullable=False))

turns = Table(
    "turns",
    metadata,
    _number(),
    _words("person"),
    _words("speaker"),
    _words("text"),
    Column("said_at", Moment, nullable=False),
    _words("audience"),
    _words("conversation"),
    _flag("by_bot"),
    _words("message_id", ""),
    _count("reply_to"),
    Column("recalled", Listed, nullable=False, server_default="[]"),
    _flag("settled"),
    _count("stamp"),
    _flag("fleeting"),
    Index("turns_by_conversation", "person", "conversation", "by_bot", "id"),
    Index("turns_by_stamp", "person", "stamp"),
    Index("turns_by_time", "said_at"),
    Index("turns_by_answer", "person", "reply_to", sqlite_where=text("reply_to <> 0")),
    Index("turns_waiting", "id", sqlite_where=text("settled = 0 AND by_bot = 0")),
    Index("turns_by_message", "conversation", "message_id", unique=True, sqlite_where=text("message_id <> ''")),
    sqlite_autoincrement=True,
)

memories = Table(
    "memories",
    metadata,
    _number(),
    _words("person"),
    _words("audience"),
    _words("kind"),
    _words("gist"),
    _words("quote"),
    Column("said_at", Moment, nullable=False),
    Column("happens_at", Moment),
    Column("importance", Float, nullable=False),
    _words("emotion"),
    _flag("sensitive"),
    _flag("shareable"),
    Column("resolved_at", Moment),
    _count("superseded_by"),
    _flag("pinned"),
    Column("half_life", Float, nullable=False, server_default=text("0")),
    Column("used_at", Moment),
    _count("folded"),
    _count("stamp"),
    _flag("corrected"),
    Column("participants", Listed, nullable=False, server_default="[]"),
    _words("place", ""),
    Column("ends_at", Moment),
    _words("recurs", ""),
    Index("memories_by_time", "person", "said_at"),
    Index("memories_by_stamp", "person", "stamp"),
    sqlite_autoincrement=True,
)

def _vectors(name: str, owner: Table) -> Table:
    """In a table of their own, so that the rows they belong to stay small: full-text search looks at thousands."""
    return Table(
        name,
        metadata,
        Column("id", ForeignKey(owner.c.id, ondelete="CASCADE"), primary_key=True),
        _words("embed_model"),
        Column("vector", LargeBinary, nullable=False),
        Index(f"{name}_by_model", "embed_model"),
    )


turn_vectors = _vectors("turn_vectors", turns)
memory_vectors = _vectors("memory_vectors", memories)

evidence = Table(
    "evidence",
    metadata,
    Column("memory", ForeignKey("memories.id", ondelete="CASCADE"), primary_key=True),
    Column("turn", ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("end", Integer, primary_key=True),
    Index("evidence_by_turn", "turn"),
)

consents = Table(
    "consents",
    metadata,
    Column("person", String, primary_key=True),
    _flag("reach_out"),
    _words("quiet_start"),
    _words("quiet_end"),
    _words("timezone"),
    _flag("timezone_known"),
    Column("per_day", Integer, nullable=False),
    Column("snoozed_until", Moment),
    _flag("unreachable"),
    _words("conversation", ""),
)

settings = Table(
    "settings",
    metadata,
    Column("scope", String, primary_key=True),
    Column("key", String, primary_key=True),
    _words("value"),
)

proposals = Table(
    "proposals",
    metadata,
    _number(),
    _words("person"),
    _count("memory"),
    _words("source"),
    Column("opens", Moment, nullable=False),
    Column("best", Moment, nullable=False),
    Column("closes", Moment, nullable=False),
    Column("worth", Float, nullable=False),
    _words("reason"),
    Column("due", Moment, nullable=False),
    _flag("sensitive"),
    _words("state", "open"),
    Index("proposals_due", "state", "due"),
    Index("proposals_by_person", "person"),
    Index("proposals_once", "memory", "source", unique=True, sqlite_where=text("memory <> 0")),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    _number(),
    _words("person"),
    _words("conversation"),
    _count("proposal"),
    _count("memory"),
    Column("nonce", String, nullable=False, unique=True),
    _words("reason"),
    Column("at", Moment, nullable=False),
    _words("text", ""),
    _words("state", "claimed"),
    _words("audience", ""),
    Index("outbox_by_person", "person", "at"),
    Index("outbox_claimed", "state", sqlite_where=text("state = 'claimed'")),
    sqlite_autoincrement=True,
)

decisions = Table(
    "decisions",
    metadata,
    _number(),
    _words("person"),
    _words("act"),
    _words("reason"),
    Column("at", Moment, nullable=False),
    _words("conversation", ""),
    _count("turn"),
    Column("memories", Listed, nullable=False, server_default="[]"),
    _count("proposal"),
    Column("detail", JSON, nullable=False, server_default="{}"),
    Index("decisions_by_person", "person", "at"),
    sqlite_autoincrement=True,
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("mark", LargeBinary, primary_key=True),
    _words("person"),
    Index("tombstones_by_person", "person"),
)

def _terms(name: str) -> Table:
    """An inverted index of words, by person: each person's counts are their own, and a search walks through nobody else's words.
    The row of the empty term holds the length of a text."""
    return Table(
        name,
        metadata,
        Column("owner", Integer, primary_key=True),
        Column("term", String, primary_key=True),
        Column("row", Integer, primary_key=True),
        Column("times", Integer, nullable=False),
        sqlite_with_rowid=False,
    )


memory_terms = _terms("memory_terms")
turn_terms = _terms("turn_terms")

# Triggers keep these true: a summary goes with the first of its sources that is changed or deleted, and its person becomes restless.
summaries = Table(
    "summaries",
    metadata,
    _number(),
    _words("person"),
    _words("audience"),
    _words("level"),
    _words("about"),
    _words("text"),
    Index("summaries_by_place", "person", "audience", "level", "about", unique=True),
    sqlite_autoincrement=True,
)

summary_sources = Table(
    "summary_sources",
    metadata,
    Column("summary", ForeignKey("summaries.id", ondelete="CASCADE"), primary_key=True),
    Column("memory", ForeignKey("memories.id", ondelete="CASCADE"), primary_key=True),
    Index("summary_sources_by_memory", "memory"),
)

restless = Table("restless", metadata, Column("person", String, primary_key=True), Column("version", Integer, nullable=False))
