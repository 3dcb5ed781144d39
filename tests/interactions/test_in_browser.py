"""Each kind by keyboard, by mouse, on a narrow screen and under axe, in Chromium."""

import re

import pytest
from kind_harness import respond, spec_of
from looking import barriers
from playwright.sync_api import expect

from lti_tool.interactions import find_kinds, load_examples
from lti_tool.interactions.contract import without_key

pytestmark = pytest.mark.browser

RUN = ["stop", "name", "tab", "search", "compare", "decide"]
ANSWERS = {
    "choice": {"pick": ["school"]},
    "sorter": {"bin.tallest": ["check"], "bin.should": ["check"], "bin.best": ["think"]},
    "order": {f"place.{step}": [str(place)] for place, step in enumerate([*RUN[1:], RUN[0]], start=1)},
    "short_text": {"text": ["vertical reading"]},
}
STATES = {
    "blank": {},
    "scored": {"scored": without_key, "shown_hints": ("Look *again*.",)},
    "locked": {"scored": lambda score: score, "is_locked": True},
}


def telling_case(example):
    """The answer whose page shows most: partly right, else wrong, else any."""
    by_verdict = {case.verdict: case for case in reversed(example.cases)}
    return next(
        by_verdict[verdict] for verdict in ("partial", "wrong", "right", "missed") if verdict in by_verdict
    )


def examples():
    for kind in find_kinds():
        for example in load_examples(kind):
            yield pytest.param(kind, example, id=f"{kind}-{example.id}")


def show_every_state(show, kind, example, **how):
    """One page with the example in each state, one below the other. Gives the page and the ids of the items by state."""
    ids = {state: f"q{number}" for number, state in enumerate(STATES, start=1)}
    case = telling_case(example)
    beside = [(ids[state], case, STATES[state]) for state in ("scored", "locked")]
    return show(kind, example.id, beside=beside, **how), ids


def cases_by_key():
    for kind in find_kinds():
        for example in load_examples(kind):
            for case in example.cases:
                if case.keys:
                    yield pytest.param(kind, example.id, case, id=f"{kind}-{example.id}-{case.name}")


OF_EVERY_EXAMPLE = pytest.mark.parametrize(("kind", "example"), list(examples()))


def posted(page):
    script = "Object.fromEntries([...new FormData(document.querySelector('form'))].map(([n, v]) => [n.slice(3), v]))"
    return page.evaluate(script)


def announced(page):
    return page.locator("[data-announce]").text_content().strip()


def focused(page):
    return page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()")


def shown_steps(page):
    return page.locator("[data-step]").evaluate_all("steps => steps.map(step => step.dataset.step)")


def centre(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, source, target):
    page.mouse.move(*centre(source))
    page.mouse.down()
    page.mouse.move(*centre(target), steps=8)
    page.mouse.up()


def misfits(page):
    """Sideways scrolling and targets too low for a finger, on a narrow screen."""
    width, low = page.evaluate(
        """[document.documentElement.scrollWidth,
            [...document.querySelectorAll('button, select, label:has(input), [type=text]')]
              .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)]"""
    )
    return low + ([f"{width} px wide"] if width > 320 else [])


@OF_EVERY_EXAMPLE
def test_every_state_is_without_barriers_in_both_schemes_and_fits_a_narrow_screen(show, kind, example):
    page, _ = show_every_state(show, kind, example, context={"reduced_motion": "reduce"})

    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page, runOnly=["color-contrast"]) == []
    page.set_viewport_size({"width": 320, "height": 900})
    assert misfits(page) == []


@OF_EVERY_EXAMPLE
def test_fits_a_narrow_screen_without_scripts(show, kind, example):
    page, _ = show_every_state(show, kind, example, width=320, context={"java_script_enabled": False})

    assert misfits(page) == []


