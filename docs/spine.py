"""The written parts of docs/skills.md: the skills of the lessons that ship, and how they lie to standards."""

from __future__ import annotations

from functools import cache

from lti_tool.content.crosswalk import Alignment
from lti_tool.content.folder import load_library
from lti_tool.content.library import Library, find_content
from lti_tool.content.model import Skill

STRANDS = {
    "topic": "Topic and question",
    "sources": "Sources",
    "search": "Search",
    "evaluate": "Evaluate",
    "ethics": "Use with care",
}
BAND_NAMES = {"k2": "K–2", "g35": "3–5", "g68": "6–8", "g912": "9–12"}


def skills_part() -> str:
    skills = shipped_library().skills.values()
    return "\n\n".join(
        strand_section(title, [skill for skill in skills if skill.strand == strand])
        for strand, title in STRANDS.items()
    )


def strand_section(title: str, skills: list[Skill]) -> str:
    lines = [f"### {title}"]
    for skill in skills:
        lines += ["", f"**{skill.name}** (`{skill.id}`): “{skill.learner}”", ""]
        lines += [f"- {BAND_NAMES[band]}: {getattr(skill.progression, band)}" for band in skill.bands()]
    return "\n".join(lines)


def crosswalk_part() -> str:
    library = shipped_library()
    crosswalk = library.crosswalk
    if crosswalk is None:
        raise ValueError("modules/crosswalk.yaml is missing or broken.")
    titles = " | ".join(f"[{each.title}]({each.link})" for each in crosswalk.frameworks)
    lines = [f"| skill | {titles} |", "|---" * (1 + len(crosswalk.frameworks)) + "|"]
    for skill in library.skills.values():
        found = list(crosswalk.alignments(skill.id))
        cells = [
            ", ".join(shown_code(each) for each in found if each.framework == framework.id)
            for framework in crosswalk.frameworks
        ]
        lines.append(f"| {' | '.join([skill.name, *cells])} |")
    return "\n".join(lines)


def shown_code(alignment: Alignment) -> str:
    return f"**{alignment.code}**" if alignment.strength == "exact" else alignment.code


@cache
def shipped_library() -> Library:
    modules, quizzes = find_content(None)
    return load_library(modules, quizzes=quizzes)
