"""XML as a tree of elements with local names, without what makes XML dangerous, and such trees as bytes again.

A document type of its own, entities it declares, and nesting or numbers of elements that no quiz has are refused; an external
document type is never fetched. So neither expansion (billion laughs) nor external entities can happen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder, tostring
from xml.parsers import expat

from lti_tool.errors import PackageError

MOST_XML = 15_000_000
DEEPEST = 120
MOST_ELEMENTS = 400_000
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

__all__ = ["Element", "add", "child", "children", "each", "make", "parse_xml", "text_of", "to_bytes"]


class _Reader:
    """Builds the tree while expat reads. Namespaces are dropped: no two formats here use one name for two things."""

    def __init__(self, file: str) -> None:
        self.file, self.builder = file, TreeBuilder()
        self.depth = self.count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.refuse
        self.parser.SkippedEntityHandler = self.skipped

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise PackageError(
                f"{self.file} has more elements, or deeper ones, than any quiz. It was not read."
            )
        self.builder.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self.depth -= 1
        self.builder.end(_local(name))

    def doctype(self, name: str, system_id: str | None, public_id: str | None, has_own: bool) -> None:
        if has_own:
            self.refuse()

    def refuse(self, *_: object) -> NoReturn:
        raise PackageError(
            f"{self.file} declares entities of its own, which can be a trap. It was not read. Export it as plain XML."
        )

    def skipped(self, name: str, is_parameter: bool) -> None:
        """An entity of the document type that was not fetched: HTML's own names are known."""
        self.builder.data("" if is_parameter else html5.get(f"{name};", ""))


def _local(name: str) -> str:
    return name.rsplit(" ", 1)[-1].rsplit(":", 1)[-1]


def parse_xml(raw: bytes, file: str) -> Element:
    """The root of a document. `file` names it in sentences. Raises PackageError."""
    if len(raw) > MOST_XML:
        raise PackageError(
            f"{file} has {len(raw) // 1_000_000} MB of XML; at most {MOST_XML // 1_000_000} MB are read."
        )
    reader = _Reader(file)
    try:
        reader.parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", 1)
        raise PackageError(f"{file} is not well-formed XML in line {line}.") from error
    return reader.builder.close()


def children(element: Element | None, *names: str) -> list[Element]:
    """The direct children with one of the names."""
    return [] if element is None else [each for each in element if each.tag in names]


def child(element: Element | None, *path: str) -> Element | None:
    """The first element along a path of names."""
    for name in path:
        element = next(iter(children(element, name)), None)
    return element


def each(element: Element | None, *names: str) -> Iterator[Element]:
    """All elements below (or the element itself) with one of the names, in reading order."""
    if element is not None:
        yield from (found for found in element.iter() if found.tag in names)


def text_of(element: Element | None) -> str:
    """All text within, without spaces around it."""
    return "" if element is None else "".join(element.itertext()).strip()


def make(tag: str, *inside: Element | str, **attributes: str) -> Element:
    """A new element; a trailing underscore of an attribute's name is dropped (`class_`)."""
    element = Element(tag, {name.rstrip("_"): value for name, value in attributes.items()})
    for part in inside:
        add(element, part)
    return element


def add(element: Element, part: Element | str) -> None:
    if isinstance(part, Element):
        element.append(part)
    elif len(element):
        element[-1].tail = (element[-1].tail or "") + part
    else:
        element.text = (element.text or "") + part


def to_bytes(root: Element) -> bytes:
    """The document, without characters that XML cannot hold."""
    text = _NOT_XML.sub("", tostring(root, encoding="unicode"))
    return b"<?xml version='1.0' encoding='UTF-8'?>\n" + text.encode() + b"\n"
