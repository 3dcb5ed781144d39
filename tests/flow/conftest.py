"""Students nobody else in the module plays, on one running tool and LMS."""

from types import SimpleNamespace

import pytest
from answer_fields import right, wrong


@pytest.fixture(scope="module")
def seats(shared_stack):
    """The students of grade 7 who read English, one after the other."""
    people = shared_stack.lms.district.list_students("grade-7")
    return iter([person.id for person in people if person.locale == "en"])


@pytest.fixture
def pupil(seats):
    return next(seats)


@pytest.fixture
def answers(shared_stack):
    """`answers.right(item_id)` and `answers.wrong(item_id)` as form fields."""
    return SimpleNamespace(
        right=lambda item_id: right(shared_stack, item_id), wrong=lambda item_id: wrong(shared_stack, item_id)
    )
