"""Reading modules/crosswalk.yaml, and naming what in it leads nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lti_tool.content.crosswalk import Crosswalk
from lti_tool.content.problems import Problems
from lti_tool.content.shelf import mapping_of
from lti_tool.content.source import Document, read_yaml
from lti_tool.content.validation import validate


def read_crosswalk(file: Path, skills: Mapping[str, object], problems: Problems) -> Crosswalk | None:
    """The crosswalk, or None where there is none or it is broken. What it names and nobody knows is a problem each."""
    document = read_yaml(file, problems) if file.is_file() else None
    fields = mapping_of(document, problems) if document else None
    if document is None or fields is None:
        return None
    crosswalk = validate(Crosswalk, fields, document, (), problems)
    if crosswalk:
        check_names(crosswalk, skills, document, problems)
    return crosswalk


def check_names(
    crosswalk: Crosswalk, skills: Mapping[str, object], document: Document, problems: Problems
) -> None:
    known = {framework.id for framework in crosswalk.frameworks}
    for skill_id, codes in crosswalk.skills.items():
        if skill_id not in skills:
            problems.error(
                document.place("skills", skill_id),
                f"There is no skill “{skill_id}”.",
                "Skills are listed in skills.yaml.",
            )
        for strength in ("exact", "partial"):
            for framework in getattr(codes, strength):
                if framework not in known:
                    problems.error(
                        document.place("skills", skill_id, strength),
                        f"There is no framework “{framework}”.",
                        "List it under `frameworks`, with title and link.",
                    )
        both = {(framework, code) for framework, found in codes.exact.items() for code in found} & {
            (framework, code) for framework, found in codes.partial.items() for code in found
        }
        for framework, code in sorted(both):
            problems.error(
                document.place("skills", skill_id),
                f"{framework} {code} is both exact and partial.",
                "Keep it in one of the two lists.",
            )
    for skill_id in sorted(set(skills) - set(crosswalk.skills)):
        problems.warn(
            document.place("skills"),
            f"The skill “{skill_id}” is not laid to any standard.",
            "Add a line for it; `{exact: {}, partial: {}}` says that none asks for it.",
        )
