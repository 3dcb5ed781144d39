"""Reading aloud: with local voices only, sentence by sentence, and no button where there is no such voice."""

import pytest
from playwright.sync_api import expect
from stack import MODULE_LINK

VOICES = """(() => {
    const heard = window.heard = [], listeners = [];
    const voices = %s;
    class Utterance { constructor(text) { this.text = text } }
    let now = null;
    const speech = { getVoices: () => voices, addEventListener: (name, each) => listeners.push(each),
        speak: said => { heard.push([said.text, said.voice.name]); now = said },
        cancel: () => { now = null } };
    window.end = () => { const said = now; now = null; said?.onend({ target: said }) };
    Object.defineProperty(window, "speechSynthesis", { value: speech });
    window.SpeechSynthesisUtterance = Utterance;
})()"""
LOCAL = '{name: "Here", lang: "en-US", localService: true}'
REMOTE = '{name: "Cloud", lang: "en-US", localService: false}'
FOREIGN = '{name: "Aquí", lang: "es-US", localService: true}'


def at_lesson(screen, person, voices):
    pupil = screen(person)
    pupil.context.add_init_script(VOICES % f"[{', '.join(voices)}]")
    pupil.open_window(MODULE_LINK)
    return pupil


@pytest.mark.parametrize("voices", [[], [REMOTE], [REMOTE, FOREIGN]])
def test_no_button_without_a_local_voice_of_the_language(screen, pupils, voices):
    pupil = at_lesson(screen, next(pupils), voices)

    assert pupil.find("[data-listen]").count() > 0
    expect(pupil.find("[data-listen]:not([hidden])")).to_have_count(0)


def test_page_is_read_by_sentence_with_the_local_voice_and_marked(screen, pupils):
    pupil = at_lesson(screen, next(pupils), [REMOTE, LOCAL])
    button = pupil.page.get_by_role("button", name="Listen to this page")

    button.click()

    expect(button).to_have_attribute("aria-pressed", "true")
    assert pupil.page.evaluate("heard") == [["The plant vote", "Here"]]
    pupil.page.evaluate("end()")
    pupil.page.evaluate("end()")
    assert pupil.page.evaluate("heard[2][0]") == "On Thursday it votes on how to spend the money."
    marked = pupil.page.evaluate("[...CSS.highlights.get('il-said')].map(String).map(each => each.trim())")
    assert [each.replace("\n", " ") for each in marked] == ["On Thursday it votes on how to spend the money."]
    pupil.key("Escape")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert pupil.page.evaluate("CSS.highlights.get('il-said').size") == 0


def test_every_activity_has_a_button_that_reads_its_instruction(screen, pupils):
    pupil = at_lesson(screen, next(pupils), [LOCAL])
    while not pupil.items:
        pupil.next()
    item = pupil.find(f"#item-{pupil.items[0]}-box")

    item.get_by_role("button", name="Listen").click()
    while pupil.page.evaluate("document.querySelector('[data-listen][aria-pressed=true]') !== null"):
        pupil.page.evaluate("end()")

    said = " ".join(pupil.page.evaluate("heard.map(each => each[0])"))
    for words in (
        item.locator(".prompt-text"),
        item.locator(".instruction"),
        item.locator(".option-text").first,
    ):
        assert words.inner_text().strip() in said
    assert "Check my answer" not in said
