"""Overlays: what is shown translated, what falls back, what the check says, and stamping."""

import pytest
from ruamel.yaml import YAML

from lti_tool.content.folder import inspect_library
from lti_tool.content.overlay import apply_overlay, list_paths, list_slots, source_hash
from lti_tool.content.stamp import stamp_library

ES_ITEMS = "modules/tiny/i18n/es/items.yaml"
ES_MODULE = "modules/tiny/i18n/es/module.yaml"
ES_PAGE = "modules/tiny/i18n/es/pages/start.md"
ITEMS = "modules/tiny/items/start.yaml"
PAGE = "modules/tiny/pages/start.md"

SHORT_TEXT = """\
- id: tiny-word
  kind: short_text
  skill: find-the-maker
  prompt: Who makes a page?
  accept: [maker, author]
  near:
    - {text: owner, credit: 0.5, feedback: Close.}
  hints: [It starts with m., It ends with r.]
  feedback: {correct: Yes., incorrect: No.}
"""


@pytest.fixture
def spanish(tree):
    tree.add_spanish()
    return tree


def stamp(tree, **options):
    library, _ = inspect_library(tree.modules, quizzes=tree.quizzes)
    return stamp_library(library, **options)


def test_everything_is_shown_in_spanish(spanish):
    module = spanish.load().get_module("tiny", "es")

    assert (module.title, module.lang) == ("Chiquita", "es")
    assert module.goals == ("Averiguar quién hizo una página.",)
    assert (module.pages[0].title, module.pages[0].lang) == ("El comienzo", "es")
    assert module.items["tiny-first"].spec.prompt == "¿Quién lo hizo?"
    assert module.items["tiny-first"].lang == "es"


def test_keys_come_from_the_original(spanish):
    options = spanish.load().get_item("tiny-first", "es").spec.options

    assert [(option.text, option.key) for option in options] == [("La señora Lee", True), ("Un búho", False)]


def test_item_with_one_string_missing_stays_english(spanish):
    spanish.replace(ES_ITEMS, "  hints.0: Mira el nombre.\n", "")

    item = spanish.load().get_item("tiny-first", "es")

    assert (item.lang, item.spec.prompt) == ("en", "Who made it?")


def test_language_nobody_translated_is_the_original(spanish):
    assert spanish.load().get_module("tiny", "fr").lang == "en"


def test_lists_may_be_translated_whole(spanish):
    spanish.write(ITEMS, spanish.read(ITEMS) + SHORT_TEXT)
    spanish.replace(PAGE, "[[item:tiny-first]]", "[[item:tiny-first]]\n\n[[item:tiny-word]]")
    spanish.replace(ES_PAGE, "[[item:tiny-first]]", "[[item:tiny-first]]\n\n[[item:tiny-word]]")
    spanish.write(
        ES_ITEMS,
        spanish.read(ES_ITEMS)
        + "tiny-word:\n  prompt: ¿Quién?\n  accept: [autora, autor, creador]\n"
        + "  near: [{text: dueña, credit: 0.5, feedback: Casi.}]\n"
        + "  hints: [Empieza con a., Termina con r.]\n  feedback.correct: Sí.\n  feedback.incorrect: No.\n",
    )

    item = spanish.load().get_item("tiny-word", "es")

    assert item.lang == "es"
    assert item.spec.accept == ("autora", "autor", "creador")
    assert item.spec.near[0].text == "dueña"
    assert item.spec.hints == ("Empieza con a.", "Termina con r.")


