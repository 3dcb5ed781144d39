"""Every command line that a page shows can be typed."""

import re
import shlex

import click
import pytest
from doc_pages import PAGES, ROOT, code_lines, inline_code, name_of

from lti_tool.cli import infolit

CALL = re.compile(r"(?<!-u )(?:^|(?<=\s)|(?<=bin/))infolit (?P<words>[a-z\-][^#'`]*)")
EXAMPLES = [(page, line) for page in PAGES for line in code_lines(page) if CALL.search(line)]
MENTIONS = [(page, code) for page in PAGES for code in inline_code(page) if CALL.match(code)]
PLACEHOLDERS = {"…", "[OPTIONS]"}


def words_of(line):
    return shlex.split(CALL.search(line)["words"].partition(" | ")[0])


def find_command(words):
    """The command that the first words name, and the rest."""
    command = infolit
    while words and isinstance(command, click.Group) and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    return command, words


def is_shape(line):
    """A line that shows how a command is written, not one to type."""
    return any(mark in line for mark in ("[OPTIONS]", "[PATHS]")) or not line.startswith(
        ("$", ".venv", "sudo", "ExecStart")
    )


@pytest.mark.parametrize(("page", "line"), [each for each in EXAMPLES if not is_shape(each[1])], ids=str)
def test_example_is_understood(monkeypatch, page, line):
    monkeypatch.chdir(ROOT)
    command, words = find_command(words_of(line))

    command.make_context("infolit", list(words))  # raises what a person would be told


@pytest.mark.parametrize(
    ("page", "line"), [*MENTIONS, *filter(lambda each: is_shape(each[1]), EXAMPLES)], ids=str
)
def test_named_command_and_its_options_exist(page, line):
    command, words = find_command([word for word in words_of(line) if word not in PLACEHOLDERS])

    known = {
        option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]
    }
    options = {word.partition("=")[0] for word in words if word.startswith("-")}
    assert options <= known | {"--help", "-h"}
    assert command is not infolit or options
    assert not isinstance(command, click.Group) or not [word for word in words if not word.startswith("-")]


def test_there_are_examples_to_check():
    assert len(EXAMPLES) > 20 and len(MENTIONS) > 10


def test_page_names_reach_the_reader():
    assert {name_of(page) for page, _ in EXAMPLES} >= {
        "docs/administrators.md",
        "docs/authoring.md",
        "docs/commands.md",
    }
