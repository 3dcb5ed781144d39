"""A student's notes and evidence: saved with every post, kept over attempts, brought together from two devices, and nobody else's."""

import re

import pytest
from stack import MODULE_LINK, TEACHER

FIELD = re.compile(r'name="note_version" value="([^"]*)"')


def write(browser, text, mark=None):
    """What the panel's script sends."""
    mark = FIELD.search(browser.page.text).group(1) if mark is None else mark
    url = f"{browser.stack.tool_url}{browser.attempt}/notes"
    headers = {"Accept": "application/json"} | browser._tool_cookies(url)
    return browser.http.post(url, data={"note": text, "note_version": mark}, headers=headers)


def web_step(stack):
    """The first page with a page of the practice web: its step, the block's place, the block."""
    for index, page in enumerate(stack.tool.shelf.get("module", "leave-the-page").pages()):
        for place, block in enumerate(page.blocks):
            if getattr(block, "kind", "") == "web":
                return index, place, block
    raise AssertionError("no practice page")


@pytest.fixture
def lesson(shared_stack, pupil):
    return shared_stack.launch(MODULE_LINK, pupil)


def test_note_written_on_one_step_is_on_every_step_and_in_the_next_attempt(shared_stack, pupil, lesson):
    assert write(lesson, "Who pays?\nAsk <b>others</b>").status_code == 200

    assert "Who pays?\nAsk <b>others</b></textarea>" in lesson.at_step(4).text
    assert "<b>others</b>" not in lesson.page.text
    lesson.submit("finish")
    (placement,) = shared_stack.rows(
        "SELECT placement_id AS id FROM attempt WHERE id = :a", a=lesson.attempt_id
    )
    lesson.post(f"{lesson.visit}/begin/{placement['id']}")
    assert "Who pays?" in lesson.text


def test_plain_form_saves_the_note_with_any_button(lesson):
    lesson.submit("next", note=["Plain words"], note_version=FIELD.findall(lesson.page.text))

    assert lesson.path.endswith("/1")
    assert "Plain words</textarea>" in lesson.text


def test_two_devices_lose_no_word(shared_stack, pupil, lesson):
    other = shared_stack.launch(MODULE_LINK, pupil)
    write(lesson, "from the first")

    kept = write(other, "from the second").json()

    assert kept["text"] == "from the second\n\nfrom the first"
    assert (
        write(other, "from the second\n\nfrom the first!", kept["version"]).json()["text"].endswith("first!")
    )


def test_page_whose_note_was_not_changed_overwrites_nothing(shared_stack, pupil, lesson):
    write(lesson, "old")
    other = shared_stack.launch(MODULE_LINK, pupil)
    write(lesson.at_step(0), "new")

    other.submit("next", note=["old"], note_version=FIELD.findall(other.page.text))

    assert "new</textarea>" in other.text
    assert "old" not in re.search(r'<textarea id="note".*?</textarea>', other.text, re.S).group(0)


def test_practice_page_is_saved_once_with_marked_words_and_explained_and_removed(shared_stack, lesson):
    index, place, block = web_step(shared_stack)
    for _ in range(2):
        lesson.at_step(index).submit(f"keep:{place}", quote=["40 years"])
    (row,) = shared_stack.rows(
        "SELECT e.* FROM evidence e JOIN attempt a USING (placement_id, person_id) WHERE a.id = :a",
        a=lesson.attempt_id,
    )
    assert (row["address"], row["title"], row["quote"]) == (*block.arguments, "40 years")

    lesson.submit("next", **{f"why-{row['id']}": ["Big words"]})
    assert "Big words</textarea>" in lesson.text
    file = lesson.get(f"{lesson.attempt}/notes.txt")

    assert all(words in file.page.text for words in ("40 years", "Big words", block.arguments[0]))
    assert "attachment" in file.page.headers["content-disposition"]
    lesson.post(f"{lesson.attempt}/notes", {"do": f"drop:{row['id']}"})
    assert "40 years" not in lesson.text


@pytest.mark.parametrize("button", ["keep:999", "keep:-1", "keep:x", "keep:", "drop:x"])
def test_button_that_leads_to_nothing_is_refused_and_keeps_nothing(shared_stack, lesson, button):
    before = shared_stack.count("evidence")

    lesson.submit(button)

    assert lesson.page.status_code in (400, 404)
    assert shared_stack.count("evidence") == before


def test_note_too_long_is_refused_with_advice_and_the_old_one_stays(lesson):
    write(lesson, "short")

    answer = write(lesson.at_step(0), "x" * 20_001)

    assert answer.status_code == 400
    assert "text file" in answer.json()["error"]
    assert "short</textarea>" in lesson.at_step(0).text


def test_what_no_database_can_hold_is_left_out(lesson):
    assert write(lesson, "a\x00b\r\nc").json()["text"] == "ab\nc"


def test_nobody_else_reads_changes_or_removes_them(shared_stack, seats, lesson):
    write(lesson, "Private thought")
    index, place, _ = web_step(shared_stack)
    lesson.at_step(index).submit(f"keep:{place}", quote=["Secret mark"])
    (piece,) = shared_stack.rows(
        "SELECT id, person_id, placement_id FROM evidence WHERE quote = 'Secret mark'"
    )
    other, teacher = shared_stack.launch(MODULE_LINK, next(seats)), shared_stack.launch(MODULE_LINK, TEACHER)

    for stranger in (other, teacher):
        for path in ("notes", "notes.txt"):
            stranger.get(f"{stranger.visit}/attempt/{lesson.attempt_id}/{path}")
            assert stranger.page.status_code == 404
        stranger.post(f"{stranger.visit}/attempt/{lesson.attempt_id}/notes", {"note": "Mine now"})
        assert stranger.page.status_code == 404
    other = shared_stack.launch(MODULE_LINK, next(seats))
    assert "Private thought" not in other.text
    other.submit(f"drop:{piece['id']}")
    assert other.page.status_code == 404
    teacher.get(f"{teacher.visit}/assignment/{piece['placement_id']}/student/{piece['person_id']}")
    assert teacher.page.status_code == 200
    assert "Private thought" not in teacher.text
    assert "Secret mark" not in teacher.text
    assert "Private thought</textarea>" in lesson.at_step(0).text
