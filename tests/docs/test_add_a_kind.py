"""The kind that docs/add-a-kind.md makes from nothing is whole: it loads, and its examples score as they say."""

import re
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from lti_tool.content.overlay import list_slots
from lti_tool.content.worked_examples import heading_of
from lti_tool.interactions import full_marks_of, load_kind, respond
from lti_tool.interactions.about import About
from lti_tool.interactions.examples import Example

PAGE = (Path(__file__).parents[2] / "docs" / "add-a-kind.md").read_text("utf-8")
FILES = dict(
    re.findall(r"^`odd_one_out/([a-z_.]+)`\n\n```[a-z]+\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
)


@pytest.fixture
def kind(tmp_path, monkeypatch):
    folder = tmp_path / "taught_kinds" / "odd_one_out"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    for name, text in {**FILES, "es.po": ""}.items():
        (folder / name).write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield load_kind(folder, "taught_kinds")
    del sys.modules["taught_kinds"], sys.modules["taught_kinds.odd_one_out"]


def read(name):
    return YAML(typ="safe", pure=True).load(FILES[name])


def test_examples_of_the_page_score_as_they_say(kind):
    for example in map(Example.model_validate, read("examples.yaml")):
        spec = kind.Spec.model_validate(example.spec)
        for case in example.cases:
            score = kind.score(spec, kind.parse(spec, case.answer))
            assert (score.ratio, score.verdict, score.message) == (case.ratio, case.verdict, case.message)
        assert kind.score(spec, respond(kind, spec, full_marks_of(kind, spec))).ratio == 1
        assert kind.key_text(spec) == example.key
        assert kind.guess_floor(spec) == pytest.approx(example.guess_floor)


def test_spanish_of_the_page_is_whole(kind):
    for example in map(Example.model_validate, read("examples.yaml")):
        told = read("examples.es.yaml")[example.id]
        item = list_slots(kind.Spec.model_validate(example.spec))
        slots = [*item, *list_slots(heading_of(example))]

        assert {slot.path for slot in slots} == set(told)
        assert len(told["example_cases"]) == len(example.cases)


def test_page_shows_every_file_but_the_generated_one():
    written = {"__init__.py", "template.html", "style.css", "about.yaml", "examples.yaml", "examples.es.yaml"}
    assert set(FILES) == written
    assert About.model_validate(read("about.yaml")).name.en == "Odd one out"


def test_kinds_that_the_page_points_to_exist():
    folder = Path(__file__).parents[2] / "lti_tool" / "interactions"
    named = re.findall(
        r"`([a-z_]+)`", "".join(line.rsplit("|", 2)[1] for line in PAGE.splitlines() if line.startswith("| "))
    )

    assert named and all((folder / name).is_dir() for name in named)
