"""A quiz of fixed questions, sat by simulated students through the tool's own use cases; and the same content after somebody has edited it."""

import random
import re
import shutil
from dataclasses import replace

from sqlalchemy.dialects.postgresql import insert

from lti_tool.cli.history import _base_launch, answer, launch_of
from lti_tool.content.folder import load_library
from lti_tool.content.library import find_content
from lti_tool.content.served import Shelf
from lti_tool.content.store import get_snapshot
from lti_tool.db.connect import transaction
from lti_tool.facts.people import Access
from lti_tool.flow import begin_attempt, finish
from lti_tool.people.arrive import arrive
from lti_tool.player.attempts import get_own_attempt
from lti_tool.player.tables import ResponseRow

QUIZ = "leave-the-page"
ITEMS = (
    "ltp-q-first-move",
    "ltp-q-first-minute",
    "ltp-q-which-result",
    "ltp-q-restraint",
    "ltp-q-org",
    "ltp-q-about",
    "ltp-q-stay-or-leave",
)
ODD = "ltp-q-first-move"
"""Its author's key is `stop`; the strong students of `sit` choose `reject`."""


class Content:
    """A copy of the shipped content in which the quiz asks the same questions of everybody; `edit` changes a file of it."""

    def __init__(self, folder):
        modules, quizzes = find_content(None)
        self.folder = folder
        shutil.copytree(modules, folder / "modules")
        shutil.copytree(quizzes, folder / "quizzes")
        self.edit(
            f"quizzes/{QUIZ}.yaml",
            lambda text: re.sub(r"(?ms)^draw:.*", f"items: [{', '.join(ITEMS)}]\n", text),
        )

    def edit(self, file, change):
        path = self.folder / file
        before = path.read_text()
        path.write_text(change(before))
        assert path.read_text() != before, f"nothing changed in {file}"

    def edit_bank(self, old, new):
        self.edit(f"quizzes/banks/{QUIZ}.yaml", lambda text: text.replace(old, new, 1))

    def library(self):
        return load_library(self.folder / "modules", quizzes=self.folder / "quizzes")

    def serve(self, stack):
        """The tool as it is after a restart with this content."""
        library = self.library()
        stack.change(library=library, shelf=Shelf(library))


def move_key(content):
    """`reject` is right in place of `stop`: in the English file, where keys stand."""
    content.edit_bank("{id: stop, key: true, text:", "{id: stop, text:")
    content.edit_bank("{id: reject, text:", "{id: reject, key: true, text:")


def sit(stack, placement_id, *, students, seed=1, course="grade-7", first=0):
    """So many new students of a class take an assignment; the stronger, the more is right, but for the odd item. Gives their ids."""
    rng = random.Random(seed)
    tool = stack.tool
    course = next(each for each in stack.lms.district.courses if each.id == course)
    somebody = next(each for each in stack.lms.district.list_members(course.id) if each.kind == "student")
    base = _base_launch(stack.tenant_id, stack.platform_id, stack.config.deployment_id, tool)
    known = launch_of(base, somebody, course)
    people = []
    for number in range(first, first + students):
        told = replace(
            known.person,
            subject=f"sim-{seed}-{number}",
            name=f"Sim {number}",
            email=None,
            sourced_id=f"sim-{seed}-{number}",
        )
        with transaction(tool.sessions) as session:
            people.append(arrive(session, replace(known, person=told), now=tool.clock()).person_id)
    for number, person_id in enumerate(people):
        take(stack, placement_id, person_id, (number + 0.5) / students, rng)
    return people


def take(stack, placement_id, person_id, strength, rng):
    """One student's attempt; `strength` is the chance of a right answer. Gives the attempt's id."""
    tool = stack.tool
    access = Access(tenant_id=stack.tenant_id, person_id=person_id)
    attempt_id = begin_attempt(tool, access, placement_id)
    with transaction(tool.sessions) as session:
        attempt = get_own_attempt(session, access, attempt_id)
        snapshot = get_snapshot(session, attempt.snapshot_hash)
        for item_id in attempt.drawn:
            item = snapshot.item(item_id)
            saved = answer(item, rng, is_right=rng.random() < strength)
            if item_id == ODD:
                saved = {"picked": ["reject" if strength > 0.5 else "stop"]}
            row = {"attempt_id": attempt.id, "item_id": item_id, "tenant_id": attempt.tenant_id}
            session.execute(insert(ResponseRow).values(row | {"saved": saved, "saved_at": tool.clock()}))
    finish(tool, access, attempt_id)
    return attempt_id
