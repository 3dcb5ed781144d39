"""The panel of reading settings and the one-key shortcuts, at a screen."""

import pytest
from looking import NARROW, barriers
from playwright.sync_api import expect
from stack import MODULE_LINK

CHOICES = [
    ("text_size", "largest"),
    ("spacing", "wider"),
    ("colors", "white_on_black"),
    ("colors", "black_on_white"),
]


def choose(pupil, name, value):
    pupil.find(f".reading-choice:has([name={name}][value={value}])").click()
    expect(pupil.find("#reading-panel [role=status]")).to_have_text("Saved")


def test_setting_takes_effect_at_once_and_keeps_the_page(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    before = pupil.page.url
    pupil.tab_to("#reading-panel summary")
    pupil.key("Enter")
    pupil.tab_to("[name=text_size]")

    pupil.key("ArrowRight")

    expect(pupil.find("html")).to_have_attribute("data-text-size", "large")
    expect(pupil.find("#reading-panel [role=status]")).to_have_text("Saved")
    assert pupil.page.url == before
    pupil.key("Escape")
    expect(pupil.find("#reading-panel summary")).to_be_focused()
    expect(pupil.find(".reading-sheet")).to_be_hidden()
    pupil.page.reload()
    expect(pupil.find("html")).to_have_attribute("data-text-size", "large")


def test_every_extreme_fits_320_pixels_and_has_no_barrier(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    while not pupil.items:
        pupil.next()
    pupil.page.set_viewport_size(NARROW)
    pupil.find("#reading-panel summary").click()
    for name, value in CHOICES:
        choose(pupil, name, value)

        assert not pupil.page.evaluate("document.documentElement.scrollWidth > innerWidth"), (name, value)
        assert barriers(pupil.page) == [], (name, value)


def test_movement_is_off_where_somebody_chose_so(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    while pupil.step != "3":
        pupil.next()
    pupil.find("#reading-panel summary").click()
    choose(pupil, "motion", "none")

    long_ones = pupil.page.evaluate("""() => { document.querySelectorAll("[data-move=up]")[2].click();
        return document.getAnimations().filter(each => each.effect.getComputedTiming().duration > 10).length }""")

    assert long_ones == 0


def test_keys_go_on_and_back_and_list_themselves(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    for key, step in (("n", "1"), ("b", "0")):
        with pupil.frame.expect_navigation():
            pupil.key(key)
        assert pupil.step == step

    pupil.key("?")

    expect(pupil.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    expect(pupil.page.get_by_role("button", name="Close")).to_be_focused()
    assert barriers(pupil.page) == []
    pupil.key("Escape")
    expect(pupil.find("#keys")).to_be_hidden()


@pytest.mark.parametrize("where", ["in a field", "turned off"])
def test_keys_rest(screen, pupils, where):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    if where == "turned off":
        pupil.find("#reading-panel summary").click()
        choose(pupil, "shortcuts", "off")
        pupil.key("Escape")
    else:
        while not pupil.find(".activity[data-kind=short_text]").count():
            pupil.next()
        pupil.find(".activity[data-kind=short_text] input").focus()
    before = pupil.step

    for key in "?nb":
        pupil.key(key)

    expect(pupil.find("#keys")).to_be_hidden()
    assert pupil.step == before
    if where == "in a field":
        expect(pupil.find(".activity[data-kind=short_text] input")).to_have_value("?nb")
