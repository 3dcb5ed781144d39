"""What the page for authors shows can be written so: its examples are read as files would be."""

import pytest
from doc_pages import ROOT, fences

from lti_tool.content.items import Defaults, read_items
from lti_tool.content.model import BankHead, Envelope, ModuleHead, QuizHead
from lti_tool.content.overlay import Translated, find_stale, list_paths, list_slots
from lti_tool.content.pages import BOXES, read_blocks
from lti_tool.content.problems import Problems
from lti_tool.content.shelf import Shelf
from lti_tool.content.source import read_page, read_yaml
from lti_tool.content.validation import validate

PAGE = ROOT / "docs" / "authoring.md"
MODULE, ITEMS, QUIZ, BANK, OVERLAY = (
    "goals:",
    "- id: ltp-who-runs-it",
    "# quizzes/leave-the-page.yaml",
    "# quizzes/banks/",
    "options.company.text:",
)
DEFAULTS = Defaults(grades=(6, 8), tries=3, language="en")


@pytest.fixture
def problems():
    found = Problems()
    yield found
    assert not [problem.render(ROOT) for problem in found]


def read_example(mark, folder, problems):
    """The one example that holds the mark, read from a file."""
    (text,) = [code for code in fences(PAGE, "yaml") if mark in code and ("- id" in code or mark != ITEMS)]
    (folder / "example.yaml").write_text(text)
    return read_yaml(folder / "example.yaml", problems)


@pytest.mark.parametrize(("mark", "head"), [(MODULE, ModuleHead), (QUIZ, QuizHead), (BANK, BankHead)])
def test_head_of_a_file_is_valid(tmp_path, problems, mark, head):
    document = read_example(mark, tmp_path, problems)
    fields = {name: value for name, value in document.data.items() if head is not BankHead or name != "items"}

    assert validate(head, fields, document, (), problems)


def test_items_are_valid_and_show_several_kinds(tmp_path, problems):
    document = read_example(ITEMS, tmp_path, problems)

    items = read_items(document.data, document, (), DEFAULTS, Shelf(problems=problems))

    assert len({item.kind for item in items.values()}) >= 4
    assert len(items) == len(document.data)


def test_questions_of_the_bank_are_valid(tmp_path, problems):
    document = read_example(BANK, tmp_path, problems)

    assert read_items(document.data["items"], document, ("items",), DEFAULTS, Shelf(problems=problems))


def test_page_is_read_whole(tmp_path, problems):
    (text,) = fences(PAGE, "markdown")
    file = tmp_path / "start.md"
    file.write_text(text)
    source = read_page(file, problems)

    blocks = read_blocks(source.body, file, problems, source.body_line)

    assert {block.type for block in blocks} == {"text", "box", "item"}


def test_translated_strings_exist_and_the_fingerprint_is_theirs(tmp_path, problems):
    document = read_example(ITEMS, tmp_path, problems)
    items = read_items(document.data, document, (), DEFAULTS, Shelf(problems=problems))
    overlay = read_example(OVERLAY, tmp_path, problems).data
    (item_id,) = overlay
    spec = items[item_id].spec
    prompt = overlay[item_id]["prompt"]

    assert overlay[item_id].keys() <= list_paths(spec)
    assert not find_stale(
        list_slots(spec), {"prompt": Translated(text=prompt["text"], source=prompt["source"])}
    )


def test_every_field_box_and_overlaid_string_is_named():
    text = PAGE.read_text()

    for name in [*Envelope.model_fields, *BOXES, "stimulus", "hints", "feedback", "credits"]:
        assert f"`{name}`" in text
