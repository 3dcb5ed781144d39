"""A tiny content folder without a problem. A test changes one thing in it and states what must be said about that."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lti_tool.content.folder import check_library, load_library

SKILLS = """\
schema: 1
skills:
  - {id: find-the-maker, strand: evaluate, name: Find the maker, learner: I can find out who made a source.}
  - {id: check-the-date, strand: evaluate, name: Check the date, learner: I can tell when something was made.}
"""

MODULE = """\
schema: 1
id: tiny
version: 1.0.0
title: Tiny
summary: A lesson for tests.
language: en
grades: [3, 5]
minutes: 2
skills: [find-the-maker]
goals:
  - Find out who made a page.
sequence:
  - page: start
  - quiz: tiny
weights: {activities: 40, quiz: 60}
"""

PAGE = """\
---
title: The start
minutes: 2
---
Look at this owl. ![A brown owl on a branch](media/owl.svg)

## Who made it?

::: web www.owls.example | All about owls
Owls sleep all day.
:::

[[item:tiny-first]]

::: words
**maker**: the person who made it
:::
"""

ITEMS = """\
- id: tiny-first
  kind: choice
  skill: find-the-maker
  prompt: Who made it?
  options:
    - {id: lee, text: Ms Lee, key: true, feedback: Her name is there.}
    - {id: owl, text: An owl, feedback: Owls do not write.}
  hints: [Look at the name.]
  feedback: {correct: Yes., incorrect: Look again.}
"""

QUIZ = """\
schema: 1
id: tiny
version: 1.0.0
title: "Quiz: Tiny"
summary: One question.
language: en
grades: [3, 5]
minutes: 2
draw:
  - {bank: tiny, skill: find-the-maker, count: 1}
"""

BANK_HEAD = """\
schema: 1
id: tiny
title: Tiny
language: en
grades: [3, 5]
items:
"""


def question(item_id, skill="find-the-maker", status="reviewed", difficulty="medium"):
    return f"""\
  - id: {item_id}
    kind: choice
    skill: {skill}
    status: {status}
    difficulty: {difficulty}
    prompt: Who made {item_id}?
    options:
      - {{id: yes, text: This one did, key: true}}
      - {{id: no, text: That other one did}}
    feedback: {{correct: Yes., incorrect: No.}}
"""


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>\n'

ES_MODULE = "title: Chiquita\nsummary: Una lección de prueba.\ngoals.0: Averiguar quién hizo una página.\n"
ES_PAGE = """\
---
title: El comienzo
---
Mira este búho. ![Un búho en una rama](media/owl.svg)

## ¿Quién lo hizo?

::: web www.owls.example | Todo sobre los búhos
Los búhos duermen todo el día.
:::

[[item:tiny-first]]

::: words
**autora**: la persona que lo hizo
:::
"""
ES_ITEMS = """\
# Notas de la traductora
tiny-first:
  prompt: ¿Quién lo hizo?
  options.lee.text: La señora Lee
  options.lee.feedback: Ahí está su nombre.
  options.owl.text: Un búho
  options.owl.feedback: Los búhos no escriben.
  hints.0: Mira el nombre.
  feedback.correct: Sí.
  feedback.incorrect: Mira otra vez.
"""


@dataclass(frozen=True)
class ContentTree:
    root: Path

    @property
    def modules(self):
        return self.root / "modules"

    @property
    def quizzes(self):
        return self.root / "quizzes"

    def write(self, name, text):
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def replace(self, name, old, new):
        """Change the first such place; a test whose place is gone must not pass by doing nothing."""
        text = self.read(name)
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new, 1))

    def add_spanish(self):
        self.write("modules/tiny/i18n/es/module.yaml", ES_MODULE)
        self.write("modules/tiny/i18n/es/pages/start.md", ES_PAGE)
        self.write("modules/tiny/i18n/es/items.yaml", ES_ITEMS)

    def problems(self):
        return check_library(self.modules, quizzes=self.quizzes)

    def lines(self):
        """Each problem as `file:line severity message`."""
        return [
            f"{problem.file.relative_to(self.root).as_posix()}:{problem.line} {problem.severity} {problem.message}"
            for problem in self.problems()
        ]

    def load(self):
        return load_library(self.modules, quizzes=self.quizzes)


def make_tree(root: Path) -> ContentTree:
    tree = ContentTree(root=root)
    tree.write("modules/skills.yaml", SKILLS)
    tree.write("modules/tiny/module.yaml", MODULE)
    tree.write("modules/tiny/pages/start.md", PAGE)
    tree.write("modules/tiny/items/start.yaml", ITEMS)
    tree.write("modules/tiny/media/owl.svg", SVG)
    tree.write("quizzes/tiny.yaml", QUIZ)
    tree.write("quizzes/banks/tiny.yaml", BANK_HEAD + "".join(question(f"tiny-q-{n}") for n in "abc"))
    return tree
