"""Jobs by ticket: in order, dropped, broken and closed."""

import threading

from inglenook.services.tickets import TicketWork

WAIT_S = 60


def test_jobs_are_done_in_order_until_they_are_dropped_or_all_is_closed():
    broken, seen, may_go, is_over = [], [], threading.Event(), threading.Event()

    def fail(ticket, problem):
        broken.append((ticket, problem.title))
        is_over.set()

    def wait(ticket):
        assert may_go.wait(WAIT_S)
        seen.append((ticket, work.is_wanted(ticket), work.finish(ticket), work.finish(ticket)))

    def note(ticket):
        seen.append((ticket, work.is_wanted(ticket)))

    def break_down(_ticket):
        raise RuntimeError("broken")

    work = TicketWork("jobs", fail)
    work.close()  # nothing has begun
    assert work.post(note) == "jobs 1"
    assert not work.is_wanted("jobs 1")

    work = TicketWork("jobs", fail)
    first, second, third = work.post(wait), work.post(note), work.post(break_down)
    work.drop(second)
    may_go.set()
    assert is_over.wait(WAIT_S)
    work.close()
    assert seen == [(first, True, True, False), (second, False)]
    assert [ticket for ticket, _ in broken] == [third]
