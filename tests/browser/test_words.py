"""Explained words: opened by mouse and keyboard beside the word, closed by Escape, and there without scripts."""

import pytest
from looking import NARROW, barriers
from playwright.sync_api import expect
from stack import MODULE_LINK
from test_without_scripts import open_without_scripts

BESIDE = """() => { const word = document.querySelector(".word").getBoundingClientRect(),
    card = document.querySelector(":popover-open").getBoundingClientRect();
    return card.left >= 0 && card.right <= innerWidth && Math.min(Math.abs(card.top - word.bottom), Math.abs(word.top - card.bottom)) < 20 }"""


@pytest.mark.parametrize("width", [1280, 320])
def test_word_opens_its_meaning_beside_it(screen, pupils, width):
    pupil = screen(next(pupils), viewport={"width": width, "height": 900})
    pupil.open_window(MODULE_LINK)
    word = pupil.find(".word").first

    pupil.tab_to(".word")
    pupil.key("Enter")

    card = pupil.find(f"#{word.get_attribute('popovertarget')}")
    expect(card).to_be_visible()
    expect(card).to_contain_text("A substance that can make people or animals ill.")
    assert pupil.page.evaluate(BESIDE)
    assert barriers(pupil.page) == []
    pupil.key("Escape")
    expect(card).to_be_hidden()
    expect(word).to_be_focused()


def test_word_opens_without_scripts(screen, pupils):
    pupil = screen(next(pupils), java_script_enabled=False, viewport=NARROW)
    open_without_scripts(pupil, MODULE_LINK)

    pupil.find(".word").first.click()

    expect(pupil.find(".word-card").first).to_be_visible()
