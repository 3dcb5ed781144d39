"""Reading one file: UTF-8 text, YAML 1.2 with the line of every value, and the front matter of a page.

A scalar stays the text its author wrote: `510.10`, `no` and `2024` are words until a field of the model wants a number or a
yes. Only an empty value, `~` and `null` mean nothing at all. Anchors and aliases are refused: they hide what a line says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from lti_tool import quick_yaml
from lti_tool.content.problems import Place, Problems

Steps: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys and list positions from the top of the file."""

MOST_BYTES = 500_000
DEEPEST = 40
FENCE = "---"
NOWHERE = Path("/dev/null/nowhere")
"""Stands for the folder of a text that lies in none: nothing can be beside it, so no file of the server is read for it."""
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})

YAML_HINTS = {
    "mapping values are not allowed": "A text with a colon and a space in it needs quotes around it.",
    "\\t": "Indent with spaces, not with tabs.",
    "cannot start any token": "A text that starts with this sign needs quotes around it.",
    "expected <block end>": "Check the indentation: entries of one list or mapping start in the same column.",
    "could not find expected ':'": "Write `name: value`, with a space after the colon; a longer text goes in quotes.",
    "unexpected end of stream": "A quotation mark that was opened is never closed.",
    "expected ',' or": "A bracket that was opened here is never closed, or a text inside needs quotes.",
    "undefined alias": "A text that starts with * needs quotes around it.",
    "expected alphabetic or numeric character": "A text that starts with & or * needs quotes around it.",
}


@dataclass(frozen=True, kw_only=True)
class Document:
    """The values of a YAML text and the line of each."""

    file: Path
    data: Any
    lines: Mapping[Steps, int] = field(repr=False)

    def place(self, *steps: str | int) -> Place:
        """Where a value stands, or the closest thing around it; steps that lead nowhere are passed over."""
        known: Steps = ()
        for step in steps:
            known = (*known, step) if (*known, step) in self.lines else known
        return Place(file=self.file, line=self.lines.get(known, 1))


@dataclass(frozen=True, kw_only=True)
class PageSource:
    """A page's file, cut in two. `body_line` is the line its Markdown starts on."""

    front: Document
    body: str
    body_line: int


def read_text(file: Path, problems: Problems, most_bytes: int = MOST_BYTES) -> str | None:
    """The text with plain line ends, or None when it cannot be used."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        problems.error(Place(file=file), f"The file cannot be read: {error.strerror or 'unknown reason'}.")
        return None
    if len(raw) > most_bytes:
        problems.error(
            Place(file=file),
            f"The file is larger than {most_bytes // 1000} KB.",
            "Split it into several files.",
        )
        return None
    return decode(raw, file, problems)


def decode(raw: bytes, file: Path, problems: Problems) -> str | None:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(file=file, line=raw[: error.start].count(b"\n") + 1)
        problems.error(
            place, "The file is not UTF-8 text.", "Save it again in your editor with the encoding UTF-8."
        )
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_yaml(file: Path, problems: Problems) -> Document | None:
    text = read_text(file, problems)
    return None if text is None else parse_yaml(text, file, problems)


def parse_yaml(text: str, file: Path, problems: Problems, first_line: int = 1) -> Document | None:
    """The document, or None after a problem was noted that leaves nothing to work with."""
    if refuse_tabs(text, file, problems, first_line):
        return None
    builder = _Builder(file=file, problems=problems, first_line=first_line)
    try:
        node = quick_yaml.compose(text)
        data = None if node is None else builder.build(node, ())
    except MarkedYAMLError as error:
        note_yaml_error(error, file, problems, first_line)
        return None
    except (YAMLError, ValueError, RecursionError):
        hint = "Look for control characters, broken \\ escapes and brackets nested very deep."
        problems.error(Place(file=file, line=first_line), "The file is not YAML.", hint)
        return None
    return Document(file=file, data=data, lines=builder.lines)


def refuse_tabs(text: str, file: Path, problems: Problems, first_line: int) -> bool:
    for number, line in enumerate(text.split("\n"), start=first_line):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            problems.error(
                Place(file=file, line=number), "The line is indented with a tab.", YAML_HINTS["\\t"]
            )
            return True
    return False


def note_yaml_error(error: MarkedYAMLError, file: Path, problems: Problems, first_line: int) -> None:
    mark = error.problem_mark or error.context_mark
    what = (error.problem or "cannot be read").replace("\t", "\\t")
    hint = next((hint for words, hint in YAML_HINTS.items() if words in what), "")
    line = first_line + (mark.line if mark else 0)
    problems.error(Place(file=file, line=line), f"This is not YAML: {what}.", hint)


@dataclass(kw_only=True)
class _Builder:
    """Turns YAML nodes into plain values and remembers their lines."""

    file: Path
    problems: Problems
    first_line: int
    lines: dict[Steps, int] = field(default_factory=dict)
    met: set[int] = field(default_factory=set)

    def build(self, node: Node, steps: Steps) -> Any:
        self.lines.setdefault(steps, self.line(node))
        if id(node) in self.met:
            self.problems.error(
                self.place(node), "This repeats another part by an alias (*).", "Write it out again."
            )
            return None
        self.met.add(id(node))
        if len(steps) > DEEPEST:
            raise RecursionError
        return self.build_value(node, steps)

    def build_value(self, node: Node, steps: Steps) -> Any:
        if isinstance(node, MappingNode):
            return self.build_mapping(node, steps)
        if isinstance(node, SequenceNode):
            return [self.build(element, (*steps, index)) for index, element in enumerate(node.value)]
        is_plain = not getattr(node, "style", None)
        return None if is_plain and node.value in NOTHING else node.value

    def build_mapping(self, node: MappingNode, steps: Steps) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.problems.error(
                    self.place(key_node), "A field's name is a single word.", "Put quotes around the text."
                )
            elif key_node.value in data:
                first = self.lines[(*steps, key_node.value)]
                hint = f"It is already in line {first}: keep one of the two."
                self.problems.error(self.place(key_node), f"“{key_node.value}” stands here twice.", hint)
            else:
                self.lines[(*steps, key_node.value)] = self.line(key_node)
                data[key_node.value] = self.build(value_node, (*steps, key_node.value))
        return data

    def line(self, node: Node) -> int:
        return self.first_line + int(node.start_mark.line)

    def place(self, node: Node) -> Place:
        return Place(file=self.file, line=self.line(node))


def read_page(file: Path, problems: Problems) -> PageSource | None:
    """Front matter between two lines of three hyphens, then Markdown."""
    text = read_text(file, problems)
    if text is None:
        return None
    lines = text.split("\n")
    rule = "Start the page with ---, title: …, and --- again, each on a line of its own."
    if lines[0].rstrip() != FENCE:
        problems.error(Place(file=file), "The page has no front matter.", rule)
        return None
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == FENCE), None)
    if end is None:
        problems.error(Place(file=file), "The front matter has no end.", rule)
        return None
    front = parse_yaml("\n".join(lines[1:end]) + "\n", file, problems, first_line=2)
    if front is None:
        return None
    return PageSource(front=front, body="\n".join(lines[end + 1 :]), body_line=end + 2)
