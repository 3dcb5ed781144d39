"""The analysis of questions in words: what a page shows of each item, and the sentences that come before every table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lti_tool.content.library import Library
from lti_tool.content.model import Item
from lti_tool.content.snapshot import Snapshot
from lti_tool.content.store import get_snapshot
from lti_tool.interactions import get_kind, options_of
from lti_tool.interactions.contract import AnswerOption
from lti_tool.player.responses import item_version
from lti_tool.reports.questions.judging import FIRM, Certainty, Finding, Found, certainty, judge
from lti_tool.reports.questions.options import OptionUse, option_use, upper_lower
from lti_tool.reports.questions.reading import ItemFigures, PartFigures
from lti_tool.web.i18n import gettext, percent

SATISFACTORY, POOR = 0.75, 0.64
"""Moodle's bands for the consistency of a quiz."""


@dataclass(frozen=True, kw_only=True)
class OptionLine:
    """One option in an item's table; `letter` as in the order its author wrote."""

    letter: str
    option: AnswerOption
    use: OptionUse


@dataclass(frozen=True, kw_only=True)
class QuestionView:
    """One version of an item. What its number of students does not bear out is None or empty."""

    number: int
    item: Item
    item_version: str
    is_current: bool
    """The item stands so in the library now."""
    n: int
    certainty: Certainty
    difficulty: float | None
    item_rest: float | None
    upper_lower: float | None
    options: tuple[OptionLine, ...]
    sentences: tuple[str, ...]

    @property
    def anchor(self) -> str:
        return f"q-{self.item.id}-{self.item_version}"


@dataclass(frozen=True, kw_only=True)
class PartView:
    """The quiz or the activities: a summary in words, then its questions."""

    part: str
    n: int
    certainty: Certainty
    summary: tuple[str, ...]
    questions: tuple[QuestionView, ...]

    @property
    def findings(self) -> list[tuple[QuestionView, str]]:
        return [(each, sentence) for each in self.questions for sentence in each.sentences]


def view_part(session: Session, library: Library, figures: PartFigures, lang: str) -> PartView:
    """Everything about one part, in the page's language; `library` tells what is asked now."""
    items = sorted(figures.items, key=lambda each: (_place(session, each), each.item_version))
    return PartView(
        part=figures.part,
        n=figures.totals.n,
        certainty=certainty(figures.totals.n),
        summary=tuple(_summary(figures)),
        questions=tuple(
            _view_item(session, library, each, lang, number=number)
            for number, each in enumerate(items, start=1)
        ),
    )


def _place(session: Session, figures: ItemFigures) -> int:
    """Where the item stands in its lesson or quiz."""
    order = asked_order(get_snapshot(session, figures.snapshot_hash))
    return order.index(figures.item_id) if figures.item_id in order else len(order)


def asked_order(snapshot: Snapshot) -> list[str]:
    """Activities in the order of the pages; questions as the quiz fixes them, then those it draws from, bank by bank."""
    quiz = snapshot.document["quiz"]
    drawn = [item_id for _, bank in sorted(quiz["banks"].items()) for item_id in bank] if quiz else []
    return list(dict.fromkeys([*snapshot.activity_ids, *(quiz["items"] if quiz else ()), *drawn]))


def _view_item(
    session: Session, library: Library, figures: ItemFigures, lang: str, *, number: int
) -> QuestionView:
    snapshot, sums = get_snapshot(session, figures.snapshot_hash), figures.sums
    item, kind = snapshot.item(figures.item_id, lang), get_kind(snapshot.item(figures.item_id).kind)
    sure = certainty(sums.n)
    options = options_of(kind, item.spec)
    uses = option_use(figures.tallies, [each.id for each in options]) if sure in ("tentative", "firm") else []
    lines = tuple(
        OptionLine(letter=chr(ord("A") + place), option=option, use=use)
        for place, (option, use) in enumerate(zip(options, uses, strict=False))
    )
    found = judge(
        sums,
        options,
        uses,
        guess=kind.guess_floor(item.spec),
        is_single=sum(each.is_key for each in options) == 1,
    )
    is_firm_enough = sure in ("tentative", "firm")
    return QuestionView(
        number=number,
        item=item,
        item_version=figures.item_version,
        is_current=_is_current(library, figures),
        n=sums.n,
        certainty=sure,
        difficulty=sums.difficulty if sure != "hidden" else None,
        item_rest=sums.item_rest if is_firm_enough else None,
        upper_lower=upper_lower(figures.tallies) if is_firm_enough else None,
        options=lines,
        sentences=tuple(_say(number, sums.difficulty, each, lines) for each in found),
    )


