"""How well a memory is remembered: whether it is pinned, its half-life and last use, and how many events it stands for."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = """
ALTER TABLE memories ADD COLUMN pinned BOOLEAN DEFAULT 0 NOT NULL;
ALTER TABLE memories ADD COLUMN half_life FLOAT DEFAULT 0 NOT NULL;
ALTER TABLE memories ADD COLUMN used_at INTEGER;
ALTER TABLE memories ADD COLUMN folded INTEGER DEFAULT 0 NOT NULL;
CREATE INDEX turns_by_time ON turns (said_at);
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
