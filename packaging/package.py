"""Packs the frozen program for Linux: run it with `./dev package`.

One tree, as it lies below the root of an installed system, becomes a .deb, an .rpm, an archive
with an installer that needs no root, and the folder that an AppImage is made of.
"""

import argparse
import gzip
import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from email.utils import formatdate
from pathlib import Path
from string import Template

sys.path.insert(0, str(Path(__file__).parent))

import bundle
import icon

from inglenook import __version__

ROOT = Path(__file__).resolve().parents[1]
LINUX = ROOT / "packaging" / "linux"
APP_ID = "org.inglenook.Inglenook"
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
SUMS = "SHA256SUMS"
MAINTAINER = "The Inglenook authors <inglenook@localhost>"
"""Whoever publishes packages names themselves by ``INGLENOOK_MAINTAINER``."""
_DEBIAN_NAMES = {"x86_64": "amd64", "aarch64": "arm64"}


def main(argv: Sequence[str]) -> int:
    """Pack, check and tell; return 1 if a checker finds fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="gets the packages")
    parser.add_argument("--bundle", type=Path, required=True, help="the frozen program")
    asked = parser.parse_args(argv)
    target = asked.folder.absolute()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=target) as work:
        tree = Path(work) / "tree"
        words = words_for(asked.bundle)
        lay_out(asked.bundle, tree, words)
        sound = validate(tree / "usr" / "share")
        made = list(pack(tree, target, Path(work), words))
    write_sums(target, made)
    for each in made:
        print(f"{each.stat().st_size / 1e6:8.1f} MB  {each.name}")
    return 0 if sound and lint(made) else 1


# --- the tree ---


def words_for(program: Path) -> dict[str, str]:
    """Return what stands for each name in the templates of packaging/linux."""
    epoch = released_at()
    return {
        "version": __version__,
        "arch": _DEBIAN_NAMES.get(platform.machine(), platform.machine()),
        "glibc": bundle.needed_glibc(program),
        "date": time.strftime("%Y-%m-%d", time.gmtime(epoch)),
        "rfcdate": formatdate(epoch),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
        "epoch": str(epoch),
        "maintainer": os.environ.get("INGLENOOK_MAINTAINER", MAINTAINER),
    }


def released_at() -> int:
    """Return the time of the last commit, or what ``SOURCE_DATE_EPOCH`` says, in seconds."""
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not told:
        asking = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
        told = subprocess.run(asking, check=True, capture_output=True, text=True).stdout
    return int(told)


def lay_out(program: Path, tree: Path, words: Mapping[str, str]) -> None:
    """Lay everything where it is on an installed system, readable for all and owned by none."""
    usr = tree / "usr"
    shutil.copytree(program, usr / "lib" / "inglenook", symlinks=True)
    (usr / "bin").mkdir()
    (usr / "bin" / "inglenook").symlink_to("../lib/inglenook/inglenook")
    share = usr / "share"
    put(share / "applications" / "inglenook.desktop", filled("inglenook.desktop", words))
    put(share / "metainfo" / f"{APP_ID}.metainfo.xml", filled("inglenook.metainfo.xml", words))
    put(share / "mime" / "packages" / "inglenook.xml", filled("inglenook-mime.xml", words))
    put(share / "doc" / "inglenook" / "copyright", filled("copyright", words))
    service = (LINUX / "inglenook.service").read_text("utf-8")
    put(share / "doc" / "inglenook" / "examples" / "inglenook.service", service)
    put(share / "lintian" / "overrides" / "inglenook", filled("lintian-overrides", words))
    squeeze(share / "doc" / "inglenook" / "changelog.Debian.gz", filled("changelog", words))
    squeeze(share / "man" / "man1" / "inglenook.1.gz", filled("inglenook.1", words))
    draw_icons(share / "icons" / "hicolor")
    for each in (tree, *tree.rglob("*")):
        if not each.is_symlink():
            may_run = each.is_dir() or each.stat().st_mode & stat.S_IXUSR
            each.chmod(0o755 if may_run and not _is_library(each) else 0o644)


def _is_library(file: Path) -> bool:
    return file.is_file() and (file.suffix == ".so" or ".so." in file.name)


def filled(name: str, words: Mapping[str, str]) -> str:
    """Return a file of packaging/linux with the words of this version."""
    return Template((LINUX / name).read_text("utf-8")).substitute(words)


def put(file: Path, text: str) -> None:
    """Write a file and the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def squeeze(file: Path, text: str) -> None:
    """Write a file as Debian wants documents: compressed, and the same each time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def draw_icons(folder: Path) -> None:
    """Draw the icon in the sizes that menus and docks ask for."""
    put(folder / "scalable" / "apps" / "inglenook.svg", icon.svg().decode())
    for size in ICON_SIZES:
        place = folder / f"{size}x{size}" / "apps"
        place.mkdir(parents=True)
        (place / "inglenook.png").write_bytes(icon.png(size))


# --- the packages ---


def pack(tree: Path, target: Path, work: Path, words: Mapping[str, str]) -> Iterator[Path]:
    """Make each kind of package and say how long it took."""
    for name, makes in {
        ".deb": lambda: nfpm("deb", tree, target, words),
        ".rpm": lambda: nfpm("rpm", tree, target, words),
        ".tar.zst": lambda: archive(tree, target, work, words),
        "AppDir": lambda: app_dir(tree, target, words),
    }.items():
        started_s = time.monotonic()
        made = makes()
        print(f"{name}: {time.monotonic() - started_s:.0f} s", flush=True)
        if made is not None:
            yield made


def nfpm(kind: str, tree: Path, target: Path, words: Mapping[str, str]) -> Path:
    """Make a package of the tree with nfpm."""
    recipe = tree.parent / f"{kind}.yaml"
    recipe.write_text(filled("nfpm.yaml", {**words, "tree": str(tree)}), "utf-8")
    before = set(target.iterdir())
    tool = Path(sys.executable).parent / "nfpm"
    command = [str(tool), "package", "--config", str(recipe), "--packager", kind]
    subprocess.run([*command, "--target", str(target)], check=True, stdout=subprocess.DEVNULL)
    return (set(target.iterdir()) - before).pop()


def archive(tree: Path, target: Path, work: Path, words: Mapping[str, str]) -> Path:
    """Make an archive with an installer for one person."""
    name = f"inglenook-{words['version']}"
    inside = work / name
    inside.mkdir()
    (tree / "usr" / "lib" / "inglenook").rename(inside / "inglenook")
    for kind in ("applications", "icons", "metainfo", "mime", "man"):
        shutil.copytree(tree / "usr" / "share" / kind, inside / "share" / kind)
    for script in ("install.sh", "uninstall.sh"):
        shutil.copy(LINUX / script, inside)
    made = target / f"{name}-linux-{platform.machine()}.tar.zst"
    command = ["tar", "-C", str(work), "-I", "zstd -T0 -12", "--sort=name", "--owner=0"]
    command += ["--group=0", "--numeric-owner", f"--mtime=@{words['epoch']}"]
    subprocess.run([*command, "-cf", str(made), name], check=True)
    (inside / "inglenook").rename(tree / "usr" / "lib" / "inglenook")
    return made


def app_dir(tree: Path, target: Path, words: Mapping[str, str]) -> Path | None:
    """Make the folder that an AppImage is made of; the AppImage too, if its tool is there."""
    folder = target / "Inglenook.AppDir"
    shutil.copytree(tree, folder, symlinks=True, copy_function=os.link)
    shutil.copy(LINUX / "AppRun", folder)
    share = folder / "usr" / "share"
    shutil.copy(share / "applications" / "inglenook.desktop", folder)
    shutil.copy(share / "icons" / "hicolor" / "256x256" / "apps" / "inglenook.png", folder)
    (folder / ".DirIcon").symlink_to("inglenook.png")
    tool = shutil.which("appimagetool")
    if tool is None:
        print("There is no appimagetool here: Inglenook.AppDir is made, no AppImage of it.")
        return None
    made = target / f"Inglenook-{words['version']}-{platform.machine()}.AppImage"
    subprocess.run(
        [tool, str(folder), str(made)],
        check=True,
        env={**os.environ, "ARCH": platform.machine()},
    )
    return made


def write_sums(target: Path, made: Sequence[Path]) -> None:
    """Write the checksums as `sha256sum --check` reads them."""
    lines = []
    for each in made:
        with each.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {each.name}\n")
    (target / SUMS).write_text("".join(lines))


# --- the checkers ---


def validate(share: Path) -> bool:
    """Tell whether the desktop's own checkers are content with what we tell it."""
    desktop = ["desktop-file-validate", str(share / "applications" / "inglenook.desktop")]
    metainfo = share / "metainfo" / f"{APP_ID}.metainfo.xml"
    appstream = ["appstreamcli", "validate", "--no-net", str(metainfo)]
    return all([checked(desktop), checked(appstream)])


def lint(made: Sequence[Path]) -> bool:
    """Tell whether lintian is content with the .deb."""
    debs = [str(each) for each in made if each.suffix == ".deb"]
    return checked(["lintian", "--fail-on", "error,warning", "--allow-root", *debs])


def checked(command: Sequence[str]) -> bool:
    """Run a checker; tell whether it is content, and what it says if it is not."""
    if shutil.which(command[0]) is None:
        print(f"{command[0]} is not installed here: not checked.")
        return True
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    said = (done.stdout + done.stderr).strip()
    if done.returncode:
        print(f"{command[0]}: {said}", file=sys.stderr)
    else:
        print(f"{command[0]}: content")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
