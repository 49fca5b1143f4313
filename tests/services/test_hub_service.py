"""The Hub weighed for this computer: rated rows, suggestions, plans before a download."""

from dataclasses import replace

import keyring.core
import pytest
from keyring.backends.fail import Keyring
from tests.data.fake_hub import TOKEN, FakeFile, FakeHub
from tests.data.gguf_files import LLAMA, TENSORS, gguf, tiny_model
from tests.downloads.hubs import furnish

from inglenook.core.errors import (
    DownloadError,
    GatedError,
    GoneError,
    ModelFileError,
    NetworkError,
    NotFoundError,
    OfflineError,
)
from inglenook.core.units import GIB
from inglenook.downloads.query import Query
from inglenook.hardware.devices import FoundDevices
from inglenook.models.catalog import read_catalogue
from inglenook.models.fit import Verdict, Wish
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.models.suggestion import Rated
from inglenook.services import hub as hub_module
from inglenook.services.bus import Bus
from inglenook.services.hub import HubService, host_of
from inglenook.services.modelpage import Looked, best_first
from inglenook.services.models import ModelService
from inglenook.services.settings import SettingsService
from inglenook.services.store import Store
from inglenook.storage.secrets import Tokens
from inglenook.storage.settings import SettingsFile

REPO = "org/Tiny-2B-GGUF"
ENTRY = """{"name": "%s", "repo": "%s", "maker": "Org", "licence": "MIT", "size": "tiny",
"tags": ["text"], "good_at": "Short answers.", "link": "https://example.org"}"""


@pytest.fixture
def fake(monkeypatch):
    with FakeHub() as hub:
        furnish(hub)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.delenv("INGLENOOK_OFFLINE")
        yield hub


@pytest.fixture
def service(tmp_path):
    bus = Bus()
    store = Store(tmp_path / "chats.db", lambda _problem: None)
    models = ModelService(bus, store, tmp_path, lambda: FoundDevices((), "a test"))
    made = HubService(
        SettingsService(bus, SettingsFile(tmp_path / "settings.json")),
        models,
        Tokens(),
        cache=tmp_path / "cache",
        catalogue=tmp_path / "catalog",
    )
    yield made
    made.close()
    store.close()


@pytest.mark.parametrize("value", ["1", "yes", " on "])
def test_the_environment_forbids_the_network(fake, service, monkeypatch, value):
    monkeypatch.setenv("INGLENOOK_OFFLINE", value)
    assert service.is_offline
    with pytest.raises(OfflineError):
        service.search(Query())
    assert fake.seen == []


def test_the_settings_forbid_the_network(fake, service):
    service._settings._change(lambda old: type(old)(offline=True))
    with pytest.raises(OfflineError):
        service.page(REPO)


def test_every_row_of_a_page_is_rated_by_one_header(fake, service):
    page = service.page(REPO)
    assert [one.offer.quant for one in page.rated] == ["Q4_0", "Q8_0"]
    assert {one.verdict for one in page.rated} == {Verdict.CPU}
    assert page.suggestion.quant == "Q8_0"  # tiny models lose most by rounding
    assert page.details.facts.context_tokens == 2048
    assert page.found.licence == "Apache 2.0"
    assert len(fake.bodies()) == 1
    assert service.readme(page.found).startswith("# Model")
    assert [one.repo for one in service.search(Query("tiny"))] == [REPO]


def test_headers_are_read_once(fake, service):
    service.page(REPO)
    before = len(fake.bodies())
    service.page(REPO)
    assert len(fake.bodies()) == before


def test_few_headers_are_remembered(fake, service, monkeypatch):
    monkeypatch.setattr(hub_module, "_MOST_REMEMBERED", 1)
    furnish(fake, "org/Other-2B-GGUF")
    fake.repos["org/Other-2B-GGUF"].files["Tiny-2B-Q4_0.gguf"] = FakeFile(
        gguf({**LLAMA, "general.name": "other"}, TENSORS)
    )
    for name in (REPO, "org/Other-2B-GGUF", REPO):
        service.page(name)
    assert len(fake.bodies()) == 3


def test_a_row_is_chosen_by_type_by_file_or_by_itself(fake, service):
    page = service.page(REPO)
    assert service.choose(page, "").quant == "Q8_0"
    assert service.choose(page, "q4_0").quant == "Q4_0"
    assert service.choose(page, "Tiny-2B-Q8_0.gguf").quant == "Q8_0"
    with pytest.raises(NotFoundError) as refusal:
        service.choose(page, "Q5_K_M")
    assert "Q4_0, Q8_0" in refusal.value.problem.advice


