"""The processor's name, and the instructions that decide how fast models run on it."""

import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

from inglenook.hardware.windows import features
from inglenook.models.name import plain_text

_ASK_S = 2
# In the order of their worth to llama.cpp's kernels; aliases as the systems spell them.
_OF_INTEREST = {
    "AMX": ("amx_tile",), "AVX-512": ("avx512f",), "AVX-512 VNNI": ("avx512_vnni",),
    "AVX VNNI": ("avx_vnni",), "AVX2": ("avx2",), "FMA": ("fma",), "F16C": ("f16c",),
    "AVX": ("avx", "avx1.0"), "SSE4.2": ("sse4_2", "sse4.2"),
    "SVE": ("sve", "feat_sve"), "I8MM": ("i8mm", "feat_i8mm"),
    "DotProd": ("asimddp", "feat_dotprod"), "NEON": ("asimd", "neon", "advsimd"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Processor:
    """A processor; the name is "" and the set empty where they are not known.

    Attributes:
        instructions: Those of interest, the most useful first.
        source: Where this is from, or why it is not known.
    """

    name: str
    instructions: tuple[str, ...]
    source: str


def measure_processor(root: Path = Path("/")) -> Processor:
    """Read name and instructions.

    Args:
        root: Where ``proc`` is mounted.
    """
    if platform.system() == "Linux":
        return _from_cpuinfo(root / "proc/cpuinfo")
    if platform.system() == "Darwin":
        name = _sysctl("machdep.cpu.brand_string")
        flags = _sysctl("machdep.cpu.features") + " " + _sysctl("machdep.cpu.leaf7_features")
        neon = "neon" if platform.machine() == "arm64" else ""
        return Processor(plain_text(name), _known(f"{flags} {neon}"), "sysctl")
    name = plain_text(platform.processor() or platform.machine())
    told = features()
    if told:
        return Processor(name, _known(told), "Windows")
    return Processor(name, (), "platform; instructions are not reported by this system")


def _from_cpuinfo(file: Path) -> Processor:
    try:
        text = file.read_text("utf-8", "replace")
    except OSError as cause:
        return Processor("", (), f"unknown: {cause.strerror}")
    fields: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            fields.setdefault(key.strip().lower(), value.strip())
    name = fields.get("model name") or fields.get("hardware") or platform.machine()
    flags = fields.get("flags") or fields.get("features") or ""
    return Processor(plain_text(name), _known(flags), str(file))


def _known(flags: str) -> tuple[str, ...]:
    have = set(flags.lower().split())
    return tuple(name for name, aliases in _OF_INTEREST.items() if have.intersection(aliases))


def _sysctl(name: str) -> str:
    try:
        answer = subprocess.run(
            ["/usr/sbin/sysctl", "-n", name], capture_output=True, timeout=_ASK_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.decode("utf-8", "replace").strip()
