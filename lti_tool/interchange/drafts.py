"""What every reader makes of a foreign question: the fields an author would write, and what was changed or refused on the way.

A `Desk` is where one file's questions are read: it turns markup into Markdown, lets pictures come along once they are checked, and
keeps note of what was left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from lti_tool.content.media import MOST_BYTES, SIGNATURES, is_sound
from lti_tool.content.problems import Problems
from lti_tool.interchange.archive import Package
from lti_tool.interchange.html_tree import Node, parse_html
from lti_tool.interchange.markup import Block, Reducing, as_text, reduce_blocks, reduce_inline

Fields = dict[str, Any]

OWN_ID = re.compile(r"\A[a-z0-9]+(-[a-z0-9]+)*\Z")
ENDINGS = frozenset({".svg", *SIGNATURES})
_PLACEHOLDERS = ("$IMS-CC-FILEBASE$", "%24IMS-CC-FILEBASE%24", "@@PLUGINFILE@@", "$CANVAS_COURSE_REFERENCE$")
GENERAL = {
    "en": ("That is right.", "That is not it. Look at the question again."),
    "es": ("Es correcto.", "No es eso. Vuelve a mirar la pregunta."),
}
FILL_GAPS = {"en": "Fill in the gaps.", "es": "Completa los huecos."}
GAP_MARK = re.compile("\u2997(\\d+)\u2998")
_UNTELLABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A question as it was found. `fields` are an author's, without an id; None where it is refused for a `reason`."""

    ident: str
    title: str
    fields: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    reason: str = ""


class RefusedError(ValueError):
    """A question that cannot be taken over; the message says why."""


@dataclass(kw_only=True)
class Desk:
    """Where the questions of a package are read."""

    package: Package
    language: str = "en"
    path: str = ""
    """The file that is read: pictures are looked for beside it."""
    media: dict[str, bytes] = field(default_factory=dict)
    """The pictures that came along, by name."""
    notes: list[str] = field(default_factory=list)
    state: Reducing = field(init=False)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget the question before."""
        self.notes = []
        self.state = Reducing(locate=self.locate)

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def inline(self, html: str) -> str:
        """A text of one line from HTML."""
        return self.inline_of(parse_html(clean(html)))

    def inline_of(self, tree: Node) -> str:
        return reduce_inline(tree, self.state)

    def plain(self, text: str) -> str:
        """A text of one line from a text without markup."""
        return self.inline(escape(text))

    def question(self, html: str) -> Fields:
        """`prompt`, and perhaps `stimulus`, of a question's text."""
        return self.question_of(parse_html(clean(html)))

    def question_of(self, tree: Node) -> Fields:
        return self.ask(reduce_blocks(tree, self.state))

    def ask(self, blocks: Sequence[Block]) -> Fields:
        """The last paragraph asks; what stands before it is the stimulus. Without a paragraph at the end the first one asks."""
        if not blocks:
            raise RefusedError("It has no text that could be asked.")
        at = len(blocks) - 1 if blocks[-1].is_paragraph else 0
        if not blocks[at].is_paragraph:
            self.note("It had no sentence that asks, so a general one was added.")
            return {"prompt": "Answer the question.", "stimulus": as_text(blocks)}
        rest = [*blocks[:at], *blocks[at + 1 :]]
        asked = {"prompt": blocks[at].markdown.replace("\\\n", " ")}
        return asked | ({"stimulus": as_text(rest)} if rest else {})

    def gapped(self, blocks: Sequence[Block]) -> tuple[Fields, str]:
        """Of a text with gaps (see `gap_mark`): what asks, and the text from its first gap on."""
        at = next((index for index, block in enumerate(blocks) if GAP_MARK.search(block.markdown)), None)
        if at is None:
            raise RefusedError("Its text has no place for its gaps.")
        asked = self.ask(blocks[:at]) if at else {"prompt": FILL_GAPS.get(self.language, FILL_GAPS["en"])}
        return asked, as_text(blocks[at:])

    def locate(self, address: str) -> str | None:
        """The name of a picture of the package, once it is found to be one that may be shown."""
        target = unquote(address.split("?")[0].split("#")[0]).strip()
        for word in _PLACEHOLDERS:
            target = target.replace(unquote(word), "").removeprefix("/")
        if not target or ":" in target:
            return None
        path = self.package.find(target, beside=self.path)
        return self.take(path) if path else None

    def take(self, path: str) -> str | None:
        raw = self.package.files[path]
        ending = PurePosixPath(path).suffix.lower()
        if ending not in ENDINGS or not self._is_usable(path, raw, ending):
            return None
        stem = slug(PurePosixPath(path).stem)[:32].strip("-") or "picture"
        # A name that this tool gave is kept, so that what comes back is the same.
        digest = sha256(raw).hexdigest()[:8]
        name = f"{stem}{ending}" if stem.endswith(digest) else f"{stem}-{digest}{ending}"
        self.media[name] = raw
        return f"media/{name}"

    def _is_usable(self, path: str, raw: bytes, ending: str) -> bool:
        name = PurePosixPath(path).name
        if len(raw) > MOST_BYTES:
            self.note(f"The picture {name} is larger than 500 KB and was left out.")
            return False
        problems = Problems()
        if is_sound(raw, Path(f"picture{ending}"), problems):
            return True
        self.note(f"The picture {name} was left out: it is not what its name says, or does more than draw.")
        return False

    def finish(self, ident: str, title: str, fields: Fields) -> Draft:
        """The draft, with what was noted on the way."""
        for what in sorted(self.state.dropped):
            self.note(f"Left out: {what}.")
        if self.state.untold:
            fields = {**fields, "status": "draft"}
            self.note(
                "A picture has no words for those who cannot see it. Write them; until then the question stays a draft."
            )
        return Draft(ident=ident, title=title[:120], fields=fields, notes=tuple(self.notes))


