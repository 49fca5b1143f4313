"""Prepares what is published: `gather`s files with their checksums, and `sign`s release.json.

release.py key SECRET.pem      makes a pair of keys, once: the public one goes to
                               resources/release, the secret one to a file outside of git
release.py gather MADE TARGET  lays every file of the builds into one folder
release.py sign TARGET TAG     signs what is in it with the secret in INGLENOOK_RELEASE_KEY
                               (the text of SECRET.pem); without it nothing is signed
"""

import base64
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEYS = ROOT / "resources" / "release"
SUMS, RELEASE = "SHA256SUMS", "release.json"
BELIEVED_DAYS = 400
"""How long a release file may be believed to tell of the newest version."""


def main(argv: Sequence[str]) -> int:
    """Do what is asked for."""
    verb, *rest = argv or ["help"]
    places = [Path(each) for each in rest]
    if verb == "key" and len(rest) == 1:
        return make_keys(places[0], KEYS / "1.pub")
    if verb == "gather" and len(rest) == 2:
        return gather(*places)
    if verb == "sign" and len(rest) == 2:
        secret = os.environ.get("INGLENOOK_RELEASE_KEY", "")
        return sign(places[0], rest[1].removeprefix("v"), secret.encode())
    print(__doc__, file=sys.stderr)
    return 2


def make_keys(secret: Path, public: Path) -> int:
    """Write a new pair; an old one is never overwritten."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 (not to gather)
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    key = ed25519.Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public.parent.mkdir(parents=True, exist_ok=True)
    with public.open("x") as file:
        file.write(key.public_key().public_bytes_raw().hex() + "\n")
    descriptor = os.open(secret, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
    print(f"{secret} is secret: keep it off this computer. {public} belongs into git.")
    return 0


def gather(made: Path, target: Path) -> int:
    """Lay files of all builds into one folder; a name that comes twice is told by its build."""
    target.mkdir(parents=True)
    files = sorted(each for each in made.rglob("*") if each.is_file() and each.name != SUMS)
    names = [each.name for each in files]
    for each in files:
        build = each.relative_to(made).parts[0]
        is_alone = names.count(each.name) == 1
        shutil.copy2(each, target / (each.name if is_alone else f"{build}-{each.name}"))
    lines = [f"{row['sha256']}  {row['name']}" for row in listed(target)]
    (target / SUMS).write_text("\n".join(lines) + "\n", "utf-8")
    print(*lines, sep="\n")
    return 0


def listed(folder: Path) -> list[dict[str, object]]:
    """Return name, size and SHA-256 of what is released."""
    rows = []
    for each in sorted(folder.iterdir()):
        if each.name not in {SUMS, RELEASE}:
            with each.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            rows.append({"name": each.name, "size_bytes": each.stat().st_size, "sha256": found})
    return rows


def sign(folder: Path, version: str, secret: bytes) -> int:
    """Write release.json; without a secret there is none, and that is said."""
    if not secret:
        print(f"{RELEASE} is not written: there is no key.")
        return 0
    today = datetime.now(UTC).date()
    release = {
        "version": version,
        "published": today.isoformat(),
        "expires": (today + timedelta(days=BELIEVED_DAYS)).isoformat(),
        "files": listed(folder),
    }
    (folder / RELEASE).write_bytes(sealed(release, secret))
    return 0


def sealed(release: dict[str, object], secret: bytes) -> bytes:
    """Return a release file: its text, and the signature of every letter of that.

    Args:
        release: As ``storage.releases.Release`` has it.
        secret: The key, in PEM.
    """
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (not to gather)
        load_pem_private_key,
    )

    said = json.dumps(release, ensure_ascii=False)
    signature = load_pem_private_key(secret, None).sign(said.encode())
    whole = {"signed": said, "signature": base64.b64encode(signature).decode()}
    return json.dumps(whole, indent=1).encode() + b"\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
