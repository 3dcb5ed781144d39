"""Quizzes must be able to draw what they promise, and a bank must not give its keys away by their length."""

from __future__ import annotations

from collections import Counter

from lti_tool.content.draw import draw_items, list_pool
from lti_tool.content.library import Library
from lti_tool.content.markdown import plain_text
from lti_tool.content.model import Bank, Item, Quiz, QuizDraw
from lti_tool.content.problems import Place, Problems, count

AMPLE = 3
"""A bank holds this many questions for each one drawn, or neighbours and second tries see the same ones."""

MOST_LONGEST_RATIO = 0.45
FEWEST_CHOICES = 8


def check_quizzes(library: Library, problems: Problems) -> None:
    for quiz in library.quizzes.values():
        if all(line.bank in library.banks for line in quiz.lines):
            check_draw(library, quiz, problems)
        check_fixed(library, quiz, problems)


def check_draw(library: Library, quiz: Quiz, problems: Problems) -> None:
    banks = {bank_id: tuple(bank.items.values()) for bank_id, bank in library.banks.items()}
    for index, line in enumerate(quiz.lines):
        place = library.place(f"quiz/{quiz.id}", *quiz.steps_of("draw", index))
        pool = list_pool(line, banks, quiz.fixed)
        if len(pool) < line.count:
            message = f"This draws {line.count}, but the bank has {len(pool)} {describe(line)}."
            problems.error(place, message, drafts_hint(library.banks[line.bank], line))
            return
        if len(pool) < AMPLE * line.count:
            message = f"This draws {line.count} of only {count(len(pool), 'question')} {describe(line)}."
            problems.warn(
                place,
                message,
                f"Write {AMPLE * line.count - len(pool)} more, so that students get different ones.",
            )
    check_together(
        quiz, banks, library.place(f"quiz/{quiz.id}", "sections" if quiz.sections else "draw"), problems
    )


def check_together(quiz: Quiz, banks: dict[str, tuple[Item, ...]], place: Place, problems: Problems) -> None:
    """Each line may be satisfied by itself and still leave too little for another."""
    drawn = len(draw_items(quiz.lines, banks, fixed=quiz.fixed))
    if drawn < quiz.question_count:
        message = (
            f"The lines draw from the same questions: together they get {drawn} of {quiz.question_count}."
        )
        problems.error(place, message, "Write more questions, or draw fewer.")


def describe(line: QuizDraw) -> str:
    parts = [
        f"on {line.skill}" if line.skill else "",
        f"that are {line.difficulty}" if line.difficulty else "",
    ]
    return " ".join(part for part in parts if part) or "in all"


def drafts_hint(bank: Bank, line: QuizDraw) -> str:
    drafts = [
        item.id
        for item in bank.items.values()
        if item.status == "draft" and line.accepts(item.model_copy(update={"status": "reviewed"}))
    ]
    if drafts:
        return f"{count(len(drafts), 'draft')} would fit: review {', '.join(drafts[:5])} and set `status: reviewed`."
    return "Write more questions, or draw fewer."


def check_fixed(library: Library, quiz: Quiz, problems: Problems) -> None:
    for item_id, times in Counter(quiz.fixed).items():
        if times > 1:
            place = library.place(f"quiz/{quiz.id}", *quiz.steps_of("items", quiz.fixed.index(item_id)))
            problems.error(place, f"The question “{item_id}” is asked {times} times.", "Leave it once.")


def check_banks(library: Library, problems: Problems) -> None:
    for bank in library.banks.values():
        choices = [item for item in bank.items.values() if item.is_served and has_one_key(item)]
        longest = [item for item in choices if is_key_longest(item)]
        if len(choices) >= FEWEST_CHOICES and len(longest) > MOST_LONGEST_RATIO * len(choices):
            message = f"In {len(longest)} of {len(choices)} questions the right option is the longest."
            hint = f"Students learn to pick the longest. Even out the options of {', '.join(item.id for item in longest[:6])}."
            problems.warn(library.place(f"bank/{bank.id}", "items"), message, hint)


def list_options(item: Item) -> list[tuple[bool, str]]:
    """Of a kind that has options: whether each is a key, and its words."""
    options = item.spec.model_dump().get("options", ())
    return [(bool(option.get("key")), plain_text(str(option.get("text", "")))) for option in options]


def has_one_key(item: Item) -> bool:
    return sum(is_key for is_key, _ in list_options(item)) == 1


def is_key_longest(item: Item) -> bool:
    options = list_options(item)
    key = next(len(text) for is_key, text in options if is_key)
    return all(len(text) < key for is_key, text in options if not is_key)
