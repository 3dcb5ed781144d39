"""The quick ways of reading content give what the slow ones give."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from lti_tool import quick_yaml
from lti_tool.content.markdown import INSPECTOR, ORDINARY, inspect

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(
    file for folder in ("modules", "quizzes", "lti_tool") for file in (ROOT / folder).rglob("*.yaml")
)


def shape(node: Node | None) -> object:
    """All of a node that the content's reader looks at."""
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        line = node.start_mark.line if node.value else "of an empty value ruamel names the line after it"
        return node.value, bool(node.style), line
    if isinstance(node, MappingNode):
        return "mapping", node.start_mark.line, [(shape(key), shape(value)) for key, value in node.value]
    return "sequence", node.start_mark.line, [shape(part) for part in node.value]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(ROOT)))
def test_shipped_file_reads_as_by_ruamel(file: Path) -> None:
    text = file.read_text("utf-8")
    assert shape(quick_yaml.compose(text)) == shape(YAML(typ="base", pure=True).compose(text))
    assert quick_yaml.load(text) == YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "~",
        "a: no\nb: 0o14\nc: 014\nd: 1:30\ne: 2024-01-02\nf: 510.10\ng: yes\nh: TRUE\ni: .inf\nj: 0x1F",
        'quoted: "no"\nblock: |\n  one\n  two\nfolded: >-\n  one\n  two\nempty:\n',
        "- [a, {b: c}]\n- {}\n- []\n",
    ],
)
def test_words_and_types_are_those_of_yaml_1_2(text: str) -> None:
    assert quick_yaml.load(text) == YAML(typ="safe", pure=True).load(text)
    assert shape(quick_yaml.compose(text)) == shape(YAML(typ="base", pure=True).compose(text))


@pytest.mark.parametrize(
    "text",
    ["a: &one b\nc: *one\n", "a: !!str 1\n", "%YAML 1.1\n---\na: no\n", "[" * 60 + "]" * 60],
)
def test_unusual_text_is_read_by_ruamel(text: str) -> None:
    assert quick_yaml.load(text) == YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize("text", ["a: b: c", "a: *one", "a: 1\n---\nb: 2", "{a: 1", '"open', "a: @b"])
def test_a_mistake_is_told_in_ruamels_words(text: str) -> None:
    with pytest.raises(MarkedYAMLError) as slow:
        YAML(typ="base", pure=True).compose(text)
    with pytest.raises(MarkedYAMLError) as quick:
        quick_yaml.compose(text)
    assert str(quick.value) == str(slow.value)


def test_nesting_without_end_is_refused_and_breaks_nothing() -> None:
    with pytest.raises((YAMLError, RecursionError)):
        quick_yaml.compose("[" * 200_000)


@given(
    st.text(max_size=30)
    | st.from_regex(r"\A[A-Za-zñÁ’]{1,8}([ ,.:;?!'\"()%$+=/0-9-]{1,2}[a-zé]{1,8}){0,8}\Z")
)
def test_ordinary_line_is_a_paragraph(text: str) -> None:
    assert inspect.__wrapped__(text) == tuple(INSPECTOR.parse(text))


def test_most_texts_are_ordinary() -> None:
    assert ORDINARY.fullmatch("Who wrote this page, and how do they know?")
    assert not ORDINARY.fullmatch("Who wrote *this*?")
