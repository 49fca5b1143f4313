"""Step 2: an answer that stopped short of its end may be gone on with.

Why it looks like this:

- The promise is now that a message only grows. While it is being written, text and thoughts
  may get longer and nothing else; an answer that was stopped, cut or interrupted may be
  written on, as long as nothing was said after it; everything else stays as it is.
- Texts are compared as bytes, as SQLite's text functions end at a NUL; and by length first,
  because a part of nothing is NULL there, which is never unequal.
- ``left_out`` and ``needs_tokens`` let a chat say after a restart what the model was not
  given, and what a message would have needed.
"""

STATEMENTS = (
    "ALTER TABLE message ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE message ADD COLUMN needs_tokens INTEGER NOT NULL DEFAULT 0",
    "DROP TRIGGER message_is_final",
    """CREATE TRIGGER message_only_grows BEFORE UPDATE ON message
WHEN new.row <> old.row OR new.chat <> old.chat OR new.id <> old.id
    OR new.parent IS NOT old.parent OR new.role <> old.role OR new.created_ms <> old.created_ms
    OR length(CAST(new.text AS BLOB)) < length(CAST(old.text AS BLOB))
    OR substr(CAST(new.text AS BLOB), 1, length(CAST(old.text AS BLOB)))
        <> CAST(old.text AS BLOB)
    OR length(CAST(new.thinking AS BLOB)) < length(CAST(old.thinking AS BLOB))
    OR substr(CAST(new.thinking AS BLOB), 1, length(CAST(old.thinking AS BLOB)))
        <> CAST(old.thinking AS BLOB)
    OR old.status <> 'writing' AND NOT (
        new.status = 'writing' AND old.role = 'assistant'
        AND old.status IN ('stopped', 'cut', 'interrupted')
        AND NOT EXISTS (SELECT 1 FROM message WHERE chat = old.chat AND parent = old.id))
BEGIN
    SELECT RAISE(ABORT, 'a message only grows');
END""",
)
