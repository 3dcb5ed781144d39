"""Chromium with third-party cookies blocked, the running tool and LMS, and people at screens."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from answer_fields import ACTS, right, wrong
from at_a_screen import Screen
from chromium_profile import BLOCKED, chromium_with
from stack import MODULE_LINK


def pytest_collection_modifyitems(items):
    """All of these share one browser: xdist keeps them in one process."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium(browser_driver, tmp_path_factory):
    with chromium_with(browser_driver, tmp_path_factory.mktemp("profile"), BLOCKED) as browser:
        yield browser


@pytest.fixture(scope="session")
def forgetful_chromium(browser_driver, tmp_path_factory):
    """Keeps nothing at all for the tool: no cookie, partitioned or in its own window, and no storage."""
    profile = tmp_path_factory.mktemp("forgetful")
    with chromium_with(browser_driver, profile, BLOCKED, nothing_kept_for="127.0.0.1,*") as browser:
        yield browser


@pytest.fixture(scope="session")
def strict_chromium(browser_driver, tmp_path_factory):
    """Keeps nothing for the tool within the LMS, and all in a window of its own."""
    profile = tmp_path_factory.mktemp("strict")
    with chromium_with(browser_driver, profile, BLOCKED, nothing_kept_for="127.0.0.1,localhost") as browser:
        yield browser


@pytest.fixture(scope="module")
def pupils(shared_stack):
    """Students of grade 7 who read English, each given once. Ana is the first."""
    people = shared_stack.lms.district.list_students("grade-7")
    return iter([person.id for person in people if person.locale == "en"])


@pytest.fixture
def screen(chromium, shared_stack):
    """`screen(person)` sits somebody down at a device of their own. Whatever a page complains of fails the test."""
    screens = []

    def sit_down(person, browser=chromium, **options):
        # A click on what glides away hits nothing: motion has tests of its own in tests/interactions.
        options = {"reduced_motion": "reduce"} | options
        has_scripts = options.get("java_script_enabled", True)
        screens.append(Screen(browser.new_context(**options), shared_stack, person, has_scripts=has_scripts))
        return screens[-1]

    yield sit_down
    for each in screens:
        each.context.close()
    assert [complaint for each in screens for complaint in each.complaints] == []


@pytest.fixture
def courier(shared_stack):
    """Delivers grades as the worker does, as long as the test runs."""
    over = threading.Event()

    def work():
        while not over.wait(0.2):
            shared_stack.deliver_all()

    worker = threading.Thread(target=work)
    worker.start()
    yield
    over.set()
    worker.join()


@pytest.fixture
def a_finished_pupil(shared_stack, pupils):
    """Somebody who has handed in the lesson, with some answers wrong; the grade is delivered."""
    person = next(pupils)
    browser = shared_stack.launch(MODULE_LINK, person)
    while 'value="finish"' not in browser.page.text:
        fields = {}
        for number, item_id in enumerate(re.findall(r'id="item-([a-z0-9-]+)" data-kind', browser.page.text)):
            fields |= (wrong if number % 2 else right)(shared_stack, item_id)
        fields.pop(ACTS, None)
        browser.submit("next", **fields)
    browser.submit("finish")
    shared_stack.deliver_all()
    return shared_stack.person(person)
