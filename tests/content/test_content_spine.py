"""The spine of skills: what has no question yet, and how it lies to published standards."""

import pytest
from click.testing import CliRunner
from content_tree import question

from lti_tool.content.commands import content_commands
from lti_tool.content.folder import load_library
from lti_tool.content.library import find_content
from lti_tool.content.model import BANDS
from lti_tool.content.snapshot import snapshot_quiz
from lti_tool.content.spine import bare_grades

PROGRESSION = (
    "  - {id: find-the-maker, progression: {k2: Points to the name., g35: Finds who made it.}, strand"
)
CROSSWALK = """\
schema: 1
reviewer: A librarian
reviewed: 2026-11-26
frameworks:
  - {id: aasl, title: AASL, link: "https://standards.aasl.org/"}
skills:
  find-the-maker: {exact: {aasl: [IV.B.3]}, partial: {aasl: [VI.A.3]}}
  check-the-date: {}
"""


@pytest.fixture
def taught(tree):
    tree.replace("modules/skills.yaml", "  - {id: find-the-maker, strand", PROGRESSION)
    return tree


@pytest.fixture
def laid(tree):
    tree.write("modules/crosswalk.yaml", CROSSWALK)
    return tree


def check(tree):
    return CliRunner().invoke(content_commands, ["check", "--content", str(tree.root)]).output


def test_grades_without_a_question_are_named(taught):
    assert "find-the-maker: K–2\n" in check(taught)


def test_question_for_those_grades_fills_them(taught):
    bank = taught.quizzes / "banks/tiny.yaml"
    bank.write_text(bank.read_text() + question("tiny-young") + "    grades: [0, 2]\n")

    assert list(bare_grades(taught.load())) == []


def test_retired_question_fills_nothing(taught):
    bank = taught.quizzes / "banks/tiny.yaml"
    bank.write_text(bank.read_text() + question("tiny-old", status="retired") + "    grades: [0, 2]\n")

    assert [grades for _, grades in bare_grades(taught.load())] == [[0, 1, 2]]


def test_progression_makes_no_new_edition_of_a_quiz(tree):
    before = snapshot_quiz(tree.load(), "tiny").hash
    tree.replace("modules/skills.yaml", "  - {id: find-the-maker, strand", PROGRESSION)

    assert snapshot_quiz(tree.load(), "tiny").hash == before


def test_codes_are_given_with_their_strength(laid):
    found = laid.load().crosswalk.alignments("find-the-maker")

    assert [(each.framework, each.code, each.strength) for each in found] == [
        ("aasl", "IV.B.3", "exact"),
        ("aasl", "VI.A.3", "partial"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  check-the-date: {}", "  check-the-dat: {}", "There is no skill “check-the-dat”."),
        ("exact: {aasl", "exact: {asl", "There is no framework “asl”."),
        ("[VI.A.3]", "[IV.B.3]", "aasl IV.B.3 is both exact and partial."),
        ("https://standards", "http://standards", "crosswalk.yaml:5: error"),
        ("  check-the-date: {}\n", "", "warning: The skill “check-the-date” is not laid to any standard."),
    ],
)
def test_what_leads_nowhere_is_named_with_its_place(laid, old, new, said):
    laid.replace("modules/crosswalk.yaml", old, new)

    assert said in check(laid)


def test_shipped_spine_is_whole_and_laid_to_standards():
    modules, quizzes = find_content(None)
    library = load_library(modules, quizzes=quizzes)

    assert len(library.skills) >= 30
    assert {band for skill in library.skills.values() for band in skill.bands()} == set(BANDS)
    assert all(skill.bands() for skill in library.skills.values())
    assert all(list(library.crosswalk.alignments(skill_id)) for skill_id in library.skills)
