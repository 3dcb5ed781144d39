"""The two ways to open a content folder: to use it, or to hear everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from lti_tool.content.checks import run_checks
from lti_tool.content.crosswalk_file import read_crosswalk
from lti_tool.content.library import Library
from lti_tool.content.loading import read_folders
from lti_tool.content.problems import Problem, Problems, list_errors
from lti_tool.content.translations import read_translations
from lti_tool.errors import ContentError


def load_library(root: Path, *, quizzes: Path) -> Library:
    """The library, or a ContentError with the problems in its data. Warnings do not keep it from being used."""
    library, problems = inspect_library(root, quizzes=quizzes, with_advice=False)
    errors = list_errors(problems)
    if errors:
        raise ContentError(problems=errors)
    return library


def check_library(root: Path, *, quizzes: Path) -> list[Problem]:
    """Every problem at once, by file and line."""
    return inspect_library(root, quizzes=quizzes, with_advice=True)[1]


def inspect_library(root: Path, *, quizzes: Path, with_advice: bool = True) -> tuple[Library, list[Problem]]:
    """What could be read, with its problems."""
    problems = Problems()
    shelf = read_folders(root, quizzes, problems)
    read_translations(root, quizzes, shelf)
    shelf.crosswalk = read_crosswalk(root / "crosswalk.yaml", shelf.skills, problems)
    library = shelf.close()
    run_checks(library, problems, with_advice=with_advice)
    return library, list(problems)
