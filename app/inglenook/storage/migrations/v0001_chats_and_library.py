"""Step 1: chats as trees of messages, their full-text index, and the library of models.

Why it looks like this:

- ``row`` is spelled out as the rowid's name, because only a named one survives VACUUM and
  the full-text index refers to it.
- The index keeps no second copy of the text (external content, read through a view). The
  view leaves out answers that are being written: they are indexed once, when they end,
  instead of at every few words. It also hides the two characters that mark matches in
  snippets, so that text cannot forge a mark.
- The index is fed by search.py and not by triggers: SQLite lets no trigger touch a virtual
  table while the schema is not trusted, and a file from outside must not be.
- The triggers are the promise that nothing is overwritten: only a message in the state
  "writing" may change, only in what grows while writing, and messages go only when their
  whole chat goes.
- ``writer`` names the process that writes an answer (see presence.py).
- Paths are bytes, because on Linux a file name need not be text.
"""

_TIMINGS_OF_AN_ANSWER = """
    prompt_tokens INTEGER,
    reused_tokens INTEGER,
    answer_tokens INTEGER,
    first_token_s REAL,
    tokens_per_s REAL"""

STATEMENTS = (
    """CREATE TABLE chat (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    head TEXT,
    removed_ms INTEGER
) STRICT""",
    f"""CREATE TABLE message (
    row INTEGER PRIMARY KEY,
    chat INTEGER NOT NULL REFERENCES chat(row) ON DELETE CASCADE,
    id TEXT NOT NULL UNIQUE,
    parent TEXT,
    role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
    text TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    status TEXT NOT NULL
        CHECK (status IN ('complete', 'writing', 'stopped', 'cut', 'interrupted', 'failed')),
    thinking TEXT NOT NULL,
    model TEXT NOT NULL,
    note TEXT NOT NULL,
    writer TEXT,{_TIMINGS_OF_AN_ANSWER},
    UNIQUE (chat, id),
    FOREIGN KEY (chat, parent) REFERENCES message(chat, id)
) STRICT""",
    "CREATE INDEX message_by_parent ON message(chat, parent)",
    "CREATE INDEX message_being_written ON message(status) WHERE status = 'writing'",
    "CREATE INDEX chat_by_use ON chat(updated_ms) WHERE removed_ms IS NULL",
    """CREATE TABLE model (
    row INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    quant TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    architecture TEXT NOT NULL,
    context_tokens INTEGER NOT NULL,
    added_ms INTEGER NOT NULL
) STRICT""",
    """CREATE VIEW finished_message AS
    SELECT row, replace(replace(text, char(2), ' '), char(3), ' ') AS text
    FROM message WHERE status <> 'writing'""",
    """CREATE VIEW titled_chat AS
    SELECT row, replace(replace(title, char(2), ' '), char(3), ' ') AS title
    FROM chat WHERE title <> ''""",
    """CREATE VIRTUAL TABLE message_index USING fts5(
    text, content='finished_message', content_rowid='row',
    tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')""",
    """CREATE VIRTUAL TABLE chat_index USING fts5(
    title, content='titled_chat', content_rowid='row',
    tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')""",
    """CREATE TRIGGER message_is_final BEFORE UPDATE ON message
WHEN old.status <> 'writing' OR new.row <> old.row OR new.chat <> old.chat OR new.id <> old.id
    OR new.parent IS NOT old.parent OR new.role <> old.role OR new.created_ms <> old.created_ms
BEGIN
    SELECT RAISE(ABORT, 'a finished message never changes');
END""",
    """CREATE TRIGGER message_stays BEFORE DELETE ON message
WHEN EXISTS (SELECT 1 FROM chat WHERE row = old.chat) BEGIN
    SELECT RAISE(ABORT, 'a message goes only with its chat');
END""",
)