def _is_current(library: Library, figures: ItemFigures) -> bool:
    item = library.find_item(figures.item_id)
    return item is not None and item_version(item) == figures.item_version


def _say(number: int, difficulty: float, found: Found, lines: Sequence[OptionLine]) -> str:
    line = next((each for each in lines if found.option and each.option.id == found.option.id), None)
    values = {
        "n": number,
        "share": percent(difficulty),
        "letter": line.letter if line else "",
        "option": line.option.text if line else "",
    }
    return _pattern(found.finding) % values


def _pattern(finding: Finding) -> str:
    patterns = {
        Finding.STRONG_CHOOSE_OTHER: gettext(
            "Question %(n)s: most strong students chose %(letter)s, “%(option)s”; check the key."
        ),
        Finding.KEY_NEGATIVE: gettext(
            "Question %(n)s: students who do well on the rest do worse here; check the key and the wording."
        ),
        Finding.DISTRACTOR_BETTER: gettext(
            "Question %(n)s: %(letter)s, “%(option)s”, drew stronger students than the key did; is it right as well?"
        ),
        Finding.NEAR_GUESSING: gettext(
            "Question %(n)s: no more students are right than by guessing; teach it again, or check the wording."
        ),
        Finding.WEAK: gettext("Question %(n)s: being right here says little about knowing the rest."),
        Finding.TOO_HARD: gettext(
            "Question %(n)s: only %(share)s of the points were earned; it is very hard."
        ),
        Finding.TOO_EASY: gettext(
            "Question %(n)s: %(share)s of the points were earned; it is too easy to tell students apart."
        ),
        Finding.DEAD_DISTRACTOR: gettext(
            "Question %(n)s: hardly anybody chose %(letter)s, “%(option)s”; a more tempting wrong answer would help."
        ),
    }
    return patterns[finding]


def _summary(figures: PartFigures) -> list[str]:
    totals, sure = figures.totals, certainty(figures.totals.n)
    if sure == "hidden":
        return [
            gettext(
                "Fewer than ten students have finished this so far: too few to say anything about a question."
            )
        ]
    told = [
        gettext(
            "%(n)s students have finished a first attempt, with %(share)s of the points on average.",
            n=totals.n,
            share=percent(totals.mean),
        )
    ]
    if sure == "rough":
        return [*told, gettext("With fewer than 30 students only the share right is shown, and it is rough.")]
    if totals.n < FIRM:
        told.append(
            gettext("With fewer than 100 students all of it is tentative: a hint where to look, no proof.")
        )
    return told + _about_reliability(figures)


def _about_reliability(figures: PartFigures) -> list[str]:
    found = figures.reliability
    if found is None:
        return []
    values = {"alpha": f"{found.alpha:.2f}", "sem": round(100 * found.sem)}
    if found.alpha >= SATISFACTORY:
        text = gettext(
            "It measures consistently (reliability %(alpha)s): a score of 70 means about 70, give or take %(sem)s."
        )
    elif found.alpha >= POOR:
        text = gettext(
            "It measures fairly consistently (reliability %(alpha)s): take one score give or take %(sem)s points of 100."
        )
    else:
        text = gettext(
            "Do not judge a student by this alone (reliability %(alpha)s): one score is good to about %(sem)s points of 100 either way."
        )
    return [text % values]
