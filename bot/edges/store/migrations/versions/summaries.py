"""Summaries, what they rest on, and who has something to reflect on.

Triggers, so that it holds whatever changes a memory: when one is changed or goes, every summary that rests on it goes in the same
transaction. Where words are written over, or go by themselves, the file is to be rewritten when there is time, as after a deletion.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_ROUSE = "INSERT INTO restless VALUES ({0}.person, 1) ON CONFLICT (person) DO UPDATE SET version = version + 1"
_DROP = "DELETE FROM summaries WHERE id IN (SELECT summary FROM summary_sources WHERE memory = old.id)"
_TRACES = "UPDATE meta SET value = value + 1 WHERE key = 'deletion'"
STATEMENTS = (
    """CREATE TABLE summaries (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        person VARCHAR NOT NULL,
        audience VARCHAR NOT NULL,
        level VARCHAR NOT NULL,
        about VARCHAR NOT NULL,
        text VARCHAR NOT NULL
    )""",
    "CREATE UNIQUE INDEX summaries_by_place ON summaries (person, audience, level, about)",
    """CREATE TABLE summary_sources (
        summary INTEGER NOT NULL,
        memory INTEGER NOT NULL,
        PRIMARY KEY (summary, memory),
        FOREIGN KEY (summary) REFERENCES summaries (id) ON DELETE CASCADE,
        FOREIGN KEY (memory) REFERENCES memories (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX summary_sources_by_memory ON summary_sources (memory)",
    "CREATE TABLE restless (person VARCHAR NOT NULL PRIMARY KEY, version INTEGER NOT NULL)",
    "INSERT INTO restless SELECT DISTINCT person, 1 FROM memories",
    f"CREATE TRIGGER memory_told AFTER INSERT ON memories BEGIN {_ROUSE.format('new')}; END",
    "CREATE TRIGGER memory_changed AFTER UPDATE OF gist, quote, kind, audience, shareable, sensitive, superseded_by, happens_at, pinned"
    f" ON memories BEGIN {_DROP}; {_ROUSE.format('old')}; END",
    "CREATE TRIGGER memory_reworded AFTER UPDATE OF gist, quote ON memories WHEN old.gist <> new.gist OR old.quote <> new.quote"
    f" BEGIN {_TRACES}; END",
    f"CREATE TRIGGER turn_reworded AFTER UPDATE OF text ON turns WHEN old.text <> new.text BEGIN {_TRACES}; END",
    f"CREATE TRIGGER turn_passed AFTER DELETE ON turns WHEN old.fleeting BEGIN {_TRACES}; END",
    f"CREATE TRIGGER memory_gone BEFORE DELETE ON memories BEGIN {_DROP}; {_ROUSE.format('old')}; END",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
