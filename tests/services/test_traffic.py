"""Who asks, how fast answers come, and the log of those that are over."""

import pytest

from inglenook.services.servingnews import ServedRequest
from inglenook.services.traffic import MOST_LINES, Traffic


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


def never():
    """End nothing: nobody is to ask for it."""
    pytest.fail("it was ended")


def test_one_request_is_ended_or_all_and_its_line_says_so():
    traffic, ended = Traffic(), []
    for name in "ab":
        traffic.begin(name, "/", "", "", lambda name=name: ended.append(name))
    for wish in ("b", None, "c"):
        for end in traffic.ends(wish):
            end()
    assert ended == ["b", "a", "b"]
    assert traffic.end("b", 200, by_person=True).by_person
    assert not traffic.end("a", 503).by_person
    assert traffic.ends(None) == ()


def test_a_request_is_live_until_it_is_a_line_of_the_log():
    ticks = Clock()
    ticks.now_s = 5.0
    traffic = Traffic(lambda: 1_700_000_000.0, ticks)
    traffic.begin("r", "/v1/responses", "127.0.0.1", "curl", never)
    (live,) = traffic.live
    assert (live.route, live.model, live.began_s, live.tokens_s) == (
        "/v1/responses", "", 1_700_000_000.0, 0.0,
    )  # fmt: skip
    traffic.progress("r", "m", 7, 2)
    ticks.now_s = 6.5
    line = traffic.end("r", 200)
    here = "127.0.0.1"
    expected = (1_700_000_000.0, "/v1/responses", "m", 200, 7, 2, 1.5, here, "curl")
    assert line == ServedRequest(*expected)
    assert (traffic.live, traffic.log) == ((), (line,))


def test_the_speed_is_counted_from_the_first_token():
    ticks = Clock()
    traffic = Traffic(ticks=ticks)
    traffic.begin("r", "/", "", "", never)
    speeds = []
    for now_s, tokens in ((9.0, 0), (10.0, 1), (10.0, 2), (12.0, 21)):
        ticks.now_s = now_s
        traffic.progress("r", "m", 0, tokens)
        speeds.append(traffic.live[0].tokens_s)
    assert speeds == [0.0, 0.0, 0.0, 10.0]


def test_the_newest_lines_are_kept_and_first():
    traffic = Traffic()
    for at in range(MOST_LINES + 5):
        traffic.begin(str(at), "/", "", "", never)
        traffic.end(str(at), at)
    assert len(traffic.log) == MOST_LINES
    assert traffic.log[0].status == MOST_LINES + 4
    traffic.clear_log()
    assert traffic.log == ()


def test_what_is_over_is_not_told_of_again():
    traffic = Traffic()
    traffic.progress("r", "m", 1, 1)
    assert traffic.end("r", 200) is None
    assert (traffic.live, traffic.log) == ((), ())
