"""YAML 1.2 read by libyaml's parser, about eight times as quick as ruamel's own, which stays the judge of everything unusual.

A library of five lessons is 36,000 YAML nodes, and each process that shows lessons reads them at its start. libyaml (by PyYAML) only cuts the
text into events here: no type is guessed by it, so that its YAML 1.1 (`no`, `1:30`) never shows. Whatever a content file seldom holds (an
alias, a tag, a second document, deep nesting, a mistake) is left to ruamel, which words the mistake and knows the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.resolver import VersionedResolver

DEEPEST = 40
"""Deeper than this is composed by ruamel, whose recursion Python guards."""


def compose(text: str) -> Node | None:
    """The tree of nodes, or None of an empty text. Raises what ruamel raises: MarkedYAMLError, YAMLError, ValueError, RecursionError."""
    try:
        return _compose_document(text)
    except (_Unusual, yaml.YAMLError):
        return cast("Node | None", YAML(typ="base", pure=True).compose(text))


def load(text: str) -> Any:
    """The values, with the types of YAML 1.2's core schema. Raises what ruamel raises."""
    reader = YAML(typ="safe", pure=True)
    try:
        node = _compose_document(text)
    except (_Unusual, yaml.YAMLError):
        return reader.load(text)
    return None if node is None else reader.constructor.construct_document(node)


class _Unusual(Exception):
    """Something that ruamel shall read."""


def _compose_document(text: str) -> Node | None:
    events = iter(yaml.parse(text, Loader=yaml.CBaseLoader))
    next(events)
    first = next(events)
    if isinstance(first, yaml.StreamEndEvent):
        return None
    if getattr(first, "version", None) or getattr(first, "tags", None):
        raise _Unusual
    node = _compose(next(events), events, _Resolver(), 0)
    next(events)
    if not isinstance(next(events), yaml.StreamEndEvent):
        raise _Unusual
    return node


class _Resolver:
    """The tag of a plain scalar by YAML 1.2, asked once for each word."""

    def __init__(self) -> None:
        self.resolver = VersionedResolver(version="1.2")
        self.known: dict[str, Any] = {}

    def tag(self, event: yaml.ScalarEvent) -> Any:
        if event.style:
            return self.resolver.resolve(ScalarNode, event.value, (False, True))
        if event.value not in self.known:
            self.known[event.value] = self.resolver.resolve(ScalarNode, event.value, (True, False))
        return self.known[event.value]


def _compose(event: Any, events: Iterator[Any], resolver: _Resolver, depth: int) -> Node:
    if depth > DEEPEST or isinstance(event, yaml.AliasEvent) or event.tag or event.anchor:
        raise _Unusual
    mark = event.start_mark
    if isinstance(event, yaml.ScalarEvent):
        return ScalarNode(resolver.tag(event), event.value, mark, event.end_mark, style=event.style or None)
    if isinstance(event, yaml.SequenceStartEvent):
        parts = list(_parts(yaml.SequenceEndEvent, events, resolver, depth))
        return SequenceNode(resolver.resolver.resolve(SequenceNode, None, True), parts, mark, event.end_mark)
    parts = list(_parts(yaml.MappingEndEvent, events, resolver, depth))
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    return MappingNode(resolver.resolver.resolve(MappingNode, None, True), pairs, mark, event.end_mark)


def _parts(end: type, events: Iterator[Any], resolver: _Resolver, depth: int) -> Iterator[Node]:
    for event in events:
        if isinstance(event, end):
            return
        yield _compose(event, events, resolver, depth + 1)
