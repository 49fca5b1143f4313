"""The scenes of finding models: recommendations, a search, a model's page in every state."""

from dataclasses import replace

import findmatter as hub
import matter
from PySide6.QtTest import QTest
from scenes import Stage, scene

from inglenook.core.errors import Problem
from inglenook.services.events import (
    ConversationOpened,
    DownloadsChanged,
    HubSearched,
    ModelsChanged,
    SettingsChanged,
)
from inglenook.services.modelnews import ReadmeRead, RecommendationsLookedUp, RepositoryRead
from inglenook.services.modelpage import ModelPage
from inglenook.ui.models.findpane import FindPane
from inglenook.ui.models.page import FIND

NARROW = (900, 700)
_NO_NETWORK = Problem("The Hub cannot be reached", "Check the connection, then try again.")
_GATED = Problem("This model asks who you are", "Agree to its terms on the Hub.")


def _pane(stage: Stage) -> FindPane:
    stage.tell(ConversationOpened(matter.talk()))
    stage.window.models.open(FIND)
    return stage.window.models.page.pane(FIND)


def _search(stage: Stage, words: str = "qwen") -> FindPane:
    pane = _pane(stage)
    pane.bar.field.setText(words)
    QTest.qWait(320)
    return pane


def _found(stage: Stage, **more: object) -> None:
    query = stage.services.asked("browse.search")[-1][0]
    usual = HubSearched(query, hub.FOUND, None, hub.FITS, frozenset({hub.FOUND[4].repo}))
    stage.tell(replace(usual, **more))


def _page(stage: Stage, page: ModelPage, readme: str = hub.README) -> FindPane:
    pane = _pane(stage)
    repo = page.found.repo
    pane.open_model(repo)
    stage.tell(RepositoryRead(repo, page), ReadmeRead(repo, readme))
    return pane


def _recommended(stage: Stage) -> None:
    _pane(stage)
    stage.tell(RecommendationsLookedUp(hub.RECOMMENDED, is_complete=True))


@scene("40-find-recommended", (1180, 900))
def recommended(stage: Stage) -> None:
    _recommended(stage)


@scene("40-find-recommended-900", NARROW)
def recommended_narrow(stage: Stage) -> None:
    _recommended(stage)


@scene("40-find-recommended-200", (1180, 900), 200)
def recommended_big(stage: Stage) -> None:
    _recommended(stage)


@scene("41-find-looking-up")
def looking_up(stage: Stage) -> None:
    _pane(stage)
    QTest.qWait(260)


@scene("42-find-no-network")
def no_network(stage: Stage) -> None:
    _pane(stage)
    stage.tell(RecommendationsLookedUp((), is_complete=True, problem=_NO_NETWORK))


@scene("43-find-offline")
def switched_off(stage: Stage) -> None:
    stage.tell(SettingsChanged(stage.look.theme, welcomed=True, offline=True))
    stage.services.settings.is_offline = True
    _pane(stage)


@scene("44-find-getting")
def getting(stage: Stage) -> None:
    _recommended(stage)
    offer = hub.RECOMMENDED[0].page.suggestion
    stage.tell(DownloadsChanged((hub.coming(offer),)))


@scene("45-find-results")
def results(stage: Stage) -> None:
    _search(stage)
    _found(stage)


@scene("45-find-results-900", NARROW)
def results_narrow(stage: Stage) -> None:
    _search(stage).bar.fits.setChecked(True)
    _found(stage)
    stage.window.activateWindow()
    stage.window.models.page.pane(FIND).home.results.list.enter()


@scene("46-find-no-results")
def no_results(stage: Stage) -> None:
    _search(stage, "xylophone")
    _found(stage, models=(), fits=())


@scene("47-find-results-no-network")
def results_no_network(stage: Stage) -> None:
    _search(stage)
    _found(stage)
    _search(stage, "qwen3")
    _found(stage, problem=_NO_NETWORK)


@scene("48-find-model", (1180, 1000))
def model(stage: Stage) -> None:
    _page(stage, hub.page())


@scene("48-find-model-900", NARROW)
def model_narrow(stage: Stage) -> None:
    _page(stage, hub.page())


@scene("48-find-model-200", (1180, 900), 200)
def model_big(stage: Stage) -> None:
    _page(stage, hub.page())


@scene("49-find-model-below", (1180, 1000))
def model_below(stage: Stage) -> None:
    page = hub.page()
    details = replace(page.details, suspicions=hub.ODD)
    pane = _page(stage, replace(page, details=details))
    pane.page.verticalScrollBar().setValue(10_000)


@scene("50-find-model-states", (1180, 860))
def model_states(stage: Stage) -> None:
    page = hub.page()
    pane = _page(stage, page)
    rows = page.offers.models
    full = Problem("The disk is full", "Free 3.1 GB, then try again.")
    stage.tell(
        DownloadsChanged(
            (
                hub.coming(rows[0]),
                hub.coming(rows[1], "waiting", id="B"),
                hub.coming(rows[2], "paused", id="C"),
                hub.coming(rows[3], "paused", id="D", problem=full),
            )
        ),
        ModelsChanged((hub.installed(rows[4]),)),
    )
    pane.page.files.rows[5].get.click()


@scene("51-find-gated")
def gated(stage: Stage) -> None:
    page = hub.page(verdicts=(), gated=True)
    _page(stage, replace(page, problem=_GATED), "")


@scene("51-find-gated-token-900", NARROW)
def gated_with_token(stage: Stage) -> None:
    stage.services.browse.is_known = True
    page = hub.page(verdicts=(), gated=True)
    _page(stage, replace(page, problem=_GATED), "")


@scene("52-find-split-and-projector")
def split(stage: Stage) -> None:
    page = hub.page("Big/Big-70B-GGUF", listed=hub.SPLIT_FILES, parameters=70_000_000_000)
    _page(stage, page)


@scene("53-find-odd-template")
def odd_template(stage: Stage) -> None:
    page = hub.page()
    _page(stage, replace(page, details=replace(page.details, suspicions=hub.ODD)))


@scene("54-find-model-no-network")
def model_no_network(stage: Stage) -> None:
    pane = _pane(stage)
    pane.open_model(hub.REPO)
    stage.tell(RepositoryRead(hub.REPO, problem=_NO_NETWORK))
