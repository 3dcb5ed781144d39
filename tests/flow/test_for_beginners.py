"""A lesson for kindergarten to grade 2: marked for its large text and targets, a listen button before every instruction."""

from dataclasses import replace

import pytest
from stack import MODULE_LINK

from lti_tool.content.served import Shelf


@pytest.fixture
def for_grade_2(stack):
    """The lesson as if it were written for the first grades."""
    modules = dict(stack.tool.library.modules)
    modules["leave-the-page"] = modules["leave-the-page"].model_copy(update={"grades": (0, 2)})
    library = replace(stack.tool.library, modules=modules)
    stack.change(library=library, shelf=Shelf(library))
    return stack


def test_page_for_beginners_says_so_and_offers_to_read_every_activity(for_grade_2):
    people = for_grade_2.lms.district.list_students("grade-7")
    page = for_grade_2.launch(MODULE_LINK, people[2].id).page.text

    assert 'data-band="k-2"' in page
    assert page.count('data-listen="item-') == page.count('class="activity"') > 0
    assert 'data-listen="lesson-page"' in page


def test_page_for_older_students_is_as_it_was(shared_stack, pupil):
    assert "data-band" not in shared_stack.launch(MODULE_LINK, pupil).page.text
