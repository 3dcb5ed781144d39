"""All formats: which kinds each one knows, what it cannot say about them, and who writes it. Readers are found by what a file holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lti_tool.content.model import Item
from lti_tool.errors import NotFoundError
from lti_tool.interchange import csv_table, write_cartridge, write_moodle, write_qti2, write_qti12
from lti_tool.interchange.nearest import find_nearest
from lti_tool.interchange.packing import Parcel
from lti_tool.interchange.write_cartridge import LessonLink
from lti_tool.interchange.write_qti2_package import write_qti21, write_qti30

Unsaid = Mapping[str, tuple[str, ...]]
"""From a kind (or `*`, for all) to the fields of its items that a format has no place for."""

FIELD_WORDS = {
    "near": "near answers and their credit",
    "label": "the field's label",
    "unit": "the unit",
    "typos": "that the spelling has to be exact",
    "too_high": "the remarks on too large and too small numbers",
    "too_low": "the remarks on too large and too small numbers",
    "rubric": "the rubric",
    "min_words": "the number of words asked for",
    "max_words": "the number of words asked for",
    "first_label": "the words above and below the list",
    "last_label": "the words above and below the list",
    "pictures": "pictures",
    "remarks": "the remarks on single rows, cards or steps",
    "source": "the source",
    "shuffle": "that options keep their order",
    "grades": "the band",
}
_ALWAYS: Unsaid = {
    "short_text": ("label",),
    "numeric": ("label", "unit", "too_high", "too_low"),
    "open_response": ("rubric", "min_words", "max_words"),
    "order": ("first_label", "last_label"),
}


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format of exports."""

    name: str
    label: str
    suffix: str
    media_type: str
    kinds: frozenset[str]
    write: Callable[[Parcel], bytes] = field(repr=False)
    unsaid: Unsaid = field(default_factory=dict, repr=False)

    def list_unsaid(self, kind: str) -> tuple[str, ...]:
        return (*_ALWAYS.get(kind, ()), *self.unsaid.get(kind, ()), *self.unsaid.get("*", ()))


_ZIP = "application/zip"
_NEAR: Unsaid = {"short_text": ("near",), "numeric": ("near",)}
_NO_ROW_REMARKS: Unsaid = dict.fromkeys(("match", "sorter", "order"), ("remarks",))
FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            name="qti12",
            label="QTI 1.2 (Canvas)",
            suffix=".qti12.zip",
            media_type=_ZIP,
            kinds=write_qti12.KINDS,
            write=write_qti12.write_qti12,
            unsaid={**_NEAR, "*": ("source",)},
        ),
        Format(
            name="qti21",
            label="QTI 2.1",
            suffix=".qti21.zip",
            media_type=_ZIP,
            kinds=write_qti2.KINDS,
            write=write_qti21,
            unsaid={"numeric": ("near",)},
        ),
        Format(
            name="qti30",
            label="QTI 3.0",
            suffix=".qti30.zip",
            media_type=_ZIP,
            kinds=write_qti2.KINDS,
            write=write_qti30,
            unsaid={"numeric": ("near",)},
        ),
        Format(
            name="cartridge",
            label="Common Cartridge 1.3",
            suffix=".imscc",
            media_type=_ZIP,
            kinds=write_cartridge.KINDS,
            write=write_cartridge.write_cartridge,
            unsaid={**_NEAR, "*": ("source",)},
        ),
        Format(
            name="moodle",
            label="Moodle XML",
            suffix=".moodle.xml",
            media_type="application/xml",
            kinds=write_moodle.KINDS,
            write=write_moodle.write_moodle,
            unsaid={**_NO_ROW_REMARKS, "*": ("source",)},
        ),
        Format(
            name="csv",
            label="CSV",
            suffix=".csv",
            media_type="text/csv",
            kinds=csv_table.KINDS,
            write=csv_table.write_csv,
            unsaid={
                "short_text": ("near", "typos"),
                "numeric": ("near",),
                "choice": ("shuffle",),
                "*": ("pictures", "grades"),
            },
        ),
    )
}


def get_format(name: str) -> Format:
    if name not in FORMATS:
        raise NotFoundError
    return FORMATS[name]


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What an export cannot say about an item."""

    item_id: str
    kind: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A parcel of items as a format knows them, and what was lost by that."""

    format: Format
    parcel: Parcel
    losses: tuple[Loss, ...]

    def to_bytes(self, links: tuple[LessonLink, ...] = ()) -> bytes:
        """The file; `links` open lessons from a cartridge and go nowhere else."""
        if self.format.name == "cartridge":
            return write_cartridge.write_cartridge(self.parcel, links)
        return self.format.write(self.parcel)

    @property
    def file_name(self) -> str:
        return f"{self.parcel.ident}{self.format.suffix}"

    @property
    def report(self) -> str:
        """The losses as text, an item a paragraph."""
        return "".join(
            f"{loss.item_id} ({loss.kind})\n" + "".join(f"    {told}\n" for told in loss.sentences)
            for loss in self.losses
        )


def prepare(parcel: Parcel, format_name: str) -> Exported:
    """The nearest equivalents of all items, and a loss report. Items of the same id stand once."""
    told = get_format(format_name)
    items: dict[str, Item] = {}
    losses = []
    for item in parcel.items:
        found = find_nearest(item, told.kinds)
        items.update({each.id: each for each in found.items})
        words = dict.fromkeys(word for each in found.items for word in _unsaid_words(each, told))
        sentences = (*found.losses, *((f"Not told there: {', '.join(words)}.",) if words else ()))
        if sentences:
            losses.append(Loss(item_id=item.id, kind=item.kind, sentences=sentences))
    whole = Parcel(
        ident=parcel.ident,
        title=parcel.title,
        items=tuple(items.values()),
        media=parcel.media,
        language=parcel.language,
    )
    return Exported(format=told, parcel=whole, losses=tuple(losses))


def _unsaid_words(item: Item, told: Format) -> Iterator[str]:
    for name in told.list_unsaid(item.kind):
        if _says(item, name):
            yield FIELD_WORDS[name]


def _says(item: Item, name: str) -> bool:
    """Whether an item says something in a field that a format lacks."""
    spec: Any = item.spec
    if name == "source":
        return item.source is not None
    if name == "grades":
        return False
    if name == "pictures":
        return "media/" in str(spec.model_dump())
    if name == "remarks":
        parts = (
            getattr(spec, "rows", None) or getattr(spec, "cards", None) or getattr(spec, "steps", None) or ()
        )
        return any(part.feedback for part in parts)
    default = type(spec).model_fields[name].get_default()
    return bool(getattr(spec, name) != default)
