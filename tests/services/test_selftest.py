"""What `--self-test` looks at, where it is there and where it is missing."""

import importlib

import pytest

from inglenook.chat.document import Document
from inglenook.core.errors import DocumentError, InglenookError, StorageError
from inglenook.services import selftest


def test_a_module_that_cannot_be_imported_is_named(monkeypatch):
    def imported(name):
        if name == "inglenook.core.units":
            raise ImportError("no module named numbers")

    monkeypatch.setattr(importlib, "import_module", imported)
    with pytest.raises(InglenookError) as found:
        selftest.check_modules()
    assert found.value.problem.facts == {
        "module": "inglenook.core.units",
        "reason": "no module named numbers",
    }
    monkeypatch.setattr(importlib, "import_module", lambda _name: None)
    assert "modules load" in selftest.check_modules()[0]


def test_kinds_of_files_that_are_missing_are_named(monkeypatch, tmp_path):
    (tmp_path / "icons").mkdir()
    (tmp_path / "icons" / "x.svg").touch()
    monkeypatch.setattr(selftest, "resources", lambda: tmp_path)
    with pytest.raises(InglenookError) as found:
        selftest.check_resources()
    assert found.value.problem.facts["missing"] == "catalog, i18n, licences"
    for name in ("catalog/a.json", "i18n/a.json", "licences/a.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    assert dict(selftest.check_resources()[1])["starter model"] == "none"


def test_a_chat_is_kept_and_found_in_clear_and_encrypted(monkeypatch):
    assert "encrypted" in selftest.check_database()[0]
    monkeypatch.setattr(selftest.Conversations, "search", lambda *_any: ())
    with pytest.raises(StorageError):
        selftest.check_database()


def test_where_secrets_would_be_kept_is_told(monkeypatch):
    monkeypatch.setattr(selftest.SystemKeyring, "told", lambda _self: "")
    assert "in memory" in selftest.check_keyring()[0]
    monkeypatch.setattr(selftest.SystemKeyring, "told", lambda _self: "SecretService")
    assert selftest.check_keyring()[0] == "SecretService"


def test_a_page_is_read_by_the_process_for_documents(monkeypatch):
    assert "PDF" in selftest.check_documents()[0]
    other = Document("page.pdf", "application/pdf", 1, ("something else",), 1)
    monkeypatch.setattr(selftest.DocumentReader, "read", lambda *_any: other)
    with pytest.raises(DocumentError):
        selftest.check_documents()


@pytest.mark.model
def test_a_model_that_is_written_at_once_answers():
    says, facts = selftest.check_tiny_model()
    assert says == "a tiny model is loaded and writes 4 tokens"
    assert dict(facts)["engine"].startswith("llama.cpp")
