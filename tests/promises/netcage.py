"""Runs a command where only a loopback network exists, and tells how often it was called on.

Meant to be the first process of a network namespace: ``unshare -rn python -m … PORT COMMAND``.
"""

import fcntl
import socket
import struct
import subprocess
import sys
import threading

_SET_FLAGS, _UP = 0x8914, 0x1  # SIOCSIFFLAGS, IFF_UP (netdevice(7))


def raise_loopback() -> None:
    """Let 127.0.0.1 be reached, as on any computer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))


def main(port: int, command: list[str]) -> int:
    """Listen, run, and print how many have called."""
    raise_loopback()
    called = 0
    listener = socket.create_server(("127.0.0.1", port))

    def count() -> None:
        nonlocal called
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            called += 1
            caller.close()

    threading.Thread(target=count, daemon=True).start()
    with socket.create_connection(("127.0.0.1", port)):
        pass  # the listener is there: this call is taken off again
    code = subprocess.run(command, check=False).returncode
    listener.close()
    sys.stdout.write(f"called {called - 1}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