def clean(text: str) -> str:
    """Without signs that no text holds."""
    return _UNTELLABLE.sub("", text)


def gap_mark(number: int) -> str:
    """Stands for a gap while a text is reduced; no text has these brackets."""
    return f"\u2997{number}\u2998"


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def part_ids(idents: Iterable[str]) -> list[str]:
    """The ids of options, rows or steps: their own where all of them can be ours, else letters in order."""
    own = list(idents)
    if len(set(own)) == len(own) and all(OWN_ID.match(ident) and len(ident) <= 64 for ident in own):
        return own
    return [letter(number) for number in range(len(own))]


def letter(number: int) -> str:
    """a, b … z, then a number.

    >>> letter(0), letter(25), letter(26)
    ('a', 'z', 'p27')
    """
    return chr(ord("a") + number) if number < 26 else f"p{number + 1}"


def without_blank(fields: Mapping[str, Any]) -> Fields:
    """Without what was not given."""
    return {name: value for name, value in fields.items() if value not in (None, "", (), [], {})}


def feedback(desk: Desk, correct: str, incorrect: str, partial: str = "") -> Fields:
    """The remarks of a question. Where none came, a general one stands in, since every answer gets a word."""
    if not correct or not incorrect:
        desk.note("It came without a remark for every answer, so a general one stands in its place.")
    return without_blank(
        {
            "correct": correct or GENERAL.get(desk.language, GENERAL["en"])[0],
            "incorrect": incorrect or GENERAL.get(desk.language, GENERAL["en"])[1],
            "partial": partial,
        }
    )


def points(desk: Desk, told: float | None) -> Fields:
    """Whole points from 1 to 100, as a bank has them."""
    if told is None:
        return {}
    whole = min(100, max(1, round(told)))
    if whole != told:
        desk.note(f"Its points became {whole}, since points here are whole and from 1 to 100.")
    return {"points": whole} if whole != 1 else {}


def number_in(text: str) -> float | None:
    """The number a text consists of, or None."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) <= 1e15 else None


def attempt(desk: Desk, ident: str, title: str, read: Callable[[], Draft]) -> Draft:
    """The draft that `read` gives, or its refusal."""
    desk.begin()
    try:
        return read()
    except RefusedError as error:
        return Draft(ident=ident, title=title[:120], reason=str(error))
