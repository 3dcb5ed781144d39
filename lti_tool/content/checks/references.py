"""Whatever a file names must exist, and whatever exists should be named somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from lti_tool.content.library import Library
from lti_tool.content.model import ItemBlock, Module, Page, Quiz
from lti_tool.content.problems import Place, Problems
from lti_tool.content.validation import suggest


def check_references(library: Library, problems: Problems) -> None:
    for module in library.modules.values():
        check_sequence(library, module, problems)
        check_module_skills(library, module, problems)
        check_activities(library, module, problems)
        note_unused(library, module, problems)
    for quiz in library.quizzes.values():
        check_quiz_references(library, quiz, problems)
    check_item_skills(library, problems)
    note_unused_banks(library, problems)


def names_of(library: Library, prefix: str) -> list[str]:
    """The names met under a prefix such as page/leave-the-page/, those of broken things included."""
    return [key.removeprefix(prefix) for key in library.origins if key.startswith(prefix)]


def refuse_unknown(
    library: Library, prefix: str, name: str, noun: str, place: Place, problems: Problems
) -> bool:
    """Notes a reference to nothing; True when it did."""
    if prefix + name in library.origins:
        return False
    problems.error(place, f"There is no {noun} “{name}”.", suggest(name, names_of(library, prefix), noun))
    return True


def check_sequence(library: Library, module: Module, problems: Problems) -> None:
    key = f"module/{module.id}"
    met: set[str] = set()
    for index, step in enumerate(module.sequence):
        place = library.place(key, "sequence", index)
        if step.page:
            refuse_unknown(library, f"page/{module.id}/", step.page, "page", place, problems)
            if step.page in met:
                problems.error(place, f"The page “{step.page}” comes twice.", "Leave one of the two.")
            met.add(step.page)
        elif step.quiz:
            refuse_unknown(library, "quiz/", step.quiz, "quiz", place, problems)
            if index < len(module.sequence) - 1:
                problems.error(
                    place, "The quiz is not the last entry.", "A lesson has one quiz, and it comes last."
                )
    if not met:
        problems.error(
            library.place(key, "sequence"), "The lesson has no page.", "Write at least one `- page: …`."
        )
    if module.weights and module.weights.quiz and not module.quiz_id:
        hint = "Add `- quiz: …` to the sequence, or take the weights away."
        problems.error(library.place(key, "weights"), "The weights count a quiz, but there is none.", hint)


def check_module_skills(library: Library, module: Module, problems: Problems) -> None:
    for index, skill in enumerate(module.skills):
        place = library.place(f"module/{module.id}", "skills", index)
        refuse_unknown(library, "skill/", skill, "skill", place, problems)


def check_item_skills(library: Library, problems: Problems) -> None:
    for item in library.list_items():
        refuse_unknown(
            library, "skill/", item.skill, "skill", library.place(f"item/{item.id}", "skill"), problems
        )


def list_marks(library: Library, module: Module) -> Iterator[tuple[Page, ItemBlock, Place]]:
    """Every place of an activity on the module's pages."""
    for page in module.pages:
        file = library.place(f"page/{module.id}/{page.id}").file
        for block in page.blocks:
            if isinstance(block, ItemBlock):
                yield page, block, Place(file=file, line=block.line)


def check_activities(library: Library, module: Module, problems: Problems) -> None:
    met: dict[str, str] = {}
    for page, block, place in list_marks(library, module):
        if refuse_unknown(library, "item/", block.item_id, "item", place, problems):
            continue
        if block.item_id in met:
            hint = f"It is on page “{met[block.item_id]}” already: write another item."
            problems.error(place, f"The activity “{block.item_id}” is shown twice.", hint)
        met.setdefault(block.item_id, page.id)
        item = library.find_item(block.item_id)
        if item and item.id not in module.items:
            problems.error(
                place,
                f"The item “{item.id}” belongs to another module or a bank.",
                "Write one for this module.",
            )
        elif item and not item.is_served:
            problems.warn(place, f"The activity “{item.id}” is {item.status}, so students do not see it.", "")


def note_unused(library: Library, module: Module, problems: Problems) -> None:
    for page_id in names_of(library, f"page/{module.id}/"):
        if page_id not in module.page_ids:
            place = library.place(f"page/{module.id}/{page_id}")
            problems.warn(
                place,
                f"The page “{page_id}” is not in the sequence.",
                "Add it to module.yaml, or delete the file.",
            )
    shown = {item_id for page in module.pages for item_id in page.item_ids}
    for item in module.items.values() if module.is_whole else ():
        if item.is_served and item.id not in shown:
            hint = f"Put [[item:{item.id}]] on a page, or give it `status: draft`."
            problems.warn(library.place(f"item/{item.id}"), f"The activity “{item.id}” is on no page.", hint)


def check_quiz_references(library: Library, quiz: Quiz, problems: Problems) -> None:
    key = f"quiz/{quiz.id}"
    for index, line in enumerate(quiz.lines):
        steps = quiz.steps_of("draw", index)
        refuse_unknown(library, "bank/", line.bank, "bank", library.place(key, *steps, "bank"), problems)
        if line.skill:
            refuse_unknown(
                library, "skill/", line.skill, "skill", library.place(key, *steps, "skill"), problems
            )
    in_banks = {item_id: item for bank in library.banks.values() for item_id, item in bank.items.items()}
    for index, item_id in enumerate(quiz.fixed):
        place = library.place(key, *quiz.steps_of("items", index))
        if refuse_unknown(library, "item/", item_id, "item", place, problems):
            continue
        item = in_banks.get(item_id)
        if item and not item.is_served:
            problems.error(place, f"The question “{item_id}” is {item.status}, so it cannot be asked.", "")
        elif library.find_item(item_id) and not item:
            problems.error(
                place, f"“{item_id}” is an activity of a module.", "A quiz asks questions from banks."
            )


def note_unused_banks(library: Library, problems: Problems) -> None:
    fixed = {item_id for quiz in library.quizzes.values() for item_id in quiz.fixed}
    drawn = {line.bank for quiz in library.quizzes.values() for line in quiz.lines}
    for bank in library.banks.values():
        if bank.id not in drawn and not fixed & set(bank.items):
            problems.warn(library.place(f"bank/{bank.id}"), f"No quiz draws from the bank “{bank.id}”.", "")
