"""News for the loop from other threads: all that has gathered comes by one wake-up."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from weakref import WeakKeyDictionary, ref


class Post:
    """Calls functions on a loop, in the order in which they were handed over.

    The engine tells of all its answers at once, step by step. Woken for each of them, the
    loop would take a core from the engine's threads as many times.

    Threads: any; the functions are called on the loop's.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Bring nothing yet."""
        self._loop = ref(loop)  # which would be kept alive by its own post otherwise
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_on_its_way = False

    def send(self, call: Callable[[], None]) -> None:
        """Have a function called soon; nothing happens once the loop has ended."""
        # Put there first and looked at afterwards; delivered the other way round. So whoever
        # finds it on its way can be sure of being seen.
        self._waiting.append(call)
        if not self._is_on_its_way:
            self._is_on_its_way = True
            loop = self._loop()
            with suppress(RuntimeError):  # the loop has ended; so has everybody who asked
                if loop is not None:
                    loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_on_its_way = False
        for _ in range(len(self._waiting)):  # what comes meanwhile has its own wake-up
            self._waiting.popleft()()


_posts: WeakKeyDictionary[asyncio.AbstractEventLoop, Post] = WeakKeyDictionary()


def post_here() -> Post:
    """Return the one post of the running loop."""
    loop = asyncio.get_running_loop()
    post = _posts.get(loop)
    if post is None:
        post = _posts[loop] = Post(loop)
    return post
