"""Step 3: where a model file comes from, and how to tell that it is still the same.

Why it looks like this:

- ``origin`` names another program whose file this is; such a file is borrowed: it is used where
  it lies and never changed or deleted. Empty for a file of this person's own.
- ``source`` is the place on the Hub, ``org/name@commit``, and ``sha256`` what it says about
  the files: one hash for each part of a split model, with a space between them.
- ``changed_ns`` is when the file was last changed, as the file system says, when it was looked
  at: a file that has another size or date since is not the one that was checked.
"""

STATEMENTS = (
    "ALTER TABLE model ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE model ADD COLUMN source TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE model ADD COLUMN licence TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE model ADD COLUMN sha256 TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE model ADD COLUMN changed_ns INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE model ADD COLUMN used_ms INTEGER NOT NULL DEFAULT 0",
)