def test_a_plan_is_made_before_anything_is_fetched(fake, service):
    page, offer, details, plan = service.plan(REPO, "Q4_0")
    assert (page.found.repo, offer.quant) == (REPO, "Q4_0")
    assert plan.verdict is Verdict.CPU
    assert plan.reasons
    assert details.facts.layers == 2
    assert fake.sent_bytes() < 100_000


def test_another_computer_gets_the_file_that_suits_it(fake, service):
    card = DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 8 * GIB, 8 * GIB)
    large = Machine((card,), HostFacts(16 * GIB, 12 * GIB, 4, 8))
    _, offer, _, plan = service.plan(REPO, "", machine=large)
    assert (offer.quant, plan.verdict) == ("Q8_0", Verdict.GPU)
    none = Machine((), HostFacts(1, 1, 1, 1))
    _, offer, _, plan = service.plan(REPO, "", machine=none)
    assert (offer.quant, plan.verdict) == ("Q4_0", Verdict.TOO_BIG)
    unseen = gguf({**LLAMA, "general.name": "unseen"}, TENSORS)
    rows = {"M-Q4_0.gguf": unseen, "M-Q8_0.gguf": unseen + bytes(9)}
    fake.add("org/Gated-GGUF", rows, gated="auto")
    with pytest.raises(NotFoundError):
        service.plan("org/Gated-GGUF", "", machine=large)


def test_a_repository_without_models_says_so(fake, service):
    fake.add("org/pictures", {"a.png": b"x"})
    assert service.page("org/pictures").problem is not None
    with pytest.raises(ModelFileError):
        service.plan("org/pictures", "")
    with pytest.raises(NotFoundError):
        service.choose(service.page("org/pictures"), "")


def test_a_page_of_a_gated_model_can_be_seen_but_not_rated(fake, service):
    furnish(fake, "org/Gated-GGUF", gated="auto")
    page = service.page("org/Gated-GGUF")
    assert (page.rated, page.suggestion) == ((), None)
    assert "who you are" in page.problem.title
    with pytest.raises(NotFoundError):
        service.choose(page, "")
    with pytest.raises(GatedError):
        service.plan("org/Gated-GGUF", "Q4_0")
    fake.add("org/One-GGUF", {"M-Q4_0.gguf": tiny_model()}, gated="auto")
    assert service.choose(service.page("org/One-GGUF"), "").quant == "Q4_0"


def test_a_gated_model_is_shut_even_if_the_same_file_was_seen_elsewhere(fake, service):
    fake.add("org/Free-GGUF", {"M-Q4_0.gguf": tiny_model()})
    fake.add("org/Shut-GGUF", {"M-Q4_0.gguf": tiny_model()}, gated="auto")
    assert service.page("org/Free-GGUF").rated
    assert not service.page("org/Shut-GGUF").rated


def test_a_token_opens_it_once_given(fake, service, monkeypatch):
    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())  # there is none
    furnish(fake, "org/Gated-GGUF", gated="auto")
    assert not service.give_token(TOKEN)
    assert service.page("org/Gated-GGUF").rated
    service.forget_token()
    fake.add("org/Shut-GGUF", {"M-Q4_0.gguf": tiny_model() + b"other"}, gated="auto")
    assert not service.page("org/Shut-GGUF").rated


def test_a_file_that_is_no_model_is_told_on_the_page(fake, service):
    fake.add("org/Bad-GGUF", {"Bad-Q4_0.gguf": b"rubbish" * 100})
    page = service.page("org/Bad-GGUF")
    assert page.problem.title == "This is not a model file"


def test_too_many_parts_are_not_looked_at(fake, service):
    parts = {f"M-Q4_0-{n:05d}-of-00040.gguf": b"GGUF" for n in range(1, 41)}
    fake.add("org/Huge-GGUF", parts)
    assert "too many parts" in service.page("org/Huge-GGUF").problem.title


def test_what_does_not_fit_is_not_suggested(fake, service):
    real = tiny_model()
    fake.add("org/Huge-GGUF", {"M-Q4_0.gguf": FakeFile(real, announced_bytes=10**15)})
    page = service.page("org/Huge-GGUF")
    assert page.rated[0].verdict is Verdict.TOO_BIG
    assert page.suggestion is None
    fake.add("org/Huge2-GGUF", {
        f"M-Q{n}_0.gguf": FakeFile(real + bytes(n), announced_bytes=10**15) for n in (4, 8)
    })  # fmt: skip
    with pytest.raises(NotFoundError) as refusal:
        service.choose(service.page("org/Huge2-GGUF"), "")
    assert "fits" in refusal.value.problem.title


