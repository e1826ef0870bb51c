"""Only those are remembered who allow it. Who is remembered already stays so; what was written about all others goes."""

from alembic import op

revision = "0007"
down_revision = "0006"

_KNOWN = "SELECT scope FROM settings WHERE key = 'consent'"
STATEMENTS = (
    "INSERT INTO settings (scope, key, value) SELECT person, 'consent', 'yes' FROM"
    " (SELECT person FROM memories UNION SELECT person FROM turns UNION SELECT person FROM consents WHERE reach_out)",
    f"DELETE FROM decisions WHERE person NOT IN ({_KNOWN})",
    f"DELETE FROM consents WHERE person NOT IN ({_KNOWN})",
    f"DELETE FROM settings WHERE scope NOT LIKE 'server:%' AND scope <> 'companion' AND key NOT IN ('persona', 'remembering') AND scope NOT IN ({_KNOWN})",
    # They are gone from the tables, not from the file: as after a deletion, the file is rewritten.
    "UPDATE meta SET value = value + 1 WHERE key = 'deletion' AND EXISTS (SELECT 1 FROM settings)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
