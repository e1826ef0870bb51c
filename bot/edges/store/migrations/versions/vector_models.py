"""Which vectors are of which model can be seen without reading them."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for what in ("memory_vectors", "turn_vectors"):
        op.execute(f"CREATE INDEX {what}_by_model ON {what} (embed_model)")
