"""Builds llama.cpp for every processor, as a runtime: a folder that the application can use.

Run it with `./dev runtime FOLDER`, which brings the sources. Processor code is in modules, one
for each kind of processor since 2003, of which the application loads the best that runs.
`INGLENOOK_CMAKE_ARGS=-DGGML_VULKAN=ON` (or `-DGGML_CUDA=ON`) adds a module for cards.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from inglenook.hardware.devices import find_devices
from inglenook.hardware.runtimes import (
    DESCRIPTION,
    Description,
    bindings_version,
    this_system,
)
from inglenook.models.runtime import Launch

FLAGS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=ON",
    "-DGGML_NATIVE=OFF",
    "-DGGML_BACKEND_DL=ON",
    "-DGGML_CPU_ALL_VARIANTS=ON",
    # What finds its libraries beside itself needs no search path of the system's.
    "-DCMAKE_INSTALL_RPATH=$ORIGIN",
    "-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON",
    *(f"-DLLAMA_BUILD_{part}=OFF" for part in ("TESTS", "EXAMPLES", "TOOLS", "APP", "UI")),
    "-DLLAMA_BUILD_COMMON=OFF",
    "-DLLAMA_BUILD_MTMD=ON",  # pictures; of tools it is the only one
    "-DMTMD_VIDEO=OFF",  # it would start other programs
    "-DLLAMA_OPENSSL=OFF",
)
KERNELS = Path(__file__).with_name("llama") / "kernels.cmake"
# The library by the name that the bindings look for, what it needs by the name it asks for.
_NEEDED = re.compile(
    r"lib(?:llama|mtmd)\.(?:so|dylib)|libggml(?:-base)?\.(?:so\.\d+|\d+\.dylib)"
    r"|(?:llama|mtmd|ggml|ggml-base)\.dll|(?:lib)?ggml-(?!base)[\w.-]+\.(?:so|dylib|dll)"
)


def main(argv: Sequence[str]) -> int:
    """Build, copy, describe, and try what was built."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="llama.cpp's sources")
    parser.add_argument("folder", type=Path, help="the runtime's folder, which is replaced")
    parser.add_argument("--name", default="portable")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args(argv)
    build = arguments.folder.absolute().with_suffix(".build")
    compile_all(arguments.source, build, arguments.jobs)
    fresh = arguments.folder.absolute().with_suffix(".part")
    copy(build / "bin", fresh)
    found = describe(fresh, arguments.name)
    if not found:
        return 1
    shutil.rmtree(arguments.folder, ignore_errors=True)
    fresh.rename(arguments.folder)
    shutil.rmtree(build)
    size = sum(file.stat().st_size for file in arguments.folder.iterdir())
    print(f"{arguments.folder}: {size >> 20} MB; this computer loads {', '.join(found)}")
    return 0


def compile_all(source: Path, build: Path, jobs: int) -> None:
    """Compile the libraries and every module."""
    flags = [*FLAGS, *shlex.split(os.environ.get("INGLENOOK_CMAKE_ARGS", ""))]
    flags.append(f"-DCMAKE_PROJECT_llama.cpp_INCLUDE={KERNELS.as_posix()}")
    subprocess.run(
        ["cmake", "-G", "Ninja", "-S", source, "-B", build, *flags],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    # All modules are dependencies of ggml, and so of llama, which mtmd needs.
    subprocess.run(["cmake", "--build", build, "--target", "mtmd", "-j", str(jobs)], check=True)


def copy(built: Path, folder: Path) -> None:
    """Copy what is loaded at run time, each file once, and without names of functions."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o755)
    for file in sorted(built.iterdir()):
        if _NEEDED.fullmatch(file.name):
            copied = Path(shutil.copy(file, folder))
            copied.chmod(0o755)
            if sys.platform == "linux":
                subprocess.run(["strip", "--strip-unneeded", copied], check=True)


def describe(folder: Path, name: str) -> tuple[str, ...]:
    """Write what the runtime is; return what this computer loads of it, nothing if it fails."""
    found = find_devices(launch=Launch(str(folder)))
    if found.failed or found.folder != str(folder):
        print(f"What was built does not run: {found.source}", file=sys.stderr)
        return ()
    description = Description(
        name=name,
        bindings=bindings_version(),
        llama_cpp=found.build,
        system=this_system(),
        backends=backends(folder),
    )
    text = json.dumps(msgspec.to_builtins(description), indent=2)
    (folder / DESCRIPTION).write_text(text + "\n", "utf-8")
    return found.modules


def backends(folder: Path) -> tuple[str, ...]:
    """Return what a folder has modules for, besides processors."""
    names = (
        re.search(r"ggml-([a-z0-9]+)\.(?:so|dylib|dll)$", file.name)
        for file in folder.iterdir()
    )
    return tuple(sorted(found[1] for found in names if found and found[1] != "base"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
