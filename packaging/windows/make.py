"""Makes the installer and the portable archive for Windows of a frozen program.

The installer is compiled by makensis, which there is for Windows, macOS and Linux alike. Both
are signed where a certificate is given (INGLENOOK_WINDOWS_CERTIFICATE, a .pfx file, with its
word in INGLENOOK_WINDOWS_PASSWORD, and INGLENOOK_TIMESTAMP_SERVER); without one, nothing of
that is done and it is said.
"""

import argparse
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from inglenook import __version__
from inglenook.storage.beside import MARK

HERE = Path(__file__).resolve().parent
SCRIPT = HERE / "inglenook.nsi"
_MARK_WORDS = (
    "This file makes Inglenook portable: chats, settings, models and logs are kept in the\r\n"
    "folder inglenook-data beside it. Remove both to have them where other programs do.\r\n"
)


def main(argv: Sequence[str]) -> int:
    """Make both; return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="the folder that was frozen")
    parser.add_argument("target", type=Path, help="the folder for what is made")
    parser.add_argument("--icon", type=Path, help="an .ico file; drawn if there is none")
    asked = parser.parse_args(argv)
    asked.target.mkdir(parents=True, exist_ok=True)
    icon = asked.icon or draw_icon(asked.target / "inglenook.ico")
    sign(asked.program / "inglenook.exe")
    setup = asked.target.absolute() / f"inglenook-{__version__}-windows-setup.exe"
    compile_script(asked.program.absolute(), setup, icon.absolute())
    sign(setup)
    archive = portable(
        asked.program, asked.target / f"inglenook-{__version__}-windows-portable.zip"
    )
    print(setup, archive, sep="\n")
    return 0


def draw_icon(target: Path) -> Path:
    """Draw the icon in a process of its own: Qt is needed for nothing else here."""
    subprocess.run([sys.executable, str(HERE.parent / "icon.py"), str(target)], check=True)
    return target


def compile_script(program: Path, setup: Path, icon: Path, version: str = __version__) -> None:
    """Compile the installer; a warning is an error.

    Raises:
        subprocess.CalledProcessError: the script is wrong, with makensis' words in its output.
    """
    given = {"VERSION": version, "PAYLOAD": program, "ICON": icon, "TARGET": setup}
    defines = [f"-D{name}={value}" for name, value in given.items()]
    command = ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *defines, str(SCRIPT)]
    subprocess.run(command, check=True)


def portable(program: Path, target: Path) -> Path:
    """Pack the program with the mark that makes it keep its data beside itself."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(each for each in program.rglob("*") if each.is_file()):
            archive.write(path, Path("Inglenook", path.relative_to(program)))
        archive.writestr(f"Inglenook/{MARK}", _MARK_WORDS)
    return target


def sign(path: Path) -> bool:
    """Sign a program where there is a certificate; tell whether it was.

    Raises:
        subprocess.CalledProcessError: the certificate or the word is wrong.
    """
    certificate = os.environ.get("INGLENOOK_WINDOWS_CERTIFICATE", "")
    if not certificate:
        print(f"{path.name} is not signed: there is no certificate.")
        return False
    word = os.environ["INGLENOOK_WINDOWS_PASSWORD"]
    server = os.environ["INGLENOOK_TIMESTAMP_SERVER"]
    signed = path.with_suffix(".signed")
    if shutil.which("osslsigncode"):
        command = [
            "osslsigncode",
            "sign",
            "-pkcs12",
            certificate,
            "-readpass",
            "-",
            "-h",
            "sha256",
        ]
        command += ["-n", "Inglenook", "-ts", server, "-in", str(path), "-out", str(signed)]
        subprocess.run(command, check=True, input=word, text=True)
        signed.replace(path)
    else:
        command = ["signtool", "sign", "/f", certificate, "/p", word, "/fd", "sha256"]
        subprocess.run([*command, "/tr", server, "/td", "sha256", str(path)], check=True)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
