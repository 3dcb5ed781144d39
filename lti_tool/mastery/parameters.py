"""Every number the mastery engine takes as given, with its unit and where it comes from.

"Round default" means a rounded value that was never tuned; on two public answer logs round defaults lost less than
0.011 AUC against tuned ones (0.001 on ASSISTments 2009), which is why no school has to tune anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from lti_tool.mastery.belief import check_not_negative, check_ratio


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameters:
    """Hyper-parameters of the engine; `Parameters()` is what ships.

    >>> Parameters().retry_weight
    0.3
    >>> Parameters(mastery_cut=1.2)
    Traceback (most recent call last):
    ValueError: mastery_cut must be between 0 and 1, not 1.2
    """

    student_var: float = 1.0
    """Logits². Spread of students' overall ability before any answer. Round default: the usual scale of IRT."""

    skill_var: float = 0.4
    """Logits². Spread of a student's skill around the student's overall ability. Round default."""

    shared_var: float = 1.0
    """Logits². Spread of the difficulty that all items of one skill share, when it is kept apart. Round default."""

    item_var: float = 1.0
    """Logits². Doubt about an item nobody has answered and whose author gave no difficulty. Round default."""

    tagged_item_var: float = 0.45
    """Logits². The same when the author said easy, medium or hard: such tags correlate about .75 with the truth."""

    gain: float = 0.03
    """Logits per answer. What answering and reading the feedback teaches. Round default."""

    drift: float = 0.03
    """Logits² per answer. Doubt added because learning is uneven. Round default."""

    yearly_retention: float = 0.85
    """Ratio per year by which a skill's deviation falls back towards the student's overall ability. Round default."""

    yearly_drift: float = 0.25
    """Logits² per year. Doubt added while nothing is heard. Round default; simulated summers only."""

    retry_weight: float = 0.3
    """Evidence in another try at the same item, of 1. Judgement: the feedback has been seen."""

    hint_weight: float = 0.5
    """Evidence in an answer given after a hint. Judgement."""

    practice_weight: float = 0.5
    """Evidence in untimed practice, where friends and search engines help. Judgement."""

    quiz_weight: float = 1.0
    """Evidence in a quiz: the unit."""

    grade_slope: float = 0.15
    """Logits per grade, for students and for items. TRAILS: d = .61 from grade 9 to 12, 201 students (Kovalik 2012).

    The trial gives the students' slope only. Items take the same, so that an item written for a grade is as hard for
    that grade's typical student as any other grade's item is for its own."""

    anchor_grade: float = 6.0
    """Grade whose typical student stands at 0 logits: a convention."""

    difficulty_step: float = 0.8
    """Logits from "medium" to "hard", and from "easy" to "medium". Round default."""

    min_peers: int = 30
    """Known students of a school and grade before a newcomer starts from their mean. Judgement."""

    mastery_cut: float = 0.75
    """Ratio: expected score on the skill's items, at the student's grade, that counts as mastery. Districts edit it."""

    min_answers: int = 4
    """Answers below which no level is shown. Judgement, after Schoology's minimum number of observations."""

    min_occasions: int = 2
    """Separate sittings below which no level is shown. Judgement: one good morning is not a level."""

    developing_from: float = 0.2
    """P(mastered) from which "beginning" becomes "developing". Judgement; mirrors the next."""

    proficient_from: float = 0.8
    """P(mastered) from which a student counts as proficient. Simulated: 8 % of them are not, after five answers."""

    refresh_below: float = 0.6
    """P(mastered) below which somebody once proficient is asked to refresh. Judgement; the gap stops flicker."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            check_not_negative(name, getattr(self, name))
        for name in (
            "yearly_retention",
            "mastery_cut",
            "developing_from",
            "proficient_from",
            "refresh_below",
        ):
            check_ratio(name, getattr(self, name))
        for name in (
            "student_var",
            "skill_var",
            "shared_var",
            "item_var",
            "tagged_item_var",
            "yearly_retention",
        ):
            if getattr(self, name) == 0:
                raise ValueError(f"{name} must be above 0")
        if not self.developing_from <= self.refresh_below <= self.proficient_from:
            raise ValueError("refresh_below must lie between developing_from and proficient_from")


DEFAULTS = Parameters()
