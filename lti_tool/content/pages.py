"""From a page's Markdown to its blocks: text, boxes between `:::` lines, and the places of activities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from lti_tool.content.model import Block, BoxBlock, BoxName, ItemBlock, TextBlock
from lti_tool.content.problems import Place, Problems

BOXES: tuple[BoxName, ...] = get_args(BoxName)
BOX_START = re.compile(r"^:::[ \t]*(\S+)[ \t]*(.*)$")
BOX_END = re.compile(r"^:::+[ \t]*$")
ITEM_LINE = re.compile(r"^\[\[item:[ \t]*([^\]]*?)[ \t]*\]\][ \t]*$")
ITEM_ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
CODE_FENCE = re.compile(r"^ {0,3}(```|~~~)")
WORD_ENTRY = re.compile(r"^\*\*(?P<word>[^*]+)\*\*:?\s*[:–—-]?\s*(?P<meaning>\S.*)$")


@dataclass(kw_only=True)
class _Reader:
    """Goes through a page line by line; `box` is set between the lines that open and close one."""

    file: Path
    problems: Problems
    blocks: list[Block] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    start: int = 1
    box: BoxBlock | None = None
    in_code: bool = False

    def read(self, number: int, line: str) -> None:
        if CODE_FENCE.match(line):
            self.in_code = not self.in_code
        if self.in_code or not self.read_mark(number, line):
            self.keep(number, line)

    def read_mark(self, number: int, line: str) -> bool:
        """True when the line was a mark and not text."""
        if BOX_END.match(line):
            self.close_box(number)
        elif match := BOX_START.match(line):
            self.open_box(number, match[1], match[2])
        elif match := ITEM_LINE.match(line):
            self.place_item(number, match[1])
        else:
            if "[[item:" in line:
                self.error(
                    number,
                    "An activity's mark stands in a line with other text.",
                    "Give [[item:…]] a line of its own.",
                )
            return False
        return True

    def keep(self, number: int, line: str) -> None:
        if not self.lines:
            self.start = number
        self.lines.append(line)

    def end_text(self) -> None:
        # Blank lines before the text are dropped with their line numbers kept right.
        lead = next((index for index, line in enumerate(self.lines) if line.strip()), len(self.lines))
        markdown = "\n".join(self.lines[lead:]).rstrip()
        if self.box:
            self.blocks.append(self.box.model_copy(update={"markdown": markdown}))
        elif markdown:
            self.blocks.append(TextBlock(markdown=markdown, line=self.start + lead))
        self.lines, self.box = [], None

    def open_box(self, number: int, name: str, rest: str) -> None:
        if self.box:
            self.error(
                number,
                "A box starts inside another one.",
                f"Close the box of line {self.box.line} with ::: first.",
            )
        self.end_text()
        kind = name if name in BOXES else "tip"
        if name not in BOXES:
            near = get_close_matches(name, BOXES, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(BOXES)}."
            self.error(number, f"There is no box “{name}”.", hint)
        arguments = tuple(part.strip() for part in rest.split("|") if part.strip())
        self.box = BoxBlock(kind=kind, arguments=arguments, markdown="", line=number)

    def close_box(self, number: int) -> None:
        if not self.box:
            self.error(
                number,
                "This ::: closes a box, but none is open.",
                "A box starts with ::: and its name, as in “::: tip”.",
            )
        self.end_text()

    def place_item(self, number: int, item_id: str) -> None:
        if self.box:
            self.error(
                number, "An activity stands inside a box.", "Close the box with ::: before the activity."
            )
        self.end_text()
        if len(item_id) <= 64 and ITEM_ID.match(item_id):
            self.blocks.append(ItemBlock(item_id=item_id, line=number))
        else:
            self.error(
                number, f"“{item_id}” is not an item's id.", "Ids are lower-case words joined by hyphens."
            )

    def finish(self) -> tuple[Block, ...]:
        if self.box:
            self.error(
                self.box.line,
                f"The box “{self.box.kind}” has no end.",
                "Close it with ::: on a line of its own.",
            )
        self.end_text()
        return tuple(self.blocks)

    def error(self, line: int, message: str, hint: str) -> None:
        self.problems.error(Place(file=self.file, line=line), message, hint)


def read_blocks(body: str, file: Path, problems: Problems, first_line: int = 1) -> tuple[Block, ...]:
    reader = _Reader(file=file, problems=problems)
    for number, line in enumerate(body.split("\n"), start=first_line):
        reader.read(number, line)
    return reader.finish()


def list_words(box: BoxBlock) -> tuple[tuple[str, str], ...]:
    """The entries of a vocabulary box: word and meaning, both inline Markdown. Lines that are no entry are left out."""
    matches = (WORD_ENTRY.match(line.strip()) for line in box.markdown.split("\n"))
    return tuple((match["word"].rstrip(":").strip(), match["meaning"].strip()) for match in matches if match)


def list_stray_words(box: BoxBlock) -> Iterator[int]:
    """Positions of the lines of a vocabulary box that are not `**word**: meaning`."""
    for index, line in enumerate(box.markdown.split("\n")):
        if line.strip() and not WORD_ENTRY.match(line.strip()):
            yield index
