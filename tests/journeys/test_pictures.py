"""A picture goes through the whole application to a model that was made to see."""

from dataclasses import replace

from tests.data import tiny_llama, tiny_projector
from tests.data.paint import png

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.sampling import EXACT
from inglenook.models.settings import Wish
from inglenook.services.wishes import Wishes
from inglenook.storage.paths import find_folders
from inglenook.storage.wishes import WishesFile

RED = Attachment("red.png", Kind.IMAGE, "image/png", 99, data=png((255, 0, 0)))


def test_a_picture_is_kept_and_read_by_a_model_with_its_projector(open_house, tmp_path):
    path = str(tiny_llama.write(tmp_path / "tiny.gguf"))
    eyes = tiny_projector.write(tmp_path / "mmproj-tiny.gguf")
    Wishes(WishesFile(find_folders().wishes)).keep(path, Wish(projector=eyes.name))
    house = open_house("llama", path)
    services = house.services
    assert services.engine.state.sees
    services.chat.sampling = replace(EXACT, answer_limit_tokens=8)
    bare = house.say("Red?")
    services.chat.send(house.chat, "Red?", attachments=(RED,))
    seen = house.answer()
    assert seen.timings.prompt_tokens >= bare.timings.prompt_tokens + tiny_projector.TOKENS
    assert house.stored().message(seen.parent).attachments == (RED,)
