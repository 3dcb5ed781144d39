"""A lesson in which one question is answered in writing, for what a teacher does with the answers."""

import re
import shutil

from lti_tool.content.folder import load_library
from lti_tool.content.library import find_content
from lti_tool.content.served import Shelf

ITEM = "ltp-who-pays"
OPEN = """
- id: ltp-who-pays
  kind: open_response
  skill: find-the-maker
  difficulty: easy
  prompt: Who pays the Alliance, and why does that matter?
  rubric:
    - id: who
      title: Names who pays
      levels:
        - {id: none, label: Missing, points: 0, text: Nobody is named.}
        - {id: named, label: Done, points: 1, text: Names the company.}
    - id: why
      title: Says why it matters
      levels:
        - {id: none, label: Missing, points: 0, text: No reason is given.}
        - {id: begun, label: Begun, points: 1, text: Says that it matters.}
        - {id: full, label: Reached, points: 3, text: Says what the company gains.}
  model_answer: Mossbury Growers sells plants and gains when people believe that plants clean the air.
  feedback: {correct: You followed the money., incorrect: Read what your teacher chose.}
"""


def ask_in_writing(stack, folder):
    """From now on the stack's lesson has the question; `folder` takes the changed content."""
    modules, quizzes = find_content(None)
    shutil.copytree(modules, folder / "modules")
    shutil.copytree(quizzes, folder / "quizzes")
    file = folder / "modules/leave-the-page/items/lesson.yaml"
    text = re.sub(
        r"\n- id: ltp-who-pays\n.*?(?=\n- id: )", OPEN.rstrip() + "\n", file.read_text(), flags=re.S
    )
    assert "open_response" in text
    file.write_text(text)
    overlay = folder / "modules/leave-the-page/i18n/es/items.yaml"
    overlay.write_text(re.sub(r"(?m)^ltp-who-pays:\n(?:[ \n].*\n|\n)*", "", overlay.read_text()))
    library = load_library(folder / "modules", quizzes=folder / "quizzes")
    stack.change(library=library, shelf=Shelf(library))
