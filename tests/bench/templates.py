"""Our prompts beside those of llama-server and of transformers, for every template at hand.

Run it with `./dev bench templates`; `--json` prints a list of {name, value, unit, bar, holds}.
Each template is put into a tiny model whose vocabulary has the template's own control tokens,
and several conversations are rendered by our prompt writer, by llama-server, and by jinja2 in
the way that transformers uses it. Texts and token ids are compared.
"""

import argparse
import contextlib
import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import jinja2
from jinja2.ext import Extension
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.data.tiny_llama import write  # noqa: E402

from inglenook.chat.message import Role  # noqa: E402
from inglenook.core.errors import InglenookError  # noqa: E402
from inglenook.engine.lib import silence  # noqa: E402
from inglenook.engine.model import Model  # noqa: E402
from inglenook.engine.prompt import PromptWriter  # noqa: E402
from inglenook.engine.protocol import PromptOptions, Turn  # noqa: E402
from inglenook.engine.template import messages_from  # noqa: E402
from inglenook.engine.variables import variables_for  # noqa: E402
from inglenook.models.fit import EngineSettings  # noqa: E402
from peers.llama_server import free_port  # noqa: E402 (found by the line above)

CONTEXT_TOKENS = 64 * 1024
START_S = 60.0
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tell the weather of a place",
        "parameters": {
            "type": "object",
            "properties": {"place": {"type": "string", "description": "A town"}},
            "required": ["place"],
        },
    },
}
CONTROL = re.compile(
    r"<\|[^|<>{}'\"\s]{1,40}\|>|<｜[^｜<>{}'\"\s]{1,40}｜>|\[/?[A-Z_]{3,24}\]|<\w+_of_\w+>"
    r"|</?s>|\]<\]minimax\[>\[|\]~b?\]|\[e~\["
)
S, U, A = Role.SYSTEM, Role.USER, Role.ASSISTANT
CHAT = (
    Turn(S, "Be kind."),
    Turn(U, "Hello there"),
    Turn(A, "Good day to you."),
    Turn(U, "Why?"),
)


THINKING = PromptOptions(thinking=True)


@dataclass(frozen=True)
class Case:
    """One conversation and what it is asked with."""

    name: str
    turns: tuple[Turn, ...]
    options: PromptOptions = THINKING
    continues: bool = False


CASES = (
    Case("user", (Turn(U, "Hello there"),)),
    Case("chat", CHAT),
    Case(
        "tools",
        (Turn(U, "Is it raining?"),),
        PromptOptions(thinking=True, tools=(json.dumps(WEATHER),)),
    ),
    Case("no thinking", CHAT, PromptOptions(thinking=False)),
    Case("effort", CHAT, PromptOptions(thinking=True, effort="high")),
    Case("continue", (*CHAT, Turn(A, "Because it is")), continues=True),
    Case("continue thinking", (*CHAT, Turn(A, "", "Let me see: it is")), continues=True),
    Case("continue after thinking", (*CHAT, Turn(A, "Because", "Let me see.")), continues=True),
)


# Why a prompt is as it is although a reference has another: (reference, template, case, why).
REASONS = (
    (
        "llama-server",
        "",
        "continue",
        "ours is the prompt the answer was begun with, then what was written: it need not be "
        "read again. llama-server builds the beginning anew, with an empty thinking part or "
        "with other blank lines",
    ),
    (
        "transformers",
        "",
        "continue",
        "the same; transformers renders a finished turn and cuts it, so a template that drops "
        "or moves thinking or system text in finished turns begins otherwise",
    ),
    (
        "llama-server",
        "google-gemma-2",
        "",
        "the template refuses a system turn: we put it before the question as Gemma 3's own "
        "template does, by an empty line; llama-server by a line break",
    ),
    (
        "llama-server",
        "fireworks",
        "tools",
        "the template wants tools under another name, which llama-server leaves empty",
    ),
    (
        "transformers",
        "meetkai-functionary-medium-v3.1",
        "tools",
        "the template marks text as safe, and jinja2 then escapes the quotes of its JSON",
    ),
)


def reason_for(reference: str, template: str, case: str) -> str:
    """Return why a difference is meant, or nothing."""
    for peer, start, cases, why in REASONS:
        if peer == reference and template.startswith(start) and case.startswith(cases):
            return why
    return ""


