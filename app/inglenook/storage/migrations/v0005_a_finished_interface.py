"""Step 5: folders, pins, archive, assistants, prompts, attachments, drafts, other engines.

Why it looks like this:

- A chat is in one folder or in none; a folder that goes leaves its chats where they are.
- ``titled`` tells who named a chat: '' is its first question, 'model' the model when it had
  time, 'person' somebody by hand; only '' is ever replaced by itself.
- ``assistant`` is an id without a reference: a chat outlives its assistant, and an included
  assistant has no row until somebody changes it.
- ``instructions`` of a chat are told to the model behind those of its assistant.
- A row of an included assistant without a name says only where it stands and whether it is
  hidden: what it says is then what we wrote, also after an update.
- An attachment belongs to one message and goes with its chat. ``text`` is what was taken out of
  a document and given to the model, ``data`` the bytes of a picture. It never changes.
  Its words are found like those of a message; triggers keep their index, since they go with a
  chat, with a branch, and with whatever else takes messages away.
- ``made`` is one JSON object on how an answer was made: seed, sampling, plan. It is read as a
  whole and never searched; NULL for older answers.
- ``engine`` is the id of an engine elsewhere, without a reference: a chat whose engine was
  taken out of the list must not be answered by another one unasked. '' is this computer.
- An engine elsewhere has its models as one JSON list. Its key is in the system's keyring.
- ``kind`` tells models that make vectors or scores from those that chat; earlier versions
  took only the latter.
- A draft is what was being written in a chat, which need not be stored yet. What is queued is
  to be sent there, one after another, once the answer that is being written has ended.
- A message now goes with its chat or with the whole branch that begins with it or above it:
  ``pruned`` names the messages of such a branch while they are being deleted, and is empty
  otherwise. What was said after a message never outlives it: its parent is a foreign key.
"""

STATEMENTS = (
    """CREATE TABLE folder (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL
) STRICT""",
    "ALTER TABLE chat ADD COLUMN folder INTEGER REFERENCES folder(row) ON DELETE SET NULL",
    "ALTER TABLE chat ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE chat ADD COLUMN archived_ms INTEGER",
    "ALTER TABLE chat ADD COLUMN titled TEXT NOT NULL DEFAULT ''"
    " CHECK (titled IN ('', 'model', 'person'))",
    "ALTER TABLE chat ADD COLUMN assistant TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE chat ADD COLUMN instructions TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE chat ADD COLUMN engine TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE chat ADD COLUMN engine_model TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE model ADD COLUMN kind TEXT NOT NULL DEFAULT 'chat'",
    "CREATE INDEX chat_by_folder ON chat(folder) WHERE folder IS NOT NULL",
    "ALTER TABLE message ADD COLUMN made TEXT",
    """CREATE TABLE attachment (
    row INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES message(row) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('document', 'image')),
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    text TEXT NOT NULL DEFAULT '',
    data BLOB,
    note TEXT NOT NULL DEFAULT '',
    UNIQUE (message, position)
) STRICT""",
    """CREATE VIEW attached_text AS
    SELECT row, replace(replace(name || char(10) || text, char(2), ' '), char(3), ' ') AS text
    FROM attachment""",
    """CREATE VIRTUAL TABLE attachment_index USING fts5(
    text, content='attached_text', content_rowid='row',
    tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')""",
    """CREATE TRIGGER attachment_comes AFTER INSERT ON attachment BEGIN
    INSERT INTO attachment_index(rowid, text)
    SELECT row, text FROM attached_text WHERE row = new.row;
END""",
    """CREATE TRIGGER attachment_goes BEFORE DELETE ON attachment BEGIN
    INSERT INTO attachment_index(attachment_index, rowid, text)
    SELECT 'delete', row, text FROM attached_text WHERE row = old.row;
END""",
    """CREATE TABLE assistant (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    icon TEXT NOT NULL DEFAULT '',
    about TEXT NOT NULL DEFAULT '',
    instructions TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    sampling TEXT NOT NULL DEFAULT '',
    effort TEXT NOT NULL DEFAULT '',
    thinking TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    is_hidden INTEGER NOT NULL DEFAULT 0,
    changed_ms INTEGER NOT NULL
) STRICT""",
    """CREATE TABLE prompt (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    changed_ms INTEGER NOT NULL
) STRICT""",
    """CREATE TABLE endpoint (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    base TEXT NOT NULL,
    host TEXT NOT NULL,
    models TEXT NOT NULL DEFAULT '[]',
    has_key INTEGER NOT NULL DEFAULT 0,
    is_agreed INTEGER NOT NULL DEFAULT 0,
    is_here INTEGER NOT NULL DEFAULT 0
) STRICT""",
    """CREATE TABLE draft (
    chat TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT""",
    """CREATE TABLE queued (
    row INTEGER PRIMARY KEY,
    chat TEXT NOT NULL,
    position INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT""",
    "CREATE INDEX queued_by_chat ON queued(chat, position)",
    "CREATE TABLE pruned (message INTEGER PRIMARY KEY) STRICT",
    "DROP TRIGGER message_stays",
    """CREATE TRIGGER message_stays BEFORE DELETE ON message
WHEN EXISTS (SELECT 1 FROM chat WHERE row = old.chat)
    AND NOT EXISTS (SELECT 1 FROM pruned WHERE message = old.row) BEGIN
    SELECT RAISE(ABORT, 'a message goes only with its chat or its branch');
END""",
)
