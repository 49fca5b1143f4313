"""Programs that ask a server all at once, in a process of their own; prints what they met.

``python -m tests.promises.apiclients HOST:PORT KEY CLIENTS TOKENS``
"""

import http.client
import json
import sys
import threading
import time


def ask(address: str, key: str, tokens: int) -> dict:
    """Stream one answer; return its status, seconds to the first word and to the last."""
    line = http.client.HTTPConnection(address, timeout=120)
    body = {
        "stream": True,
        "messages": [{"role": "user", "content": f"/echo tokens={tokens} rate=400"}],
    }
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    began_s = time.monotonic()
    line.request("POST", "/v1/chat/completions", json.dumps(body), headers)
    answer = line.getresponse()
    first_s, found = 0.0, b""
    while part := answer.read1(65_536):
        found += part
        if not first_s and b'"content":"h' in found:
            first_s = time.monotonic() - began_s
    line.close()
    return {
        "status": answer.status,
        "is_whole": found.endswith(b"data: [DONE]\n\n"),
        "first_s": first_s,
        "last_s": time.monotonic() - began_s,
    }


def main(address: str, key: str, clients: int, tokens: int) -> None:
    """Ask as many at once as there are clients."""
    found: list[dict] = []

    def run() -> None:
        try:
            found.append(ask(address, key, tokens))
        except OSError as error:
            found.append({"status": 0, "is_whole": False, "error": repr(error)})

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
