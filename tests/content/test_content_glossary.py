"""Explained words: what an author can get wrong, how they are frozen in each language, and what becomes of them on a page."""

import pytest

from lti_tool.content.markdown import render_block, render_inline
from lti_tool.content.snapshot import load_snapshot, snapshot_module

MODULE, PAGE, ES_PAGE = (
    "modules/tiny/module.yaml",
    "modules/tiny/pages/start.md",
    "modules/tiny/i18n/es/pages/start.md",
)
GLOSSARY = "glossary:\n  - {id: owl, term: owl, meaning: A bird of the night.}\nweights:"
ES_GLOSSARY = "glossary.owl.term: búho\nglossary.owl.meaning: Un ave de la noche.\n"


@pytest.fixture
def tree(tree):
    tree.replace(MODULE, "weights:", GLOSSARY)
    tree.replace(PAGE, "this owl", "this [owl](word:owl)")
    return tree


def test_word_with_an_entry_is_no_problem(tree):
    assert tree.lines() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (PAGE, "(word:owl)", "(word:owls)", f"{PAGE}:5 error The glossary has no word “owls”."),
        (PAGE, "[owl](word:owl)", "owl", f"{MODULE}:16 warning No page marks the word “owl”."),
        (
            MODULE,
            "weights:",
            "  - {id: owl, term: owl, meaning: Twice.}\nweights:",
            f"{MODULE}:17 error The word “owl” comes twice.",
        ),
        (
            "modules/tiny/items/start.yaml",
            "prompt: Who",
            "prompt: '[Who](word:owl)",
            "modules/tiny/items/start.yaml:4 error A word of the glossary is marked outside of a page.",
        ),
    ],
)
def test_each_mistake_is_reported_at_its_line(tree, file, old, new, told):
    tree.replace(file, old, new)
    if "prompt" in old:
        tree.replace(file, "made it?", "made it?'")

    assert told in tree.lines()


def test_glossary_is_frozen_in_each_language(tree):
    tree.add_spanish()
    tree.write(
        "modules/tiny/i18n/es/module.yaml", tree.read("modules/tiny/i18n/es/module.yaml") + ES_GLOSSARY
    )
    tree.replace(ES_PAGE, "este búho", "este [búho](word:owl)")
    assert tree.lines() == []

    snapshot = load_snapshot(snapshot_module(tree.load(), "tiny").document)

    assert snapshot.glossary("es")["owl"].meaning == "Un ave de la noche."
    assert snapshot.glossary("en")["owl"].term == "owl"
    assert snapshot.page("start", "es").word_ids == ("owl",)


def test_word_is_a_button_only_where_the_page_has_its_card():
    text = "An [owl](word:owl) and a [crow](word:crow)."

    html = render_block(text, words={"owl"})

    assert '<button type="button" popovertarget="word-owl" class="word">owl</button>' in html
    assert "<span>crow</span>" in html
    assert "button" not in render_inline(text)
    assert "word:" not in html + render_inline(text)


def test_long_page_for_beginners_is_noted(tree):
    tree.replace(MODULE, "grades: [3, 5]", "grades: [0, 2]")
    tree.replace(PAGE, "this [owl](word:owl)", "this [owl](word:owl)" + " and one more owl" * 20)

    assert any("This page has 9" in line or "many for grade 2" in line for line in tree.lines())
