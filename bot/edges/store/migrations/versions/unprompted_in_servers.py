"""Which server heard an unprompted message; those so far went to one person alone."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("ALTER TABLE outbox ADD COLUMN audience VARCHAR DEFAULT '' NOT NULL")
