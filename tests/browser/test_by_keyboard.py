"""Keys reach everything, the focus is always seen, the skip link works, and motion stops where it is not wanted."""

import pytest
from playwright.sync_api import expect
from stack import CLASS_LINK, MODULE_LINK, TEACHER

REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
    .filter(each => each.checkVisibility() && each.tabIndex >= 0 && !each.matches(":disabled"))
    .filter(each => each.type !== "radio" || each === group(each).find(one => one.checked) || !group(each).some(one => one.checked)
        && each === group(each)[0])
    .map((each, index) => (each.dataset.probe = index));
    function group(radio) { return [...radio.form.elements[radio.name]] }"""
HERE = """() => { const here = document.activeElement;
    const seen = [here, here.closest(".option"), here.closest(".piece")].filter(Boolean).some(each => {
        const style = getComputedStyle(each);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none" });
    return [here.dataset.probe ?? null, seen, here.outerHTML.slice(0, 120)] }"""


def walk(page):
    """Press Tab through the page: what was never reached, and what was reached unseen."""
    left, unseen = {str(each) for each in page.evaluate(REACHABLE)}, []
    for _ in range(2 * len(left) + 5):
        page.keyboard.press("Tab")
        probe, is_seen, html = page.evaluate(HERE)
        left.discard(probe)
        if probe and not is_seen:
            unseen.append(html)
    return [
        page.locator(f"[data-probe='{each}']").evaluate("each => each.outerHTML") for each in left
    ], unseen


@pytest.mark.parametrize("step", ["0", "1", "3", "5"])
def test_tab_reaches_everything_in_a_lesson_and_shows_where_it_is(screen, pupils, step):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    while pupil.step != step:
        pupil.next()

    assert walk(pupil.page) == ([], [])


def test_tab_reaches_everything_on_the_class_page(screen):
    teacher = screen(TEACHER)
    teacher.open_window(CLASS_LINK)

    assert walk(teacher.page) == ([], [])


def test_skip_link_leads_to_the_content(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    pupil.key("Tab")
    expect(pupil.find(".skip")).to_be_focused()
    expect(pupil.find(".skip")).to_be_in_viewport()

    pupil.key("Enter")

    expect(pupil.find("#main")).to_be_focused()


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_steps_glide_only_where_motion_is_welcome(screen, pupils, wish, moves):
    pupil = screen(next(pupils), reduced_motion=wish)
    pupil.open_window(MODULE_LINK)
    while pupil.step != "3":
        pupil.next()

    long_ones = pupil.page.evaluate("""() => { document.querySelectorAll("[data-move=up]")[2].click();
        return document.getAnimations().filter(each => each.effect.getComputedTiming().duration > 10).length }""")

    assert (long_ones > 0) == moves