CASES = {
    "unknown item": (
        ES_ITEMS,
        "tiny-first:",
        "tiny-frist:",
        f"{ES_ITEMS}:2 warning There is no item “tiny-frist” to translate.",
    ),
    "unknown string": (
        ES_ITEMS,
        "  hints.0:",
        "  hints.7:",
        f"{ES_ITEMS}:8 warning There is no string “hints.7” to translate.",
    ),
    "missing string": (
        ES_ITEMS,
        "  feedback.correct: Sí.\n",
        "",
        f"{ES_ITEMS}:1 warning 1 string not translated yet.",
    ),
    "missing strings": (
        ES_MODULE,
        "title: Chiquita\nsummary: Una lección de prueba.\n",
        "",
        f"{ES_MODULE}:1 warning 2 strings not translated yet.",
    ),
    "no text": (
        ES_ITEMS,
        "prompt: ¿Quién lo hizo?",
        "prompt: {text: ¿Quién?}",
        f"{ES_ITEMS}:3 error “prompt” holds no translation.",
    ),
    "stale": (
        ES_ITEMS,
        "prompt: ¿Quién lo hizo?",
        "prompt: {source: 00000000, text: ¿Quién?}",
        f"{ES_ITEMS}:3 warning The original of “prompt” has changed",
    ),
    "two options alike": (
        ES_ITEMS,
        "Un búho",
        "La señora Lee",
        f"{ES_ITEMS}:2 error The translation does not fit this item.",
    ),
    "list for a text": (
        ES_ITEMS,
        "prompt: ¿Quién lo hizo?",
        "prompt: [¿Quién?]",
        f"{ES_ITEMS}:3 error The translation does not fit this item.",
    ),
    "page without its item": (
        ES_PAGE,
        "[[item:tiny-first]]\n",
        "",
        f"{ES_PAGE}:2 error The translated page does not show the activities",
    ),
    "page with other boxes": (
        ES_PAGE,
        "::: words",
        "::: tip",
        f"{ES_PAGE}:2 warning The translated page has other boxes",
    ),
    "page lost a picture": (
        ES_PAGE,
        "![Un búho en una rama](media/owl.svg)",
        "",
        f"{ES_PAGE}:2 warning The translation has lost media/owl.svg.",
    ),
    "stale page": (
        ES_PAGE,
        "title: El comienzo",
        "title: El comienzo\nsource: 00000000",
        f"{ES_PAGE}:3 warning The original page has changed",
    ),
    "html": (ES_ITEMS, "Un búho", "Un <b>búho</b>", f"{ES_ITEMS}:6 error HTML is not allowed: <b>"),
    "translated twice": (
        "modules/tiny/i18n/es/items.yaml",
        "# Notas",
        "tiny-first: {prompt: Hola}\n# Notas",
        f"{ES_ITEMS}:3 error “tiny-first” stands here twice.",
    ),
    "placeholder": (
        ITEMS,
        "prompt: Who made it?",
        "prompt: Who made {name}?",
        f"{ES_ITEMS}:3 warning The translation has lost {{name}}.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_problem_of_a_translation_is_reported_at_its_line(spanish, name):
    file, old, new, expected = CASES[name]

    spanish.replace(file, old, new)

    assert any(line.startswith(expected) for line in spanish.lines()), spanish.lines()


def test_page_not_translated_is_noted(spanish):
    spanish.write("modules/tiny/pages/more.md", "---\ntitle: More\n---\nMore owls.\n")
    spanish.replace("modules/tiny/module.yaml", "  - page: start\n", "  - page: start\n  - page: more\n")

    assert "modules/tiny/pages/more.md:2 warning The page “more” is not translated (es)." in spanish.lines()


def test_fingerprint_ignores_spacing_and_nothing_else():
    assert source_hash("Who made\n  it?") == source_hash("Who made it?")
    assert source_hash("Who made it?") != source_hash("Who made it!")
    assert len(source_hash("")) == 8


def test_stamping_keeps_comments_texts_and_order(spanish):
    stamp(spanish)

    text = spanish.read(ES_ITEMS)
    assert text.startswith("# Notas de la traductora\ntiny-first:\n")
    assert f"  prompt: {{source: {source_hash('Who made it?')}, text: ¿Quién lo hizo?}}\n" in text
    assert list(YAML().load(text)["tiny-first"]) == list(YAML().load(SPANISH_ITEMS)["tiny-first"])
    assert spanish.load().get_item("tiny-first", "es").spec.prompt == "¿Quién lo hizo?"
    assert spanish.lines() == []


def test_stamping_twice_changes_nothing(spanish):
    first = stamp(spanish)
    after = [spanish.read(name) for name in (ES_ITEMS, ES_MODULE, ES_PAGE)]

    second = stamp(spanish)

    assert len(first) == 3
    assert second == {}
    assert [spanish.read(name) for name in (ES_ITEMS, ES_MODULE, ES_PAGE)] == after


def test_change_of_the_original_shows_after_stamping(spanish):
    stamp(spanish)
    spanish.replace(ITEMS, "prompt: Who made it?", "prompt: Who wrote it?")
    spanish.replace(PAGE, "Look at this owl.", "See this owl.")

    messages = spanish.lines()

    assert any(
        line.startswith(f"{ES_ITEMS}:3 warning The original of “prompt” has changed") for line in messages
    )
    assert any(line.startswith(f"{ES_PAGE}:3 warning The original page has changed") for line in messages)


def test_stale_translation_is_stamped_only_when_renewed(spanish):
    stamp(spanish)
    spanish.replace(ITEMS, "prompt: Who made it?", "prompt: Who wrote it?")
    stamp(spanish)
    assert any("has changed" in line for line in spanish.lines())

    stamp(spanish, renew=True)

    assert spanish.lines() == []


def test_stamping_can_be_narrowed_to_paths(spanish):
    stamped = stamp(spanish, paths=[spanish.root / ES_PAGE])

    assert list(stamped) == [spanish.root / ES_PAGE]


def test_long_text_is_stamped_as_a_block(spanish):
    spanish.replace(
        ES_ITEMS, "  prompt: ¿Quién lo hizo?\n", "  prompt: |\n    ¿Quién lo hizo?\n    Mira bien.\n"
    )

    stamp(spanish)

    assert spanish.load().get_item("tiny-first", "es").spec.prompt == "¿Quién lo hizo?\nMira bien.\n"


def test_every_path_a_slot_has_may_be_translated(tree):
    item = tree.load().get_item("tiny-first")

    assert {slot.path for slot in list_slots(item.spec)} == {
        *("prompt", "options.lee.text", "options.lee.feedback", "options.owl.text", "options.owl.feedback"),
        *("hints", "feedback.correct", "feedback.incorrect"),
    }
    assert "hints.0" in list_paths(item.spec)
    assert apply_overlay(item, {}, "es") is None


SPANISH_ITEMS = """\
tiny-first:
  prompt: a
  options.lee.text: a
  options.lee.feedback: a
  options.owl.text: a
  options.owl.feedback: a
  hints.0: a
  feedback.correct: a
  feedback.incorrect: a
"""
