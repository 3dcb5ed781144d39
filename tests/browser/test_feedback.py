"""Feedback: the focus goes to it, hints open one by one, a retry is possible, and one live region of the page says what moved."""

from playwright.sync_api import expect
from stack import MODULE_LINK
from test_without_scripts import open_without_scripts

LADDER = "ltp-inside-outside"
"""A sorter with two hints."""


def at_ladder(pupil):
    pupil.open_window(MODULE_LINK)
    while LADDER not in pupil.items:
        pupil.next()
    return pupil.find(f"#item-{LADDER}-box")


def press(pupil, verb):
    """By keyboard; the page stays."""
    pupil.tab_to(f"[value='{verb}:{LADDER}']")
    pupil.key("Enter")


def test_focus_follows_from_wrong_over_two_hints_to_right(screen, pupils):
    pupil = screen(next(pupils))
    box = at_ladder(pupil)
    pupil.answer(LADDER, pupil.wrong_answer(LADDER))
    pupil.expect_state("saved")
    url = pupil.page.url

    press(pupil, "check")

    expect(box.locator(".result-title")).to_be_focused()
    expect(box.locator(".result-title")).to_have_text("Partly right")
    assert box.locator(".part-feedback").count() > 0
    for number in (1, 2):
        press(pupil, "hint")
        expect(box.locator(".hint")).to_have_count(number)
    expect(box.locator(".hints")).to_be_focused()
    expect(box.locator("[value^='hint:']")).to_have_count(0)

    pupil.answer(LADDER, pupil.right_answer(LADDER))
    pupil.expect_state("saved")
    press(pupil, "check")

    expect(box.locator(".result-title")).to_be_focused()
    expect(box.locator(".result-title")).to_have_text("That is right!")
    expect(box.locator("[value^='check:']")).to_have_count(0)
    assert pupil.page.url == url


def test_moves_are_said_in_the_one_live_region_of_the_page(screen, pupils):
    pupil = screen(next(pupils))
    at_ladder(pupil)
    answer = pupil.right_answer(LADDER)

    pupil.answer(LADDER, {"placed": dict(list(answer["placed"].items())[:1])})

    expect(pupil.find("#announcer")).to_contain_text("is now in")
    said = pupil.find("[data-announce]").evaluate_all(
        "all => all.map(each => each.textContent.trim()).join('')"
    )
    assert said == ""
    assert pupil.find("[aria-live=assertive], [role=alert]").count() == 0


def test_without_scripts_the_address_leads_to_the_feedback(screen, pupils):
    pupil = screen(next(pupils), java_script_enabled=False)
    open_without_scripts(pupil, MODULE_LINK)
    while LADDER not in pupil.items:
        pupil.next()
    pupil.press("hint")

    assert pupil.frame.url.endswith(f"#item-{LADDER}-hints")
    expect(pupil.find(f"#item-{LADDER}-hints")).to_be_in_viewport()
