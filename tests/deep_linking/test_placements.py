"""Where Canvas lets content be added: each placement leads to the library, which says whether there is a grade."""

from __future__ import annotations

import pytest
from stack import TEACHER, running_stack

pytestmark = pytest.mark.proves("dl-placements")
WITH_COLUMN = ("assignment_selection", "course_assignments_menu", "module_index_menu_modal")
WITHOUT_COLUMN = ("link_selection",)


@pytest.fixture(scope="module")
def canvas(module_database_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with running_stack(module_database_url, folder, config_changes={"flavor": "canvas"}) as stack:
        yield stack


def open_at(stack, placement):
    """The teacher presses the tool's button at this place of the course."""
    browser = stack.browser()
    return browser.launch("grade-7/add-content", TEACHER, placement=placement)


@pytest.mark.parametrize("placement", [*WITH_COLUMN, *WITHOUT_COLUMN])
def test_every_canvas_placement_leads_to_the_library_and_says_whether_there_is_a_grade(canvas, placement):
    browser = open_at(canvas, placement)

    assert browser.page.status_code == 200
    assert "<h1>Library</h1>" in browser.page.text
    assert ("practice without a grade" in browser.text) is (placement in WITHOUT_COLUMN)


def test_course_materials_of_schoology_lead_to_the_library_with_a_grade(database_url, tmp_path):
    with running_stack(database_url, tmp_path, config_changes={"flavor": "schoology"}) as stack:
        browser = open_at(stack, "course_materials")

        assert "<h1>Library</h1>" in browser.page.text
        assert "practice without a grade" not in browser.text
