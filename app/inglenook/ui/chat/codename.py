"""Names for files of code, by the language of the code alone."""

from inglenook.ui.chat.highlight import known_language

_ENDINGS = {"python": "py", "javascript": "js", "typescript": "ts", "bash": "sh",
            "json": "json", "yaml": "yaml", "toml": "toml", "html": "html", "css": "css",
            "sql": "sql", "c": "c", "cpp": "cpp", "csharp": "cs", "java": "java",
            "kotlin": "kt", "swift": "swift", "go": "go", "rust": "rs", "ruby": "rb",
            "php": "php", "perl": "pl", "lua": "lua", "r": "R", "julia": "jl",
            "scala": "scala", "haskell": "hs", "xml": "xml", "markdown": "md",
            "latex": "tex", "diff": "diff", "ini": "ini", "powershell": "ps1", "jsx": "jsx",
            "tsx": "tsx", "dart": "dart", "elixir": "ex", "erlang": "erl", "nix": "nix",
            "zig": "zig", "fortran": "f90", "matlab": "m", "graphql": "graphql", "awk": "awk",
            "vim": "vim", "clojure": "clj", "ocaml": "ml"}  # fmt: skip
_WHOLE_NAMES = {"docker": "Dockerfile", "make": "Makefile", "cmake": "CMakeLists.txt"}


def suggested_name(language: str) -> str:
    """Return a file name for code; nothing of it is the model's own.

    Args:
        language: The word after the fence, as written; an unknown one means plain text.
    """
    known = known_language(language)
    return _WHOLE_NAMES.get(known) or f"code.{_ENDINGS.get(known, 'txt')}"
