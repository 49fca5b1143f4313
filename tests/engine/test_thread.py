import threading
from functools import partial

from inglenook.engine.thread import EngineThread


def test_it_answers_as_a_process_does(thread):
    text, done = thread.answer("hello")
    assert "> hello" in text
    assert done.reason == "end"


def test_it_ends_with_its_client(talk_to):
    talk = talk_to(launch=partial(EngineThread, "echo"))
    talk.start()
    talk.client.close()
    assert not any(each.name == "engine" for each in threading.enumerate())


def test_a_death_that_is_only_played_fails_the_answer_and_nothing_else(thread):
    _, failed = thread.answer("/echo die=kill")
    assert failed.problem.title == "Only an engine process can die"
    assert thread.answer("/echo text=fine")[0] == "fine"
