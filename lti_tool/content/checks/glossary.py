"""The words a lesson explains: each has one entry, each entry is marked on some page, and no page marks a word that is not there."""

from __future__ import annotations

from lti_tool.content.library import Library
from lti_tool.content.model import WORD_LINK, Module
from lti_tool.content.problems import Problems
from lti_tool.content.prose import page_prose
from lti_tool.content.validation import suggest


def check_glossary(library: Library, problems: Problems) -> None:
    for module in library.modules.values():
        marked = check_marks(library, module, problems)
        check_entries(library, module, marked, problems)


def check_marks(library: Library, module: Module, problems: Problems) -> set[str]:
    """Gives the words that are marked somewhere, on original or translated pages."""
    names = [term.id for term in module.glossary]
    marked: set[str] = set()
    for prose in page_prose(library, module):
        for index, line in enumerate(prose.markdown.split("\n")):
            for name in WORD_LINK.findall(line):
                marked.add(name)
                if name not in names:
                    hint = (
                        suggest(name, names, "word") if names else "Write it into `glossary` in module.yaml."
                    )
                    problems.error(prose.at(index), f"The glossary has no word “{name}”.", hint)
    return marked


def check_entries(library: Library, module: Module, marked: set[str], problems: Problems) -> None:
    met: set[str] = set()
    for index, term in enumerate(module.glossary):
        place = library.place(f"module/{module.id}", "glossary", index)
        if term.id in met:
            problems.error(place, f"The word “{term.id}” comes twice.", "Leave one of the two.")
        elif term.id not in marked:
            problems.warn(
                place,
                f"No page marks the word “{term.id}”.",
                f"Write [{term.term}](word:{term.id}) on a page.",
            )
        met.add(term.id)
