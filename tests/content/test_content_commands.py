"""The commands an author runs."""

import json

import pytest
from click.testing import CliRunner

from lti_tool.content.commands import content_commands
from lti_tool.content.library import find_content
from lti_tool.errors import ContentError, NotFoundError


@pytest.fixture
def run(tree):
    runner = CliRunner()
    return lambda *words: runner.invoke(content_commands, [*map(str, words)], catch_exceptions=False)


def test_check_says_what_there_is(tree, run):
    tree.add_spanish()

    result = run("check", "--content", tree.root)

    assert result.exit_code == 0
    assert result.output.startswith("No problems: 1 module, 1 quiz, 4 items, Spanish ")


def test_check_fails_on_an_error(tree, run):
    tree.replace("modules/tiny/module.yaml", "page: start", "page: strat")

    result = run("check", "--content", tree.root)

    assert result.exit_code == 1
    assert (
        "modules/tiny/module.yaml:13: error: There is no page “strat”.\n    Did you mean “start”?"
        in result.output
    )
    assert "2 problems in 2 files" in result.output


def test_warnings_alone_do_not_fail(tree, run):
    tree.replace("modules/tiny/module.yaml", "minutes: 2", "minutes: 20")

    result = run("check", "--content", tree.root)

    assert result.exit_code == 0
    assert "warning: The lesson says 20 minutes" in result.output


def test_check_can_be_narrowed_to_paths(tree, run):
    tree.replace("modules/tiny/module.yaml", "page: start", "page: strat")

    assert run("check", "--content", tree.root, tree.quizzes).exit_code == 0
    assert run("check", "--content", tree.root, tree.modules / "tiny").exit_code == 1


def test_check_for_scripts(tree, run):
    tree.replace("modules/tiny/module.yaml", "title: Tiny", "titel: Tiny")

    problems = json.loads(run("check", "--content", tree.root, "--json").output)

    assert [(problem["line"], problem["severity"]) for problem in problems] == [(1, "error"), (4, "error")]
    assert problems[1]["hint"] == "Did you mean “title”?"


def test_schema_names_the_fields_of_every_kind(tmp_path, run):
    run("schema", tmp_path / "schemas")

    bank = json.loads((tmp_path / "schemas" / "bank.schema.json").read_text())
    module = json.loads((tmp_path / "schemas" / "module.schema.json").read_text())
    assert bank["$schema"].endswith("2020-12/schema")
    assert {"choice", "order", "short_text", "sorter"} <= set(bank["$defs"])
    assert {"id", "kind", "skill", "prompt", "options", "feedback"} <= set(
        bank["$defs"]["choice"]["required"]
    )
    assert "schema" in module["required"]
    assert references(bank) <= {f"#/$defs/{name}" for name in bank["$defs"]}


def references(schema):
    if isinstance(schema, dict):
        own = {schema["$ref"]} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*(references(part) for part in schema.values()))
    return set().union(*(references(part) for part in schema)) if isinstance(schema, list) else set()


def test_stamp_says_what_it_wrote(tree, run):
    tree.add_spanish()

    assert "3 files stamped." in run("stamp", "--content", tree.root).output
    assert "Every translation has its fingerprint." in run("stamp", "--content", tree.root).output


def test_library_with_an_error_is_not_served(tree):
    tree.replace("modules/tiny/module.yaml", "page: start", "page: strat")

    with pytest.raises(ContentError) as caught:
        tree.load()

    assert [problem.message for problem in caught.value.data["problems"]] == ["There is no page “strat”."]


def test_what_is_not_there_is_not_found(tree):
    library = tree.load()

    for get in (library.get_module, library.get_quiz, library.get_item, library.get_skill):
        with pytest.raises(NotFoundError):
            get("nothing")


def test_content_folder_given_comes_before_the_one_delivered(tmp_path):
    assert find_content(tmp_path) == (tmp_path / "modules", tmp_path / "quizzes")
    assert find_content()[0].name == "modules"


def test_delivered_lessons_have_no_error(run):
    assert run("check").exit_code == 0
