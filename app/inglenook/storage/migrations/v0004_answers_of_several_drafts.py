"""Step 4: an answer may be chosen from several drafts, which are kept with it.

Why it looks like this:

- ``comparison`` is one JSON object: the drafts with their texts, the vote and the reason. It is
  read as a whole and never searched; NULL for an answer of one draft.
- While drafts are compared, the text of another one may take the place of the one that was
  being written, if what ``comparison`` says changes in the same step: the text that goes is
  among the drafts there. Everything else still only grows.
"""

STATEMENTS = (
    "ALTER TABLE message ADD COLUMN comparison TEXT",
    "DROP TRIGGER message_only_grows",
    """CREATE TRIGGER message_only_grows BEFORE UPDATE ON message
WHEN new.row <> old.row OR new.chat <> old.chat OR new.id <> old.id
    OR new.parent IS NOT old.parent OR new.role <> old.role OR new.created_ms <> old.created_ms
    OR (new.comparison IS NULL OR new.comparison IS old.comparison) AND (
        length(CAST(new.text AS BLOB)) < length(CAST(old.text AS BLOB))
        OR substr(CAST(new.text AS BLOB), 1, length(CAST(old.text AS BLOB)))
            <> CAST(old.text AS BLOB)
        OR length(CAST(new.thinking AS BLOB)) < length(CAST(old.thinking AS BLOB))
        OR substr(CAST(new.thinking AS BLOB), 1, length(CAST(old.thinking AS BLOB)))
            <> CAST(old.thinking AS BLOB))
    OR old.comparison IS NOT NULL AND new.comparison IS NULL
    OR old.status <> 'writing' AND NOT (
        new.status = 'writing' AND old.role = 'assistant'
        AND old.status IN ('stopped', 'cut', 'interrupted')
        AND NOT EXISTS (SELECT 1 FROM message WHERE chat = old.chat AND parent = old.id))
BEGIN
    SELECT RAISE(ABORT, 'a message only grows');
END""",
)
