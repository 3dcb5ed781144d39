"""Banks as authors of InfoLit write them: read like any other file, with their pictures, and never with a file of the server."""

import pytest
from test_interchange_safety import SVG, plan, zipped

from lti_tool.errors import PackageError
from lti_tool.interchange.reading import import_questions, title_of

ITEM = """
  - id: one
    kind: choice
    skill: find-the-maker
    prompt: {prompt}
    options:
      - {{id: a, key: true, text: "Yes"}}
      - {{id: b, text: "No"}}
    feedback: {{correct: "Right.", incorrect: "Look again."}}
"""
HEAD = "schema: 1\nid: mine\ntitle: My own bank\nlanguage: en\ngrades: [6, 8]\nitems:"


def bank(*items):
    return (HEAD + "".join(items)).encode()


def read(raw, name="mine.yaml"):
    return import_questions(raw, name, plan())


def test_a_bank_in_yaml_is_read_with_its_skill_and_keys():
    raw = bank(ITEM.format(prompt="Who made this?"))

    found = read(raw)

    (item,) = found.items
    assert found.lines[0].outcome == "taken" and title_of(raw, "mine.yaml") == "My own bank"
    assert (item.spec.prompt, [option.key for option in item.spec.options]) == (
        "Who made this?",
        [True, False],
    )
    assert item.id != "one", "ids are the bank's that it goes to"


def test_pictures_come_along_from_a_zip():
    raw = bank(ITEM.format(prompt='"![A tree](media/tree.svg) What is it?"'))

    found = read(zipped({"quizzes/banks/mine.yaml": raw, "quizzes/media/tree.svg": SVG}), "mine.zip")

    (name,) = found.media
    assert found.media[name] == SVG and f"media/{name}" in found.items[0].spec.prompt


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (ITEM.format(prompt='"![A tree](media/tree.svg) What?"'), "is not in the ZIP"),
        (ITEM.replace("choice", "quantum").format(prompt="What?"), "There is no kind of item “quantum”."),
        (
            "\n  - {id: lab, kind: search_lab, skill: find-the-maker, prompt: Find, catalogue: catalogue.yaml}\n",
            "reads a file beside its bank",
        ),
        (
            "\n  - {id: lab, kind: search_lab, skill: find-the-maker, prompt: Find, catalogue: ../../../etc/x.yaml}\n",
            "reads a file beside its bank",
        ),
        ("\n  - just words\n", "There is no kind of item"),
    ],
)
def test_a_question_that_cannot_be_taken_is_refused_alone(item, words):
    found = read(bank(ITEM.format(prompt="Good?"), item))

    assert [line.outcome for line in found.lines] == ["taken", "refused"]
    assert words in found.lines[1].notes[0]


@pytest.mark.proves("interchange-safe")
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"items: [", "Line 1 of mine.yaml"),
        (b"title: nothing else\n", "has no list of `items`"),
        (b"- a\n- b\n", "has no list of `items`"),
        (b"a: &x [1]\nitems: *x\n", "Line"),
        (b"items: \xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_that_is_no_bank_is_refused_with_a_sentence(raw, words):
    with pytest.raises(PackageError) as refused:
        read(raw)

    assert words in refused.value.message
