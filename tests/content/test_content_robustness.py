"""However a file is broken, the check says so and carries on."""

import random
import string
import tempfile
from pathlib import Path

from content_tree import ContentTree, make_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.content.problems import Problems
from lti_tool.content.source import parse_yaml

FILES = [
    "modules/skills.yaml",
    "modules/tiny/module.yaml",
    "modules/tiny/pages/start.md",
    "modules/tiny/items/start.yaml",
    "modules/tiny/media/owl.svg",
    "modules/tiny/i18n/es/module.yaml",
    "modules/tiny/i18n/es/pages/start.md",
    "modules/tiny/i18n/es/items.yaml",
    "quizzes/tiny.yaml",
    "quizzes/banks/tiny.yaml",
]
SNIPPETS = [
    *(
        "\t",
        "\n",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        "&a ",
        "*a ",
        "!!set ",
        "|\n",
        ">",
        "---\n",
        "...\n",
        "#",
        "\\",
    ),
    *(
        ":::\n",
        "::: web\n",
        "[[item:",
        "]]",
        "![](",
        "<b>",
        "null",
        "~",
        "é",
        "\x00",
        "\ufeff",
        "%YAML 9\n",
        "<<: ",
        "? ",
    ),
    *("[" * 60, "https://[", "](https://[x)", "\U0001f600", "9" * 400, "1e999", "- - - -\n", "a: &b [*b]\n"),
]


def mutate(data: bytes, seed: int) -> bytes:
    """One to three cuts, repeats or insertions."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 3)):
        start, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        end = min(end, start + 40)
        match chance.randrange(5):
            case 0:
                data = data[:start] + data[end:]
            case 1:
                data = data[:start] + data[start:end] * 2 + data[end:]
            case 2:
                data = data[:start] + chance.choice(SNIPPETS).encode() + data[end:]
            case 3:
                data = data[:start] + chance.choice(SNIPPETS).encode() + data[start:]
            case 4:
                data = data[:start] + bytes(chance.randrange(256) for _ in range(3)) + data[start:]
    return data


@given(name=st.sampled_from(FILES), seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=120)
def test_no_mutation_of_a_file_stops_the_check(name, seed):
    with tempfile.TemporaryDirectory() as folder:
        tree: ContentTree = make_tree(Path(folder))
        tree.add_spanish()
        file = tree.root / name
        file.write_bytes(mutate(file.read_bytes(), seed))

        problems = tree.problems()

        assert all(problem.line >= 1 and problem.message for problem in problems)


@given(text=st.text(alphabet=string.printable, max_size=80))
@settings(deadline=None, max_examples=300)
def test_any_text_is_yaml_or_a_problem(text):
    problems = Problems()

    document = parse_yaml(text, Path("a.yaml"), problems)

    assert (document is not None) or list(problems)
