"""The methods of levels in words: a name and a sentence for each, for teachers and specialists."""

from __future__ import annotations

from lti_tool.mastery.classic import Method
from lti_tool.mastery.methods import ENGINE, Choice
from lti_tool.web.i18n import gettext as _


def method_name(method: str) -> str:
    names = {
        ENGINE: _("Mastery engine"),
        Method.DECAYING_AVERAGE: _("Decaying average"),
        Method.WEIGHTED_AVERAGE: _("Weighted average"),
        Method.N_MASTERY: _("Number of times"),
        Method.HIGHEST: _("Highest score"),
        Method.LATEST: _("Latest score"),
        Method.AVERAGE: _("Average"),
    }
    return names[method]


def method_sentence(method: str) -> str:
    sentences = {
        ENGINE: _(
            "Works out from every answer how likely it is that the student has mastered the skill. It knows how hard each question is, that right answers can be guessed, and how sure it may be."
        ),
        Method.DECAYING_AVERAGE: _(
            "Each new result pulls the score towards itself by its share; older results fade. Canvas offers 65 %, Schoology 75 %."
        ),
        Method.WEIGHTED_AVERAGE: _(
            "The newest result counts for its share, the average of all earlier ones for the rest. Canvas’s older rule, with 65 %."
        ),
        Method.N_MASTERY: _(
            "The skill is proficient once so many results reach the line; the score is their average."
        ),
        Method.HIGHEST: _("The best result so far is the score. It can only rise."),
        Method.LATEST: _("The newest result is the score, whatever came before."),
        Method.AVERAGE: _("The plain average of all results, old and new alike."),
    }
    return sentences[method]


def choice_name(choice: Choice) -> str:
    """A method with its number."""
    name = method_name(choice.method)
    if choice.method == Method.N_MASTERY:
        return _("%(name)s (%(n)s)", name=name, n=choice.number)
    return _("%(name)s (newest result %(n)s %%)", name=name, n=choice.number) if choice.number else name
