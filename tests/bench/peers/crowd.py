"""Programs that ask a server all at once and time what they hear, in a process of their own.

Run as a script it takes one round a line on its standard input, ``{"port", "key", "bodies"}``,
and answers each with a line: a list of what became of the questions, times in seconds.
"""

import asyncio
import json
import re
import sys
import time
from dataclasses import asdict, dataclass

ANSWER_S = 300.0
"""Nothing whole after so long is an error."""

_TEXT = re.compile(rb'"content":\s?"(?!")')
_COUNT = re.compile(rb'"completion_tokens":\s?(\d+)')
_LAST_CHUNK = b"0\r\n\r\n"


@dataclass
class Heard:
    """What became of one question.

    Attributes:
        first_s: From the question to the first text; 0 if none came.
        ended_s: From the question to the end.
        gap_s: The longest wait between two pieces of text.
        tokens: As the server counts the answer.
        problem: Why there is no answer; "" if there is one.
    """

    first_s: float = 0.0
    ended_s: float = 0.0
    gap_s: float = 0.0
    tokens: int = 0
    problem: str = ""


async def asked(port: int, key: str, body: bytes) -> Heard:
    """Ask once, over a connection of its own."""
    heard = Heard()
    began_s = time.perf_counter()
    try:
        async with asyncio.timeout(ANSWER_S):
            await listened(port, key, body, heard, began_s)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        heard.problem = type(error).__name__
    heard.ended_s = time.perf_counter() - began_s
    return heard


async def listened(port: int, key: str, body: bytes, heard: Heard, began_s: float) -> None:
    """Send a question and note when each piece comes; what they say is read at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
        b"Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (port, key.encode(), len(body), body)
    )
    head = await reader.readuntil(b"\r\n\r\n")
    last_s, pieces = 0.0, []
    while piece := await reader.read(65536):
        now_s = time.perf_counter() - began_s
        pieces.append(piece)
        if _TEXT.search(piece):
            heard.first_s = heard.first_s or now_s
            heard.gap_s = max(heard.gap_s, now_s - (last_s or now_s))
            last_s = now_s
        if piece.endswith(_LAST_CHUNK) or b" 200 " not in head.split(b"\r\n", 1)[0]:
            break
    writer.close()
    whole = b"".join(pieces)
    counts = _COUNT.findall(whole)
    heard.tokens = int(counts[-1]) if counts else 0
    if not heard.tokens:
        heard.problem = (head.split(b"\r\n", 1)[0] + whole[-300:]).decode("utf-8", "replace")


async def rounds() -> None:
    """Ask as each line says, until there are no more lines."""
    for line in sys.stdin:
        told = json.loads(line)
        bodies = [each.encode() for each in told["bodies"]]
        found = await asyncio.gather(
            *(asked(told["port"], told["key"], each) for each in bodies)
        )
        sys.stdout.write(json.dumps([asdict(each) for each in found]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(rounds())
