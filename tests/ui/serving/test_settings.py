"""The rows of the local server in the settings lead to the same as its page."""

import pytest

from inglenook.ui.serving.networkdialog import NetworkDialog
from inglenook.ui.settings.registry import Section
from inglenook.ui.settings.sectionpane import SectionPane
from inglenook.ui.widgets.button import Button


@pytest.fixture
def section(window):
    window.actions_by_name["settings"].trigger()
    page = window.pages.shown
    page.open_section(Section.SERVER)
    return next(each for each in page.findChildren(SectionPane) if "server" in each.rows)


def test_it_leads_to_the_page(section, window):
    section.rows["server"].control.findChild(Button).click()
    assert window.shell.focusWidget() is window.pages.shown.card.switch


def test_the_port_is_refused_and_taken_and_the_network_asked_about(section, window, services):
    port = section.rows["serving_port"]
    port.control.chosen.emit("80")
    assert "There is no such port" in port.trouble.text()
    port.control.chosen.emit("12001")
    assert port.trouble.text() == ""
    assert services.asked("serving.set_port") == [(12001,)]
    section.rows["serving_network"].control.click()
    assert services.asked("serving.open_to_network") == []
    window.shell.findChild(NetworkDialog).agree.click()
    assert services.asked("serving.open_to_network") == [(True,)]
