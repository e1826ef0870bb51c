"""The first schema. Plain SQL: a migration must not change when the tables of the program do."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = """
CREATE TABLE meta (
    key VARCHAR NOT NULL PRIMARY KEY,
    value VARCHAR NOT NULL
);
INSERT INTO meta VALUES ('change', '0'), ('deletion', '0'), ('scrubbed', '0');

CREATE TABLE turns (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person VARCHAR NOT NULL,
    speaker VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    said_at INTEGER NOT NULL,
    audience VARCHAR NOT NULL,
    conversation VARCHAR NOT NULL,
    by_bot BOOLEAN DEFAULT 0 NOT NULL,
    message_id VARCHAR DEFAULT '' NOT NULL,
    reply_to INTEGER DEFAULT 0 NOT NULL,
    recalled JSON DEFAULT '[]' NOT NULL,
    settled BOOLEAN DEFAULT 0 NOT NULL,
    stamp INTEGER DEFAULT 0 NOT NULL
);
CREATE INDEX turns_by_conversation ON turns (person, conversation, by_bot, id);
CREATE INDEX turns_by_stamp ON turns (person, stamp);
CREATE INDEX turns_by_answer ON turns (person, reply_to) WHERE reply_to <> 0;
CREATE INDEX turns_waiting ON turns (id) WHERE settled = 0 AND by_bot = 0;
CREATE UNIQUE INDEX turns_by_message ON turns (conversation, message_id) WHERE message_id <> '';

CREATE TABLE memories (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person VARCHAR NOT NULL,
    audience VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    gist VARCHAR NOT NULL,
    quote VARCHAR NOT NULL,
    said_at INTEGER NOT NULL,
    happens_at INTEGER,
    importance FLOAT NOT NULL,
    emotion VARCHAR NOT NULL,
    sensitive BOOLEAN DEFAULT 0 NOT NULL,
    shareable BOOLEAN DEFAULT 0 NOT NULL,
    resolved_at INTEGER,
    superseded_by INTEGER DEFAULT 0 NOT NULL,
    stamp INTEGER DEFAULT 0 NOT NULL
);
CREATE INDEX memories_by_time ON memories (person, said_at);
CREATE INDEX memories_by_stamp ON memories (person, stamp);

CREATE TABLE turn_vectors (
    id INTEGER NOT NULL PRIMARY KEY,
    embed_model VARCHAR NOT NULL,
    vector BLOB NOT NULL,
    FOREIGN KEY (id) REFERENCES turns (id) ON DELETE CASCADE
);

CREATE TABLE memory_vectors (
    id INTEGER NOT NULL PRIMARY KEY,
    embed_model VARCHAR NOT NULL,
    vector BLOB NOT NULL,
    FOREIGN KEY (id) REFERENCES memories (id) ON DELETE CASCADE
);

CREATE TABLE evidence (
    memory INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    PRIMARY KEY (memory, turn, start, "end"),
    FOREIGN KEY (memory) REFERENCES memories (id) ON DELETE CASCADE,
    FOREIGN KEY (turn) REFERENCES turns (id) ON DELETE CASCADE
);
CREATE INDEX evidence_by_turn ON evidence (turn);

CREATE TABLE consents (
    person VARCHAR NOT NULL PRIMARY KEY,
    reach_out BOOLEAN DEFAULT 0 NOT NULL,
    quiet_start VARCHAR NOT NULL,
    quiet_end VARCHAR NOT NULL,
    timezone VARCHAR NOT NULL,
    timezone_known BOOLEAN DEFAULT 0 NOT NULL,
    per_day INTEGER NOT NULL,
    snoozed_until INTEGER,
    unreachable BOOLEAN DEFAULT 0 NOT NULL,
    conversation VARCHAR DEFAULT '' NOT NULL
);

CREATE TABLE settings (
    scope VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (scope, key)
);

CREATE TABLE proposals (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person VARCHAR NOT NULL,
    memory INTEGER DEFAULT 0 NOT NULL,
    source VARCHAR NOT NULL,
    opens INTEGER NOT NULL,
    best INTEGER NOT NULL,
    closes INTEGER NOT NULL,
    worth FLOAT NOT NULL,
    reason VARCHAR NOT NULL,
    due INTEGER NOT NULL,
    sensitive BOOLEAN DEFAULT 0 NOT NULL,
    state VARCHAR DEFAULT 'open' NOT NULL
);
CREATE INDEX proposals_due ON proposals (state, due);
CREATE INDEX proposals_by_person ON proposals (person);
CREATE UNIQUE INDEX proposals_once ON proposals (memory, source) WHERE memory <> 0;

CREATE TABLE outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person VARCHAR NOT NULL,
    conversation VARCHAR NOT NULL,
    proposal INTEGER DEFAULT 0 NOT NULL,
    memory INTEGER DEFAULT 0 NOT NULL,
    nonce VARCHAR NOT NULL UNIQUE,
    reason VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    text VARCHAR DEFAULT '' NOT NULL,
    state VARCHAR DEFAULT 'claimed' NOT NULL
);
CREATE INDEX outbox_by_person ON outbox (person, at);
CREATE INDEX outbox_claimed ON outbox (state) WHERE state = 'claimed';

CREATE TABLE decisions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person VARCHAR NOT NULL,
    act VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    conversation VARCHAR DEFAULT '' NOT NULL,
    turn INTEGER DEFAULT 0 NOT NULL,
    memories JSON DEFAULT '[]' NOT NULL,
    proposal INTEGER DEFAULT 0 NOT NULL,
    detail JSON DEFAULT '{}' NOT NULL
);
CREATE INDEX decisions_by_person ON decisions (person, at);

CREATE TABLE tombstones (
    mark BLOB NOT NULL PRIMARY KEY,
    person VARCHAR NOT NULL
);
CREATE INDEX tombstones_by_person ON tombstones (person);

CREATE VIRTUAL TABLE memory_words USING fts5 (owner, body, tokenize = 'porter unicode61');
CREATE VIRTUAL TABLE turn_words USING fts5 (owner, body, tokenize = 'porter unicode61');
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
