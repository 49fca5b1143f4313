"""The local server begins with the window, where that is wanted."""

from dataclasses import replace

import pytest
from standin import StandIn

from inglenook.ui.household import Household
from inglenook.ui.shell import Shell


@pytest.mark.parametrize("is_wanted", [True, False])
def test_it_begins_with_the_window_if_that_was_chosen(
    qtbot, qapp, services: StandIn, is_wanted
):
    services.settings.now = replace(services.settings.now, serving=is_wanted)
    shell = Shell()
    qtbot.addWidget(shell)
    household = Household(qapp, shell)
    household.open(lambda: services)
    qtbot.waitUntil(lambda: bool(services.asked("start")))
    assert services.asked("serving.start") == [()] * is_wanted
    assert services.spares, "with new chats elsewhere the model would be loaded for nobody"
    shell.leave()
    household.close()
