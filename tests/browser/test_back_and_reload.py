"""Back, Forward and Reload on every page of a lesson and its quiz: always a page of the activity, and no answer is lost."""

import re
import threading

from playwright.sync_api import expect
from stack import MODULE_LINK


def whole(pupil):
    """The page is one of the tool's, with a way on, and no error."""
    expect(pupil.page.locator("main h1").first).to_be_visible()
    words = pupil.page.locator("body").inner_text()
    assert "Traceback" not in words and not re.search(r"[Rr]eference:? ?[0-9a-f]{6}", words)
    assert pupil.page.locator("main a[href], main button:visible").count()


def test_back_forward_and_reload_on_every_step_lead_to_a_page_of_the_activity(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    page, pages = pupil.page, 0
    while not pupil.find("[value=finish]").count():
        pupil.next()
        pages += 1
        for go in (page.go_back, page.go_forward) if pages % 2 else (page.reload,):
            go(wait_until="domcontentloaded")
            whole(pupil)
    pupil.press("finish")
    for go in (page.reload, page.go_back, page.reload, page.go_forward):
        go(wait_until="domcontentloaded")
        whole(pupil)
    assert pages > 12


def test_reload_right_after_an_answer_keeps_it_before_anybody_has_decided_to_leave(screen, pupils):
    """While the browser asks whether to leave, no script runs: what was not sent yet must be on its way by then."""
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    (item,) = pupil.items[:1]
    answer, kept, tick = pupil.right_answer(item), [], threading.Event()

    def asked(dialog):
        tries = iter(range(60))
        while pupil.saved(item) != answer and next(tries, None) is not None:
            tick.wait(0.05)
        kept.append(pupil.saved(item))
        dialog.accept()

    pupil.page.on("dialog", asked)
    pupil.answer(item, answer)
    pupil.page.reload()

    assert kept == [answer]
    expect(pupil.find(f"#item-{item} input:checked").first).to_be_attached()
    assert pupil.saved(item) == answer