@dataclass
class Tally:
    """What one reference said to all prompts.

    Attributes:
        name: Of the reference.
        counts: How many agreed, differed, or have no reference.
        notes: One line on each that did not agree.
        agreed: Templates of which a prompt agreed.
    """

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    agreed: set[str] = field(default_factory=set)

    def add(self, what: str, template: str, case: Case, note: str = "") -> None:
        """Count an outcome and keep its reason."""
        why = reason_for(self.name, template, case.name) if "differ" in what else ""
        what = "differs, explained" if why else what
        self.counts[what] += 1
        if what == "agrees":
            self.agreed.add(template)
        if note:
            self.notes.append(f"{template} / {case.name}: {what}: {note}")


# --- llama-server ---


class Server:
    """A llama-server that renders and tokenises.

    Threads: one at a time.
    """

    def __init__(self, program: Path, model: Path, template: Path) -> None:
        """Start it and wait until it answers."""
        self._port = free_port()
        arguments = ["-m", model, "--jinja", "--chat-template-file", template, "-c", "512"]
        arguments += ["--port", self._port, "--host", "127.0.0.1", "--no-warmup", "-t", "1"]
        self._child = subprocess.Popen(
            [str(each) for each in (program, *arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up_s = time.monotonic() + START_S
        while not self._is_ready():
            if self._child.poll() is not None or time.monotonic() > give_up_s:
                self.close()
                raise ChildProcessError("llama-server does not start with this template")

    def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return what a POST gives; an error has the key ``error``."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def close(self) -> None:
        """End the process."""
        self._child.kill()
        self._child.wait(10)

    def _is_ready(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(0.05)
            return False


def told_to_server(case: Case, source: str) -> dict[str, Any]:
    """Return the body of a request that asks for the same prompt."""
    messages = [
        {k: v for k, v in each.items() if k != "thinking"} for each in messages_from(case.turns)
    ]
    body: dict[str, Any] = {"messages": messages}
    told = variables_for(case.options, date.today(), source)  # noqa: DTZ011
    body["chat_template_kwargs"] = told | {"preserve_reasoning": False}  # as transformers
    if case.options.tools:
        body["tools"] = [json.loads(each) for each in case.options.tools]
    if case.continues:
        body |= {"add_generation_prompt": False, "continue_final_message": True}
    return body


# --- transformers' way ---


class Generation(Extension):
    """``{% generation %}`` as transformers knows it: the body, as a call block."""

    tags = {"generation"}  # noqa: RUF012 (the name and the type are jinja2's)

    def parse(self, parser: Parser) -> Node:
        """Return a call of the body."""
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        block = jinja2.nodes.CallBlock(self.call_method("_said"), [], [], body)
        return block.set_lineno(line)

    def _said(self, caller: Any) -> str:
        return str(caller())


def refuse(message: object = "") -> str:
    """Do as ``raise_exception`` does."""
    raise jinja2.TemplateError(str(message))


def as_transformers(source: str, case: Case, told: dict[str, Any]) -> str:
    """Return the prompt as transformers' ``apply_chat_template`` would."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = lambda value, **options: json.dumps(
        value, **({"ensure_ascii": False} | options)
    )
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = lambda form: (
        datetime.now().astimezone().strftime(form)
    )
    turns = [dict(each) for each in messages_from(case.turns)]
    tag = "CONTINUE_HERE "
    if case.continues:
        name = "content" if turns[-1]["content"] else "reasoning_content"
        turns[-1][name] += tag
    tools = [json.loads(each) for each in case.options.tools] or None
    text = environment.from_string(source).render(
        messages=turns,
        tools=tools,
        documents=None,
        add_generation_prompt=not case.continues,
        **told,
        **variables_for(case.options, date.today(), source),  # noqa: DTZ011
    )
    if not case.continues:
        return text
    place = text.rindex(tag.strip())
    return text[:place] if text[place:].startswith(tag) else text[:place].rstrip()


# --- ours ---


@dataclass(frozen=True)
class Ours:
    """What our prompt writer made of a conversation."""

    text: str
    ids: list[int]


def ours(writer: PromptWriter, model: Model, case: Case) -> Ours:
    """Return our prompt."""
    *turns, last = case.turns
    if case.continues and last.text:  # thinking is kept with the blank at its end
        closing = writer.marks.closing
        blank = closing[: len(closing) - len(closing.lstrip())]
        last = Turn(last.role, last.text, last.thinking and last.thinking + blank)
    prompt = writer.write(
        (*turns, last),
        context_tokens=CONTEXT_TOKENS,
        options=case.options,
        continues=case.continues,
    )
    ids = [int(each) for each in prompt.ids]
    return Ours(b"".join(model.piece(each, special=True) for each in ids).decode(), ids)


# --- comparing ---


def compare(
    folder: Path, template: Path, program: Path
) -> Iterator[tuple[str, Case, str, str]]:
    """Yield (reference, case, outcome, note) for all conversations of a template."""
    source = template.read_text(encoding="utf-8")
    controls = tuple(
        sorted({*CONTROL.findall(source)} - {"<s>", "</s>", "<|im_start|>", "<|im_end|>"})
    )
    path = write(folder / "tiny.gguf", template=source, controls=controls)
    model = Model.load(str(path), EngineSettings(threads=1), lambda _fraction: True)
    try:
        writer = PromptWriter(model)
        if writer.template != "own":
            for case in CASES:
                yield "ours", case, "left out", "no simple question can be rendered"
            return
        server = Server(program, path, template)
        try:
            thinks = len(writer.end_thinking) > 0
            for case in CASES:
                if case.turns[-1].thinking and not thinks:
                    continue  # it knows no thinking
                yield from compare_case(case, source, model, writer, server)
        finally:
            server.close()
    finally:
        model.free()


def compare_case(
    case: Case, source: str, model: Model, writer: PromptWriter, server: Server
) -> Iterator[tuple[str, Case, str, str]]:
    """Yield the outcomes of one conversation."""
    try:
        mine = ours(writer, model, case)
    except InglenookError as error:
        yield "ours", case, "left out", str(error.problem.facts.get("cause", error))
        return
    answer = server.ask("/apply-template", told_to_server(case, source))
    theirs = answer.get("prompt")
    if theirs is None:
        yield "llama-server", case, "refuses", str(answer["error"]["message"])[:160]
    else:
        read = server.ask("/tokenize", {"content": theirs, "parse_special": True})["tokens"]
        yield "llama-server", case, *outcome(mine, theirs, [int(each) for each in read])
    told = {"bos_token": writer._bos, "eos_token": writer._eos}
    try:
        text = as_transformers(source, case, told)
    except (jinja2.TemplateError, TypeError, ValueError) as error:
        yield "transformers", case, "refuses", str(error)[:160]
        return
    read = [int(each) for each in model.tokens(text, special=True)]
    yield "transformers", case, *outcome(mine, text, read)


def outcome(mine: Ours, theirs: str, ids: Sequence[int]) -> tuple[str, str]:
    """Return whether two prompts agree, and where they differ first."""
    if mine.text != theirs:
        return "text differs", difference(mine.text, theirs)
    if mine.ids != list(ids):
        return "ids differ", f"{len(mine.ids)} and {len(ids)} tokens"
    return "agrees", ""


def difference(mine: str, theirs: str) -> str:
    """Return the first differences of two texts."""
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind != "equal":
            found.append(f"at {a} ours {mine[a:b][:90]!r} theirs {theirs[c:d][:90]!r}")
    return "; ".join(found[:3])


def main() -> int:
    """Compare all templates and print the counts and every difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--reference", type=Path, required=True, help="where llama-server is")
    parser.add_argument("--templates", type=Path, required=True)
    parser.add_argument("only", nargs="*", help="parts of names of templates")
    arguments = parser.parse_args()
    silence()
    tallies: dict[str, Tally] = {}
    templates = [
        each
        for each in sorted(arguments.templates.glob("*.jinja"))
        if not arguments.only or any(part in each.name for part in arguments.only)
    ]
    with tempfile.TemporaryDirectory() as folder:
        for template in templates:
            for name, case, what, note in compare(
                Path(folder), template, arguments.reference / "llama-server"
            ):
                tallies.setdefault(name, Tally(name)).add(what, template.stem, case, note)
    report(tallies, len(templates), as_json=arguments.json)
    meant = {"agrees", "differs, explained", "refuses"}
    return int(any(set(tally.counts) - meant for tally in tallies.values()))


def report(tallies: dict[str, Tally], templates: int, *, as_json: bool) -> None:
    """Print what was found."""
    if as_json:
        rows = [
            {
                "name": f"{name}: {what}",
                "value": count,
                "unit": "prompts",
                "bar": None,
                "holds": None,
            }
            for name, tally in tallies.items()
            for what, count in tally.counts.items()
        ]
        print(json.dumps(rows))
        return
    for tally in tallies.values():
        print("\n".join(tally.notes))
    print("\nWhy some are meant to differ:")
    for peer, start, cases, why in REASONS:
        print(f"  {peer}: {start or 'all'} / {cases or 'all'}: {why}")
    for name, tally in tallies.items():
        print(f"\n== {name}: {len(tally.agreed)} of {templates} templates agree")
        for what, count in tally.counts.most_common():
            print(f"  {count:4} prompts: {what}")


if __name__ == "__main__":
    sys.exit(main())
