"""Whether questions treat groups of students alike, in words: for the specialist, and never about small groups."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lti_tool.reports.questions.fairness import Difference, mantel_haenszel
from lti_tool.reports.questions.judging import FAIRNESS_FIRM
from lti_tool.reports.questions.reading import Groups
from lti_tool.web.i18n import LOCALES, gettext
from lti_tool.web.question_views import QuestionView


@dataclass(frozen=True, kw_only=True)
class FairnessLine:
    """One question and one group beside all others."""

    question: QuestionView
    group: str
    n: int
    """Students of the group."""
    difference: Difference
    is_firm: bool

    @property
    def sentence(self) -> str:
        """What to do about it; empty where there is nothing to do."""
        if self.difference.ets_class == "A":
            return ""
        harder = gettext(
            "Question %(n)s is harder for “%(group)s” than for others who do equally well on the rest; read it with them in mind."
        )
        easier = gettext(
            "Question %(n)s is easier for “%(group)s” than for others who do equally well on the rest; was it taught there?"
        )
        pattern = harder if self.difference.delta < 0 else easier
        return pattern % {"n": self.question.number, "group": self.group}


def fairness_lines(
    groups: Sequence[Groups], questions: Sequence[QuestionView], names: Mapping[object, str]
) -> list[FairnessLine]:
    """Every question with at least two groups large enough, the largest differences first."""
    by_key = {(each.item.id, each.item_version): each for each in questions}
    found = []
    for each in groups:
        question = by_key.get((each.item_id, each.item_version))
        for name, n in each.counts.items() if question is not None and len(each.counts) > 1 else ():
            difference = mantel_haenszel(each.strata(name))
            if difference is not None and question is not None:
                others = sum(each.counts.values()) - n
                found.append(
                    FairnessLine(
                        question=question,
                        group=group_name(name, names),
                        n=n,
                        difference=difference,
                        is_firm=min(n, others) >= FAIRNESS_FIRM,
                    )
                )
    return sorted(found, key=lambda line: (-ord(line.difference.ets_class), -abs(line.difference.delta)))


def group_name(group: object, schools: Mapping[object, str]) -> str:
    """A school's name, a grade, or a language's own name."""
    if isinstance(group, uuid.UUID):
        return schools.get(group, gettext("another school"))
    if isinstance(group, int):
        return gettext("Grade %(grade)s", grade=group or "K")
    return LOCALES.get(str(group), str(group))
