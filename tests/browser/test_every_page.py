"""Every page, narrow and dark, wide and light: axe finds nothing, nothing scrolls sideways, nothing is inline, nobody else is asked.

The fixture `screen` adds: no script error, no violated content policy, no request to another host.
"""

import pytest
from every_page import board_pages, lesson_pages, own_pages, plain_pages, staff_pages
from looking import barriers, faults
from stack import ANA, CLASS_LINK, MODULE_LINK, SPECIALIST, TEACHER


def expect_no_faults(screen, pages):
    found = [fault for name in pages for fault in faults(screen, name)]
    if found:
        pytest.fail("\n".join(found))


def test_no_fault_on_any_page_of_a_lesson(screen, pupils):
    pupil = screen(next(pupils))

    expect_no_faults(pupil, lesson_pages(pupil))


def test_no_fault_on_any_page_of_teacher_and_specialist(screen, a_finished_pupil):
    teacher, specialist = screen(TEACHER), screen(SPECIALIST)

    expect_no_faults(teacher, staff_pages(teacher, a_finished_pupil))
    expect_no_faults(specialist, board_pages(specialist))


def test_no_fault_on_pages_of_a_districts_own_questions(screen):
    specialist = screen(SPECIALIST)

    expect_no_faults(specialist, own_pages(specialist))


def test_no_fault_on_pages_without_a_visit(screen):
    anybody = screen(ANA)

    expect_no_faults(anybody, plain_pages(anybody))


@pytest.mark.parametrize(("person", "link"), [(ANA, MODULE_LINK), (TEACHER, CLASS_LINK)])
def test_no_barrier_in_the_lms_frame_and_around_it(screen, person, link):
    visitor = screen(person).open(link)
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme)

        assert barriers(visitor.page) == []
        assert barriers(visitor.frame) == []
