"""Who else is in an event, where it is, until when, and how often. Memories from before have none of it: their words still say it."""

from alembic import op

revision = "0009"
down_revision = "0008"

STATEMENTS = (
    "ALTER TABLE memories ADD COLUMN participants JSON DEFAULT '[]' NOT NULL",
    "ALTER TABLE memories ADD COLUMN place VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE memories ADD COLUMN ends_at INTEGER",
    "ALTER TABLE memories ADD COLUMN recurs VARCHAR DEFAULT '' NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
