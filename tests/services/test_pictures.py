"""Pictures are made ready off the window's thread, told once, and dropped when not wanted."""

import threading

from inglenook.chat.attachment import Attachment, Kind
from inglenook.core.errors import PictureError
from inglenook.services.attachments import PictureRead
from inglenook.services.bus import Bus
from inglenook.services.pictures import PictureService

PICTURE = Attachment("a.png", Kind.IMAGE, "image/png", 3, data=b"abc")


def test_a_picture_is_told_and_so_is_what_is_wrong(hear):
    bus = Bus()
    ear, service = hear(bus), PictureService(bus)

    def broken():
        raise PictureError("This picture cannot be read", "Save it anew.")

    first, second = service.prepare(lambda: PICTURE), service.prepare(broken)
    told = ear.wait(lambda each: isinstance(each, PictureRead) and each.ticket == second)
    assert told.problem.title == "This picture cannot be read"
    assert PictureRead(first, PICTURE) in ear.all
    service.close()
    service.close()
    service.prepare(lambda: PICTURE)


def test_nothing_is_told_of_what_is_not_wanted_any_more(hear):
    bus, begins, go = Bus(), threading.Event(), threading.Event()
    ear, service = hear(bus), PictureService(bus)

    def slow():
        begins.set()
        go.wait(10)
        return PICTURE

    begun, waiting = service.prepare(slow), service.prepare(lambda: PICTURE)
    last = service.prepare(lambda: PICTURE)
    assert begins.wait(10)
    service.drop(begun)
    service.drop(waiting)
    go.set()
    ear.wait(PictureRead)
    assert [each.ticket for each in ear.all] == [last]
    service.close()
