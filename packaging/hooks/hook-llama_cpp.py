"""What PyInstaller must take of llama-cpp-python: its libraries, each once, and no server."""

from pathlib import Path

from PyInstaller.utils.hooks import collect_dynamic_libs

_PATTERNS = ["*.so", "*.so.*", "*.dylib", "*.dll", "*.metal"]
# A wheel holds no links, so every library is in it three times. What is needed is the name the
# bindings open (libllama.so) and the names the libraries ask one another for (libggml.so.0).
_OPENED = {"libllama.so", "libmtmd.so"}


def _is_needed(file: str) -> bool:
    name = Path(file).name
    if ".so" not in name or name in _OPENED:
        return ".so" in name or not name.startswith("lib") or name.endswith(".dylib")
    return name.count(".") == 2 and not name.startswith(("libllama", "libmtmd"))


binaries = [
    (source, folder)
    for source, folder in collect_dynamic_libs("llama_cpp", search_patterns=_PATTERNS)
    if _is_needed(source)
]
excludedimports = ["llama_cpp.server"]
