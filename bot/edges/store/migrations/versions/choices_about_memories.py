"""What people choose about their memories: corrected by hand; and what they say while remembering is paused."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    "ALTER TABLE turns ADD COLUMN fleeting BOOLEAN DEFAULT 0 NOT NULL",
    "ALTER TABLE memories ADD COLUMN corrected BOOLEAN DEFAULT 0 NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
