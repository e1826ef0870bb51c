"""An index of words by person takes the place of the full text of everybody: its counts are each person's own.

It is filled from the old index. Stop words come along for old rows, and nobody asks for them.
"""

from hashlib import blake2b

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    connection = op.get_bind()
    op.execute("CREATE TEMP TABLE numbers (person VARCHAR PRIMARY KEY, owner INTEGER)")
    people = connection.scalars(text("SELECT person FROM memories UNION SELECT person FROM turns")).all()
    for person in people:
        owner = int.from_bytes(blake2b(person.encode(), digest_size=6).digest())
        connection.execute(text("INSERT INTO numbers VALUES (:person, :owner)"), {"person": person, "owner": owner})
    for old, new, rows in (("memory_words", "memory_terms", "memories"), ("turn_words", "turn_terms", "turns")):
        op.execute(
            f'CREATE TABLE {new} (owner INTEGER NOT NULL, term VARCHAR NOT NULL, "row" INTEGER NOT NULL, times INTEGER NOT NULL,'
            ' PRIMARY KEY (owner, term, "row")) WITHOUT ROWID'
        )
        op.execute(f"CREATE VIRTUAL TABLE temp.instances USING fts5vocab('main', '{old}', 'instance')")
        found = f"FROM temp.instances AS i JOIN {rows} ON {rows}.id = i.doc JOIN numbers USING (person) WHERE i.col = 'body'"
        op.execute(f"INSERT INTO {new} SELECT owner, i.term, i.doc, count(*) {found} GROUP BY owner, i.term, i.doc")
        op.execute(f"INSERT INTO {new} SELECT owner, '', i.doc, count(*) + 1 {found} GROUP BY owner, i.doc")
        op.execute("DROP TABLE temp.instances")
        op.execute(f"DROP TABLE {old}")
    op.execute("DROP TABLE numbers")
    if people:
        # The old index is gone from the tables, not from the file: as after a deletion, the file is rewritten.
        op.execute("UPDATE meta SET value = value + 1 WHERE key = 'deletion'")
