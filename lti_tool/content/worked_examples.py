"""The worked examples of a kind in another language: `examples.<language>.yaml` beside `examples.yaml` in the kind's folder.

By the id of each example it holds the strings of the item, named as in a lesson's overlay (`options.company.text`), `example_title`, and `example_cases`:
the names of the answers, one after the other. Where an answer is typed, `example_answers` gives it in that language, by its place from 0:

    lateral:
      example_title: Dos palabras
      prompt: ¿Cómo se llama …?
      example_cases: [correcta, casi]
      example_answers: {0: {text: [lectura lateral]}}

Messages and the key are not written again: the kind makes them from the translated item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from lti_tool import quick_yaml
from lti_tool.content.overlay import (
    Slot,
    Texts,
    Translated,
    dump,
    find_stale,
    list_slots,
    slot_hash,
    translate_model,
)
from lti_tool.content.stamp import Stamp, is_due, write_stamps
from lti_tool.content.translations import read_text_entry
from lti_tool.interactions import FOLDER, Example, find_kinds, get_kind, load_examples, revise
from lti_tool.interactions.contract import Form, Text
from lti_tool.interactions.examples import Case

ANSWERS = "example_answers"


class Heading(BaseModel):
    """What an example has to translate beside its item."""

    example_title: Text
    example_cases: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """One example in another language."""

    texts: Texts
    answers: Mapping[int, Form]


def example_in(kind: str, example: Example, lang: str) -> Example | None:
    """The example in another language, or None while a string of it is missing."""
    overlay = load_overlays(kind, lang).get(example.id)
    module = get_kind(kind)
    spec = translate_model(module.Spec.model_validate(example.spec), overlay.texts) if overlay else None
    heading = translate_model(heading_of(example), overlay.texts) if overlay else None
    if overlay is None or spec is None or heading is None or len(heading.example_cases) != len(example.cases):
        return None
    cases = tuple(
        _case_in(module, spec, case, name, overlay.answers.get(at, case.answer))
        for at, (case, name) in enumerate(zip(example.cases, heading.example_cases, strict=True))
    )
    changes = {
        "title": heading.example_title,
        "spec": dump(spec),
        "key": module.key_text(spec),
        "cases": cases,
    }
    return example.model_copy(update=changes)


def _case_in(module: Any, spec: BaseModel, case: Case, name: str, answer: Form) -> Case:
    response: dict[str, Any] = {}
    for form in (*case.steps, answer):
        response = revise(module, spec, response, form)
    message = module.score(spec, response).message
    return case.model_copy(update={"name": name, "answer": answer, "message": message})


def heading_of(example: Example) -> Heading:
    return Heading(example_title=example.title, example_cases=tuple(case.name for case in example.cases))


def file_of(kind: str, lang: str) -> Path:
    return FOLDER / kind / f"examples.{lang}.yaml"


@cache
def load_overlays(kind: str, lang: str) -> Mapping[str, Overlay]:
    """By the id of the example; empty where nobody has translated."""
    file = file_of(kind, lang)
    raw = quick_yaml.load(file.read_text("utf-8")) if file.is_file() else None
    return {name: _read(entry) for name, entry in (raw or {}).items()}


def _read(entry: Mapping[str, Any]) -> Overlay:
    read = {name: read_text_entry(value) for name, value in entry.items() if name != ANSWERS}
    texts: dict[str, Translated] = {name: text for name, text in read.items() if text}
    return Overlay(texts=texts, answers=entry.get(ANSWERS, {}))


def slots_of(kind: str, example: Example, texts: Texts) -> tuple[Slot, ...]:
    """Everything of an example that is to be translated."""
    spec = get_kind(kind).Spec.model_validate(example.spec)
    return (*list_slots(heading_of(example), texts), *list_slots(spec, texts))


def list_gaps(kind: str, lang: str) -> Iterator[str]:
    """What a kind's overlay lacks, has too much, or has of an older wording; `.ci/messages --write` stamps what is new."""
    overlays = load_overlays(kind, lang)
    yield from (f"{name}: no such example" for name in overlays.keys() - {e.id for e in load_examples(kind)})
    for example in load_examples(kind):
        texts = overlays[example.id].texts if example.id in overlays else {}
        slots = slots_of(kind, example, texts)
        paths = {slot.path for slot in slots}
        yield from (f"{example.id}: {path}: not translated" for path in sorted(paths - texts.keys()))
        yield from (f"{example.id}: {path}: no such string" for path in sorted(texts.keys() - paths))
        yield from (
            f"{example.id}: {slot.path}: the original has changed" for slot in find_stale(slots, texts)
        )
        yield from (
            f"{example.id}: {path}: not stamped" for path, told in texts.items() if told.source is None
        )


def stamp_examples(lang: str) -> None:
    """Write beside each new string the fingerprint of its original."""
    for kind in find_kinds():
        overlays = load_overlays(kind, lang)
        stamps = [
            Stamp(file=file_of(kind, lang), steps=(example.id, slot.path), fingerprint=slot_hash(slot))
            for example in load_examples(kind)
            if example.id in overlays
            for slot in slots_of(kind, example, overlays[example.id].texts)
            if (told := overlays[example.id].texts.get(slot.path)) and is_due(told.source, "", False)
        ]
        if stamps:
            write_stamps(file_of(kind, lang), stamps)
    load_overlays.cache_clear()
