"""What is checked once everything is read: each module one theme, each check a function of library and problems."""

from __future__ import annotations

from lti_tool.content.checks.coverage import check_coverage
from lti_tool.content.checks.glossary import check_glossary
from lti_tool.content.checks.pictures import check_pictures
from lti_tool.content.checks.questions import check_banks, check_quizzes
from lti_tool.content.checks.reading import check_reading
from lti_tool.content.checks.references import check_references
from lti_tool.content.checks.timing import check_minutes
from lti_tool.content.checks.translations import check_translations
from lti_tool.content.checks.writing import check_writing
from lti_tool.content.library import Library
from lti_tool.content.problems import Problems

CHECKS = (
    check_references,
    check_writing,
    check_glossary,
    check_pictures,
    check_quizzes,
    check_banks,
    check_translations,
)
ADVICE = (check_coverage, check_minutes, check_reading)
"""Checks that only warn: for authors, and of no use at a server's start."""


def run_checks(library: Library, problems: Problems, *, with_advice: bool) -> None:
    for check in (*CHECKS, *ADVICE) if with_advice else CHECKS:
        check(library, problems)
