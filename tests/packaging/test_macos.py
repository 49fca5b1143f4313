"""The application for macOS tells the system what it asks, and is signed only with secrets."""

import importlib.util
import plistlib
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "packaging" / "macos"
SCRIPTS = sorted(FOLDER.glob("*.sh"))


@pytest.fixture(scope="module")
def info():
    spec = importlib.util.spec_from_file_location("info", FOLDER / "info.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.info("1.2.3")


def test_the_information_is_a_property_list_with_what_the_system_asks(info):
    assert plistlib.loads(plistlib.dumps(info)) == info
    assert info["CFBundleShortVersionString"] == info["CFBundleVersion"] == "1.2.3"
    assert info["NSHighResolutionCapable"]
    assert info["LSMinimumSystemVersion"] == "13.0"


def test_model_files_open_with_it(info):
    opened = [
        kind for each in info["CFBundleDocumentTypes"] for kind in each["LSItemContentTypes"]
    ]
    declared = {each["UTTypeIdentifier"]: each for each in info["UTImportedTypeDeclarations"]}
    endings = [declared[kind]["UTTypeTagSpecification"] for kind in opened]
    assert endings == [{"public.filename-extension": ["gguf"]}]


def test_every_language_of_the_window_is_named(info):
    catalogues = (FOLDER.parents[1] / "resources" / "i18n").glob("*.json")
    assert {"en", *(each.stem for each in catalogues)} == set(info["CFBundleLocalizations"])


def test_the_entitlements_allow_another_qt_and_nothing_that_is_not_needed():
    entitlements = plistlib.loads((FOLDER / "entitlements.plist").read_bytes())
    assert entitlements == {
        "com.apple.security.cs.allow-unsigned-executable-memory": True,
        "com.apple.security.cs.disable-library-validation": True,
    }


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_scripts_can_be_read_by_a_shell(script):
    subprocess.run(["sh", "-n", str(script)], check=True)


@pytest.mark.parametrize("arguments", [("Inglenook.app",), ("--notarise", "Inglenook.dmg")])
def test_without_secrets_nothing_is_signed_and_that_is_said(arguments, tmp_path):
    done = subprocess.run(
        ["sh", str(FOLDER / "sign.sh"), *arguments],
        env={"PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{arguments[-1]} is not" in done.stdout
    assert list(tmp_path.iterdir()) == []
