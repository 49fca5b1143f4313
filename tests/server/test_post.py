"""News that other threads have for a loop."""

import asyncio
import gc
import threading
import weakref

from inglenook.server.post import Post, post_here


def test_what_gathers_comes_in_its_order_by_one_wake_up():
    async def told() -> tuple[list[int], int]:
        loop = asyncio.get_running_loop()
        wakings, found, last = [], [], asyncio.Event()
        usual = loop.call_soon_threadsafe
        loop.call_soon_threadsafe = lambda *call: (wakings.append(call), usual(*call))
        post = Post(loop)
        for number in range(100):
            post.send(lambda number=number: found.append(number))
        post.send(last.set)
        await last.wait()
        return found, len(wakings)

    assert asyncio.run(told()) == (list(range(100)), 1)


def test_nothing_is_lost_between_threads_that_send_while_it_delivers():
    async def told() -> int:
        post, count, last = post_here(), [0], asyncio.Event()

        def one_more() -> None:
            count[0] += 1
            if count[0] == 4 * 5_000:
                last.set()

        def send() -> None:
            for _ in range(5_000):
                post.send(one_more)

        threads = [threading.Thread(target=send) for _ in range(4)]
        for each in threads:
            each.start()
        async with asyncio.timeout(60):
            await last.wait()
        return count[0]

    assert asyncio.run(told()) == 20_000


def test_a_loop_has_one_post_which_does_not_outlive_it():
    async def here() -> tuple[weakref.ref[Post], Post, asyncio.AbstractEventLoop]:
        assert post_here() is post_here()
        return weakref.ref(post_here()), Post(asyncio.get_running_loop())

    seen, orphan = asyncio.run(here())
    orphan.send(lambda: None)  # the loop is closed: nobody is left to be told
    gc.collect()
    assert seen() is None
    loop = asyncio.new_event_loop()
    orphan = Post(loop)
    loop.close()
    del loop
    gc.collect()
    orphan.send(lambda: None)
