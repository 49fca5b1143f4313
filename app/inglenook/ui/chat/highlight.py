"""Colours of code: Pygments' tokens become ranges per line, a slice at a time."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

LONGEST_LINE = 1_000
MOST_CHARACTERS = 100_000
Colouring = list[tuple[int, int, str]]
"""Ranges of one line: start, length, colour token."""

_NICKNAMES = {"py": "python", "js": "javascript", "ts": "typescript", "sh": "bash",
              "shell": "bash", "zsh": "bash", "console": "bash", "yml": "yaml", "c++": "cpp",
              "cs": "csharp", "c#": "csharp", "rs": "rust", "golang": "go", "rb": "ruby",
              "kt": "kotlin", "md": "markdown", "tex": "latex", "jsonc": "json",
              "dockerfile": "docker", "ps1": "powershell", "htm": "html"}  # fmt: skip
_NAMES = {"python": "Python", "javascript": "JavaScript", "typescript": "TypeScript",
          "bash": "Shell", "json": "JSON", "yaml": "YAML", "toml": "TOML", "html": "HTML",
          "css": "CSS", "sql": "SQL", "c": "C", "cpp": "C++", "csharp": "C#", "java": "Java",
          "kotlin": "Kotlin", "swift": "Swift", "go": "Go", "rust": "Rust", "ruby": "Ruby",
          "php": "PHP", "perl": "Perl", "lua": "Lua", "r": "R", "julia": "Julia",
          "scala": "Scala", "haskell": "Haskell", "xml": "XML", "markdown": "Markdown",
          "latex": "LaTeX", "diff": "Diff", "ini": "INI", "make": "Makefile",
          "docker": "Dockerfile", "cmake": "CMake", "powershell": "PowerShell", "jsx": "JSX",
          "tsx": "TSX", "dart": "Dart", "elixir": "Elixir", "erlang": "Erlang", "nix": "Nix",
          "zig": "Zig", "fortran": "Fortran", "matlab": "MATLAB", "graphql": "GraphQL",
          "awk": "Awk", "vim": "Vim", "clojure": "Clojure", "ocaml": "OCaml"}  # fmt: skip
_ROLES: tuple[tuple[_TokenType, str], ...] = (
    (Keyword, "code_keyword"),
    (Operator.Word, "code_keyword"),
    (Name.Function, "code_name"),
    (Name.Class, "code_name"),
    (Name.Namespace, "code_name"),
    (Name.Decorator, "code_name"),
    (Name.Tag, "code_keyword"),
    (Name.Attribute, "code_name"),
    (String, "code_string"),
    (Number, "code_number"),
    (Comment, "text_faint"),
    (Operator, "text_muted"),
)


def known_language(word: str) -> str:
    """Return the name we know a language by, such as ``"python"`` for ``"py"``."""
    return _NICKNAMES.get(word.lower(), word.lower())


def language_name(word: str) -> str:
    """Return what a fence's word is called: ``"py"`` is ``"Python"``; unknown words stay."""
    known = known_language(word)
    return _NAMES.get(known, word[:40])


@lru_cache(maxsize=32)
def _lexer(language: str) -> Lexer | None:
    known = known_language(language)
    if known not in _NAMES:
        return None
    try:
        return get_lexer_by_name(known, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=256)
def _role(kind: _TokenType) -> str:
    for parent, role in _ROLES:
        if kind[: len(parent)] == parent:
            return role
    return ""


def colour_line(line: str, language: str) -> Colouring:
    """Return the colours of a line that is looked at alone, while its block still grows."""
    lexer = _lexer(language)
    if lexer is None or len(line) > LONGEST_LINE:
        return []
    ranges: Colouring = []
    at = 0
    for kind, text in lexer.get_tokens(line):
        if role := _role(kind):
            ranges.append((at, len(text), role))
        at += len(text)
    return ranges


class Highlighter:
    """Colours a closed code block, a few hundred tokens at a time.

    Attributes:
        lines: Colours of the lines that are done.
        done: Nothing is left to do.

    Threads: the window's.
    """

    def __init__(self, code: str, language: str) -> None:
        self.lines: list[Colouring] = [[]]
        lexer = _lexer(language)
        widest = max(map(len, code.split("\n")), default=0)
        self.done = lexer is None or len(code) > MOST_CHARACTERS or widest > LONGEST_LINE
        self._tokens: Iterator[tuple[_TokenType, str]] = iter(())
        self._column = 0
        if lexer is not None and not self.done:
            self._tokens = iter(lexer.get_tokens(code))

    def step(self, tokens: int = 200) -> None:
        """Take some tokens more."""
        taken = list(islice(self._tokens, tokens))
        for kind, text in taken:
            self._take(_role(kind), text)
        self.done = self.done or len(taken) < tokens

    def _take(self, role: str, text: str) -> None:
        for number, part in enumerate(text.split("\n")):
            if number:
                self.lines.append([])
                self._column = 0
            if role and part:
                self.lines[-1].append((self._column, len(part), role))
            self._column += len(part)


def warm_up() -> None:
    """Load the commonest lexer now; its first import takes 60 ms (measured 2026-11)."""
    colour_line("x = 1", "python")