def press(page, key):
    """One entry of an example's `keys`."""
    if key.startswith("type:"):
        return page.keyboard.type(key.removeprefix("type:"))
    if key.startswith("choose:"):
        return page.locator("select:focus").select_option(key.removeprefix("choose:"))
    if key == "wait":
        return expect(page.locator("[aria-busy]")).to_have_count(
            0
        )  # the page's policy lets no function be waited for
    name, _, times = key.partition("*")
    for _ in range(int(times or 1)):
        page.keyboard.press(name)
    return None


@pytest.mark.parametrize(("kind", "example_id", "case"), list(cases_by_key()))
def test_by_keys(show, kind, example_id, case):
    """The answer is given from the top of the page without a mouse, each focused thing in sight."""
    page = show(kind, example_id)
    for key in case.keys:
        press(page, key)
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.checkVisibility()"
        )

    page.shown.take(
        page.evaluate("new URLSearchParams(new FormData(document.querySelector('form'))).toString()")
    )

    assert page.shown.response == respond(kind, page.shown.spec, case)


def test_choice_by_keyboard(show):
    page = show("choice")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")

    assert posted(page)["pick"] == page.locator("input").nth(1).get_attribute("value")
    assert page.evaluate("window.changes") == 1


def test_sorter_by_keyboard(show):
    page = show("sorter")
    form_before = posted(page)
    page.keyboard.press("Tab")
    card = focused(page)
    page.keyboard.press("Enter")

    assert announced(page) == f"Picked up: {card}. Now choose a bin."
    assert focused(page) == "Put it here: Can be checked"

    page.keyboard.press("Enter")

    assert announced(page) == f"{card} is now in: Can be checked. Cards left: 5."
    assert page.locator("[data-bin=check] .piece-text").text_content().strip() == card
    assert focused(page) != card, "the next card has the focus"
    assert form_before == {} and list(posted(page).values()) == ["check"]
    assert page.evaluate("window.changes") == 1


def test_sorter_lets_go_on_escape_and_takes_cards_back(show):
    page = show("sorter", answer={"bin.tallest": ["think"]})
    card = page.locator("[data-piece=tallest] .piece-pick")
    card.press("Enter")
    page.keyboard.press("Escape")

    assert card.get_attribute("aria-pressed") == "false"
    assert "tallest" in focused(page)

    card.click()
    page.get_by_role("button", name="Put it back").click()

    assert posted(page) == {}
    assert "is back with the cards to sort" in announced(page)


def test_sorter_by_tapping_a_card_and_anywhere_on_a_bin(show):
    page = show("sorter", "purpose")
    for card, bin_id in {
        "times": "inform",
        "shoes": "sell",
        "cartoon": "entertain",
        "report": "inform",
    }.items():
        page.locator(f"[data-piece={card}] .piece-pick").click()
        page.locator(f"[data-bin={bin_id}] .bin-title").click()

    assert posted(page) == {
        "bin.times": "inform",
        "bin.shoes": "sell",
        "bin.cartoon": "entertain",
        "bin.report": "inform",
    }
    assert page.get_by_text("All cards are sorted.").is_visible()


def test_sorter_by_dragging(show):
    page = show("sorter")
    drag(page, page.locator("[data-piece=ducks]"), page.locator("[data-bin=check] .bin-title"))

    assert posted(page) == {"bin.ducks": "check"}


def test_sorter_takes_the_end_of_a_drag_for_no_tap(show):
    page = show("sorter", answer={"bin.ducks": ["check"]})
    page.locator("[data-piece=tallest] .piece-pick").click()
    drag(page, page.locator("[data-piece=ducks]"), page.locator("[data-bin=check] .bin-title"))

    assert posted(page) == {"bin.ducks": "check"}, "the card picked up before stays where it is"


def test_sorter_brings_the_bins_to_the_card_on_a_narrow_screen(show):
    page = show("sorter", width=320)
    page.set_viewport_size({"width": 320, "height": 480})
    page.locator("[data-piece]").first.locator(".piece-pick").click()

    slots = page.locator(".bins .bin-slot")
    assert [
        slots.nth(index).evaluate("slot => slot.getBoundingClientRect().bottom <= innerHeight")
        for index in (0, 1)
    ] == [True] * 2