def test_what_fits_is_guessed_before_a_page_is_opened(fake, service):
    furnish(fake, "org/Huge-GGUF", gguf={"total": 1e12})
    furnish(fake, "org/Small-GGUF", gguf={"total": 1e8})
    fits = {one.repo: service.fits(one) for one in service.search(Query())}
    assert fits == {REPO: None, "org/Huge-GGUF": False, "org/Small-GGUF": True}


def test_a_split_model_is_planned_from_the_headers_of_all_its_parts(fake, service):
    first = gguf({**LLAMA, "split.no": 0, "split.count": 2}, TENSORS[:3])
    second = gguf({"split.no": 1, "split.count": 2}, TENSORS[3:])
    names = [f"Q4/M-2B-Q4_0-0000{n}-of-00002.gguf" for n in (1, 2)]
    fake.add("org/Split-GGUF", dict(zip(names, (first, second), strict=True)))
    page, offer, details, _ = service.plan("org/Split-GGUF", "", Wish(context_tokens=512))
    assert offer.size_bytes == len(first) + len(second)
    assert details.facts.parts == 2
    assert sum(share.tensors for share in details.tensors) == len(TENSORS)
    assert page.found.name == "Split"


# --- recommendations ---


def entries(*names):
    listed = ", ".join(ENTRY % (name, name) for name in names)
    return read_catalogue(f'{{"format": 1, "models": [{listed}]}}'.encode())


def test_the_shipped_folder_is_read(service, tmp_path):
    folder = tmp_path / "catalog"
    folder.mkdir()
    one = ENTRY % ("M", "org/m")
    (folder / "a.json").write_text(f'{{"format": 1, "models": [{one}]}}')
    assert [entry.repo for entry in service.catalogue()] == ["org/m"]


def test_what_is_gone_is_told_and_what_fits_comes_first(fake, service):
    big = gguf({**LLAMA, "general.name": "big"}, TENSORS)
    fake.add("org/Big-GGUF", {"M-Q4_0.gguf": FakeFile(big, announced_bytes=10**15)})
    looked = list(service.look_up(entries("org/Big-GGUF", "org/gone", REPO)))
    assert [one.problem is None for one in looked] == [True, False, True]
    assert [one.fits for one in looked] == [False, False, True]
    assert [one.recommendation.repo for one in best_first(looked)] == [REPO, "org/Big-GGUF"]


def test_looking_up_stops_when_told(fake, service):
    assert list(service.look_up(entries(REPO), stop=lambda: True)) == []


def test_without_a_network_nothing_is_hidden_as_gone(service, monkeypatch):
    with FakeHub() as gone:
        monkeypatch.setenv("HF_ENDPOINT", gone.url)
    monkeypatch.delenv("INGLENOOK_OFFLINE")
    with pytest.raises(NetworkError):
        list(service.look_up(entries(REPO)))


def test_a_recommendation_that_was_not_found_fits_nobody():
    [entry] = entries(REPO)
    assert not Looked(entry).fits


def test_tokens_are_kept_by_host():
    assert host_of("https://HuggingFace.co/") == "huggingface.co"
    assert host_of("http://127.0.0.1:80") == "127.0.0.1:80"


def test_errors_of_the_hub_are_of_one_family():
    assert issubclass(GoneError, DownloadError)


@pytest.mark.parametrize(
    ("paces", "order"),
    [
        ({"Tiny": 60, "Small": 12, "Huge": 0.4}, ["Small", "Tiny", "Huge"]),
        ({"Tiny": 60, "Small": 4, "Huge": 2}, ["Tiny", "Small", "Huge"]),
        ({"Tiny": 4, "Small": 3, "Huge": 2}, ["Tiny", "Small", "Huge"]),
        ({"Tiny": 0, "Small": 0, "Huge": 0}, ["Huge", "Small", "Tiny"]),
    ],
)
def test_what_keeps_up_with_a_reader_is_recommended_before_what_makes_one_wait(
    service, fake, paces, order
):
    [entry] = entries(REPO)
    page = service.page(REPO)
    looked = []
    for size, (name, pace) in enumerate(paces.items(), 1):
        facts = replace(page.details.facts, parameters=size * 10**9)
        row = Rated(page.suggestion, Verdict.CPU, tokens_per_s=pace)
        one = replace(page, rated=(row,), details=replace(page.details, facts=facts))
        looked.append(Looked(replace(entry, name=name), one))
    assert [one.recommendation.name for one in best_first(looked)] == order
    assert [one.fits for one in looked] == [pace == 0 or pace >= 1 for pace in paces.values()]