def test_sorter_takes_the_verdict_off_a_card_that_moves(show):
    page = show("sorter", answer=ANSWERS["sorter"], scored=without_key)
    card = page.locator("[data-piece=should]")
    assert card.get_by_text("Try another bin.").is_visible()

    card.locator(".piece-pick").click()
    page.locator("[data-bin=think] .bin-slot").click()

    assert not card.get_by_text("Try another bin.").is_visible()
    assert page.locator("[data-piece=best]").get_by_text("Right bin.").is_visible()


def test_order_by_buttons_keeps_the_focus_and_says_the_place(show):
    page = show("order")
    before = shown_steps(page)
    button = page.locator("[data-step]").nth(3).locator("[data-move=up]")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    moved = before[3]
    assert shown_steps(page) == [before[0], moved, before[1], before[2], *before[4:]]
    assert announced(page).endswith("is now number 2 of 6.")
    assert page.evaluate("document.activeElement.dataset.move") == "up"
    assert posted(page) == {
        f"place.{step}": str(place) for place, step in enumerate(shown_steps(page), start=1)
    }


def test_order_by_number_moves_the_step_there(show):
    page = show("order")
    before = shown_steps(page)
    page.locator(f"[data-step={before[0]}] select").select_option("6")

    assert shown_steps(page) == [*before[1:], before[0]]
    assert sorted(posted(page).values()) == ["1", "2", "3", "4", "5", "6"]


def test_order_buttons_at_the_ends_do_nothing_but_stay_in_reach(show):
    page = show("order")
    before = shown_steps(page)
    first_up = page.locator("[data-move=up]").first
    first_up.press("Enter")

    assert first_up.get_attribute("aria-disabled") == "true"
    assert shown_steps(page) == before
    assert set(posted(page).values()) == {""}


def test_order_found_right_as_it_stands_can_be_kept(show):
    page = show("order")
    page.get_by_role("button", name="Keep this order").click()

    assert posted(page) == {
        f"place.{step}": str(place) for place, step in enumerate(shown_steps(page), start=1)
    }
    assert announced(page) == "Order kept. Every step has its place."
    assert not page.get_by_role("button", name="Keep this order").is_visible()


@pytest.mark.parametrize("handle", ["[data-grip]", ".step-text"])
def test_order_by_dragging(show, handle):
    page = show("order")
    before = shown_steps(page)
    steps = page.locator("[data-step]")
    drag(page, steps.nth(0).locator(handle), steps.nth(5).locator(".step-moves"))

    assert shown_steps(page) == [*before[1:], before[0]]
    assert announced(page).endswith("is now number 6 of 6.")
    assert page.evaluate("window.changes") == 1


def test_order_read_back_stands_as_answered(show):
    page = show("order", answer=ANSWERS["order"], scored=without_key)

    assert shown_steps(page) == [*RUN[1:], RUN[0]]
    assert page.get_by_text("Out of order.").is_visible()


def test_typing_takes_the_old_verdict_away(show):
    page = show("short_text", answer=ANSWERS["short_text"], scored=without_key)
    page.get_by_label("Two words").fill("lateral reading")

    assert posted(page) == {"text": "lateral reading"}
    assert not page.get_by_text("Close.").is_visible()
    assert page.evaluate("window.changes") == 1


@OF_EVERY_EXAMPLE
def test_names_and_states_can_be_heard(show, kind, example):
    prompt = re.sub(r"[*_`]", "", spec_of(kind, example.id).prompt)
    page, ids = show_every_state(show, kind, example)
    for state, item_id in ids.items():
        snapshot = page.locator(f"#item-{item_id}-box").aria_snapshot()

        assert f"Question 1 {prompt}" in snapshot.replace("\\", "").replace("''", "'"), state
        assert 'button ""' not in snapshot and "- button\n" not in snapshot
    sent = page.evaluate("[...new FormData(document.querySelector('form')).keys()]")
    assert "[disabled]" in snapshot or not [name for name in sent if name.startswith(ids["locked"])]
