"""QTI 2.1, 2.2 and 3.0 items. What QTI 3 calls otherwise is renamed first, so one reader serves all.

https://www.imsglobal.org/question/qtiv2p2/imsqti_v2p2p2_asi_infov1p0.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from lti_tool.content.picture_size import picture_size
from lti_tool.interchange import shapes
from lti_tool.interchange.drafts import (
    Desk,
    Draft,
    Fields,
    RefusedError,
    attempt,
    feedback,
    gap_mark,
    number_in,
    part_ids,
    points,
)
from lti_tool.interchange.html_tree import Node, from_element
from lti_tool.interchange.labels import read_labels, split_labels
from lti_tool.interchange.markup import Block, reduce_blocks
from lti_tool.interchange.qti_names import plain_ident, to_qti2
from lti_tool.interchange.trees import Element, child, children, each, parse_xml, text_of

ROOTS = frozenset({"assessmentItem", "qti-assessment-item"})
INLINE = ("textEntryInteraction", "inlineChoiceInteraction")
ASIDE = (
    "rubricBlock",
    "feedbackInline",
    "feedbackBlock",
    "modalFeedback",
    "stylesheet",
    "infoControl",
    "templateBlock",
)


@dataclass(kw_only=True)
class Response:
    """A declared response: its right values and what values are worth."""

    base: str
    cardinality: str
    keys: list[str]
    worths: dict[str, float] = field(default_factory=dict)

    @property
    def right(self) -> list[str]:
        """The right values: those declared, else those that are worth something."""
        return self.keys or [value for value, worth in self.worths.items() if worth > 0]


@dataclass(kw_only=True)
class Question:
    item: Element
    body: Element
    responses: dict[str, Response]
    labels: Mapping[str, str]
    remarks: Mapping[tuple[str, str], Element]


def is_qti2(root: Element) -> bool:
    return root.tag in ROOTS


def read_qti2(raw: bytes, desk: Desk) -> Iterator[Draft]:
    """The item of a document."""
    item = to_qti2(parse_xml(raw, desk.path))
    ident, title = plain_ident(item.get("identifier", "")), item.get("title", "")
    yield attempt(desk, ident, title, lambda: _read(item, ident, title, desk))


def _read(item: Element, ident: str, title: str, desk: Desk) -> Draft:
    question = _open(item)
    reader = _find_reader(question)
    fields = reader(question, desk)
    labels = question.labels
    most = number_in(text_of(next(_outcomes(item, "MAXSCORE"), None)))
    shared = {**read_labels(labels), **points(desk, most if most and most >= 1 else None)}
    if source := _rubric(question, "source"):
        shared["source"] = text_of(source)
    fields = {**shared, **fields}
    fields.setdefault("feedback", _remarks(question, desk))
    hints = [_told(question, "HINT", f"hint-{number}", desk) for number in range(1, 4)]
    if kept := [hint for hint in hints if hint]:
        fields["hints"] = kept
    return desk.finish(ident, title, fields)


def _open(item: Element) -> Question:
    body = child(item, "itemBody")
    if body is None:
        raise RefusedError("It has no text and nothing to answer with.")
    return Question(
        item=item,
        body=body,
        responses={
            found.get("identifier", ""): _response(found) for found in children(item, "responseDeclaration")
        },
        labels=split_labels(item.get("label", "")),
        remarks={
            (found.get("outcomeIdentifier", ""), found.get("identifier", "")): found
            for found in each(item, "modalFeedback")
        },
    )


def _response(element: Element) -> Response:
    entries = each(child(element, "mapping"), "mapEntry")
    return Response(
        base=element.get("baseType", ""),
        cardinality=element.get("cardinality", "single"),
        keys=[text_of(value) for value in children(child(element, "correctResponse"), "value")],
        worths={found.get("mapKey", ""): number_in(found.get("mappedValue", "")) or 0.0 for found in entries},
    )


def _outcomes(item: Element, name: str) -> Iterator[Element]:
    return (found for found in children(item, "outcomeDeclaration") if found.get("identifier") == name)


def _told(question: Question, outcome: str, ident: str, desk: Desk) -> str:
    found = question.remarks.get((outcome, ident))
    return desk.inline_of(from_element(found)) if found is not None else ""


def _remarks(question: Question, desk: Desk) -> Fields:
    names = {ident.lower(): (outcome, ident) for outcome, ident in question.remarks}

    def told(*wanted: str) -> str:
        found = next((names[name] for name in wanted if name in names), None)
        return _told(question, *found, desk) if found else ""

    return feedback(
        desk,
        told("correct", "right", "correct_fb"),
        told("incorrect", "wrong", "incorrect_fb"),
        told("partial"),
    )


def _rubric(question: Question, name: str) -> Element | None:
    return next((found for found in each(question.body, "rubricBlock") if found.get("class") == name), None)


# ---- the body ---------------------------------------------------------------------------------------------------------


def _is_interaction(node: Node) -> bool:
    return node.tag.endswith("Interaction")


def _tree(question: Question, gaps: list[str] | None = None) -> Node:
    """The body without interactions: their prompts stay, and where gaps are wanted, a mark for each of these."""
    return _without(from_element(question.body), gaps)


def _without(node: Node, gaps: list[str] | None) -> Node:
    kept = Node(node.tag, node.attributes)
    for part in node.inside:
        if isinstance(part, str):
            kept.inside.append(part)
        elif part.tag in INLINE:
            kept.inside.append(_gap(part, gaps))
        elif _is_interaction(part):
            kept.inside += [
                Node("p", {}, inner.inside)
                for inner in part.inside
                if isinstance(inner, Node) and inner.tag == "prompt"
            ]
        elif part.tag not in ASIDE or (
            part.tag == "rubricBlock" and part.attributes.get("view") == "candidate"
        ):
            kept.inside.append(_without(part, gaps))
    return kept


def _gap(node: Node, gaps: list[str] | None) -> str:
    if gaps is None:
        return ""
    gaps.append(node.attributes.get("responseIdentifier", ""))
    return gap_mark(len(gaps) - 1)


def _ask(question: Question, desk: Desk) -> Fields:
    return desk.ask(_distinct(question, reduce_blocks(_tree(question), desk.state)))


def _distinct(question: Question, blocks: list[Block]) -> list[Block]:
    """Some programs write the prompt twice, above the interaction and within it; ours only where somebody meant it."""
    if question.labels:
        return blocks
    return [block for index, block in enumerate(blocks) if block not in blocks[:index]]


# ---- kinds ------------------------------------------------------------------------------------------------------------


def _find_reader(question: Question) -> Callable[[Question, Desk], Fields]:
    found = [element.tag for element in question.body.iter() if element.tag.endswith("Interaction")]
    if not found:
        raise RefusedError("It has nothing to answer with.")
    if set(found) <= set(INLINE):
        return _gaps if len(found) > 1 or found[0] == "inlineChoiceInteraction" else _typed
    if len(found) > 1:
        raise RefusedError("It asks for several answers of different kinds at once.")
    reader = _READERS.get(found[0])
    if reader is None:
        raise RefusedError(f"Its way of answering, {found[0]}, has no equal here.")
    return reader


def _interaction(question: Question) -> tuple[Element, Response]:
    element = next(found for found in question.body.iter() if found.tag.endswith("Interaction"))
    response = question.responses.get(element.get("responseIdentifier", ""))
    if response is None:
        raise RefusedError("Its answer is not declared.")
    return element, response


def _inner(element: Element, desk: Desk) -> str:
    return desk.inline_of(_without(from_element(element), None))


def _is_multiple(element: Element, response: Response) -> bool:
    return response.cardinality == "multiple" and element.get("maxChoices", "1") != "1"


def _choice(question: Question, desk: Desk) -> Fields:
    element, response = _interaction(question)
    right = set(response.right)
    if not right:
        raise RefusedError("It has no right answer.")
    options = []
    for found in each(element, "simpleChoice"):
        ident = found.get("identifier", "")
        remark = next((desk.inline_of(from_element(inner)) for inner in each(found, "feedbackInline")), "")
        remark = remark or _told(question, "REMARK", ident, desk) or _told(question, "FEEDBACK", ident, desk)
        options.append(
            shapes.Option(
                ident=plain_ident(ident), text=_inner(found, desk), is_key=ident in right, feedback=remark
            )
        )
    is_multiple = _is_multiple(element, response)
    is_shuffled = element.get("shuffle", "false") == "true"
    return {**_ask(question, desk), **shapes.choice(options, multiple=is_multiple, shuffle=is_shuffled)}


def _order(question: Question, desk: Desk) -> Fields:
    element, response = _interaction(question)
    texts = {found.get("identifier", ""): _inner(found, desk) for found in each(element, "simpleChoice")}
    if set(response.keys) != set(texts):
        raise RefusedError("Its right order does not name every step.")
    steps = [(plain_ident(key), texts[key], _told(question, "REMARK", key, desk)) for key in response.keys]
    return {**_ask(question, desk), **shapes.order(steps)}


def _pairs(question: Question, desk: Desk) -> Fields:
    element, response = _interaction(question)
    sets = children(element, "simpleMatchSet")
    if len(sets) != 2:
        raise RefusedError("Its two lists cannot be told apart.")
    pairs = [tuple(pair.split()) for pair in response.right]
    if any(len(pair) != 2 for pair in pairs) or not pairs:
        raise RefusedError("It has no right pairs.")
    partners = {
        found.get("identifier", ""): _inner(found, desk) for found in each(sets[1], "simpleAssociableChoice")
    }
    rows = []
    for found in each(sets[0], "simpleAssociableChoice"):
        ident = found.get("identifier", "")
        fits = tuple(plain_ident(right) for left, right in pairs if left == ident and right in partners)
        remark = _told(question, "REMARK", ident, desk)
        rows.append(
            shapes.Row(ident=plain_ident(ident), text=_inner(found, desk), partners=fits, feedback=remark)
        )
    known = {plain_ident(ident): text for ident, text in partners.items()}
    return {**_ask(question, desk), **shapes.pairs(rows, known, question.labels.get("kind", ""))}


def _essay(question: Question, desk: Desk) -> Fields:
    found = _rubric(question, "model-answer")
    model = desk.inline_of(from_element(found)) if found is not None else ""
    most = number_in(text_of(next(_outcomes(question.item, "MAXSCORE"), None))) or 1
    return {**_ask(question, desk), **shapes.essay(desk, model, round(most))}


def _typed(question: Question, desk: Desk) -> Fields:
    """One field to type into: a number, or a word or a few."""
    _, response = _interaction(question)
    gaps: list[str] = []
    blocks = [
        block for block in reduce_blocks(_tree(question, gaps), desk.state) if block.markdown != gap_mark(0)
    ]
    is_inside = any(gap_mark(0) in block.markdown for block in blocks)
    if response.base in {"float", "integer"}:
        fields = shapes.number(*_number(question, response))
        asked = [
            Block(markdown=block.markdown.replace(gap_mark(0), "\\_\\_\\_"), is_paragraph=block.is_paragraph)
            for block in blocks
        ]
        return {**desk.ask(_distinct(question, asked)), **fields}
    accept, near = _accepted(question, response, desk)
    if not is_inside:
        return {**desk.ask(_distinct(question, blocks)), **shapes.text(desk, accept, near)}
    return shapes.typed_gaps(desk, blocks, [("gap", accept)], {})


def _accepted(question: Question, response: Response, desk: Desk) -> tuple[list[str], list[Fields]]:
    best = max(response.worths.values(), default=0.0)
    full = [text for text, worth in response.worths.items() if worth >= best > 0]
    accept = [*full, *(key for key in response.keys if key not in response.worths)]
    near: list[Fields] = []
    others = [(text, worth) for text, worth in response.worths.items() if not worth >= best > 0]
    for number, (text, worth) in enumerate(others, start=1):
        remark = _told(question, "REMARK", f"near-{number}", desk)
        entry: Fields = {"text": desk.plain(text)}
        if best > 0 and worth > 0:
            entry["credit"] = round(worth / best, 6)
        near.append(entry | ({"feedback": remark} if remark else {}))
    return accept, near


def _number(question: Question, response: Response) -> tuple[Decimal, Decimal]:
    try:
        answer = Decimal((response.right or [""])[0])
        told = next((found.get("tolerance", "0") for found in each(question.item, "equal")), "0").split()
        tolerance = Decimal(told[0] if told else "0")
    except InvalidOperation as error:
        raise RefusedError("It has no number as its right answer.") from error
    if not answer.is_finite() or abs(answer) > 10**15 or not tolerance.is_finite():
        raise RefusedError("It has no number as its right answer.")
    mode = next((found.get("toleranceMode", "") for found in each(question.item, "equal")), "")
    return answer, abs(answer) * tolerance / 100 if mode == "relative" else tolerance


def _gaps(question: Question, desk: Desk) -> Fields:
    names: list[str] = []
    blocks = reduce_blocks(_tree(question, names), desk.state)
    found = [element for element in question.body.iter() if element.tag in INLINE]
    kinds = {element.tag for element in found}
    if len(kinds) > 1:
        raise RefusedError("It mixes gaps to type into with gaps to choose for.")
    if any(element.get("responseIdentifier", "") not in question.responses for element in found):
        raise RefusedError("Its answer is not declared.")
    if "textEntryInteraction" in kinds:
        gaps = [(plain_ident(name), question.responses[name].right) for name in names]
        return shapes.typed_gaps(desk, blocks, gaps, _remarks(question, desk))
    chosen = [
        (plain_ident(element.get("responseIdentifier", "")), _words(question, element, desk))
        for element in found
    ]
    is_shuffled = any(element.get("shuffle") == "true" for element in found)
    return shapes.dropdown(desk, blocks, chosen, shuffle=is_shuffled)


def _words(question: Question, element: Element, desk: Desk) -> list[shapes.Option]:
    gap = element.get("responseIdentifier", "")
    right = question.responses[gap].right
    return [
        shapes.Option(
            ident=plain_ident(found.get("identifier", "")),
            text=_inner(found, desk),
            is_key=found.get("identifier", "") in right,
            feedback=_told(question, "REMARK", f"{gap}.{plain_ident(found.get('identifier', ''))}", desk),
        )
        for found in each(element, "inlineChoice")
    ]


def _hotspot(question: Question, desk: Desk) -> Fields:
    element, response = _interaction(question)
    picture = next(each(element, "object", "img"), None)
    name = desk.locate(picture.get("data") or picture.get("src") or "") if picture is not None else None
    if picture is None or name is None:
        raise RefusedError("Its picture did not come along, or cannot be shown.")
    size = picture_size(desk.media[name.removeprefix("media/")]) or _told_size(picture)
    right = set(response.right)
    places = [_place(found, right, size, question, desk) for found in each(element, "hotspotChoice")]
    for own, place in zip(part_ids(place["id"] for place in places), places, strict=True):
        place["id"] = own
    alt = desk.inline_of(from_element(picture)) or desk.plain(picture.get("alt", ""))
    if len(alt) < 3:
        desk.state.untold.append(name)
        alt = "Picture without a description"
    fields: Fields = {"kind": "hotspot", "picture": name, "alt": alt, "size": list(size), "places": places}
    if _is_multiple(element, response):
        fields["multiple"] = True
    return {**_ask(question, desk), **fields}


def _told_size(picture: Element) -> tuple[int, int]:
    size = [picture.get(name, "") for name in ("width", "height")]
    if not all(part.isdecimal() for part in size):
        raise RefusedError("The size of its picture is not told.")
    return int(size[0]), int(size[1])


def _place(found: Element, right: set[str], size: tuple[int, int], question: Question, desk: Desk) -> Fields:
    ident = found.get("identifier", "")
    label = desk.plain(found.get("hotspotLabel", "") or found.get("label", ""))
    if not label:
        raise RefusedError("A place of its picture has no words, so it could not be found without seeing it.")
    remark = _told(question, "REMARK", ident, desk)
    place: Fields = {"id": plain_ident(ident), "label": label, "at": list(_rectangle(found, size, desk))}
    if ident in right:
        place["key"] = True
    return place | ({"feedback": remark} if remark else {})


def _rectangle(found: Element, size: tuple[int, int], desk: Desk) -> tuple[int, int, int, int]:
    """[left, top, width, height]; a circle or polygon becomes the rectangle around it."""
    numbers = [number_in(part) for part in found.get("coords", "").split(",")]
    known = [round(number) for number in numbers if number is not None]
    shape = found.get("shape", "rect")
    if shape == "circle" and len(known) == 3:
        known = [known[0] - known[2], known[1] - known[2], known[0] + known[2], known[1] + known[2]]
    if len(known) < 4:
        raise RefusedError("A place of its picture cannot be located.")
    if shape not in {"rect", ""}:
        desk.note("Places that were round or of many corners became rectangles.")
    left, right = max(0, min(known[::2])), min(size[0], max(known[::2]))
    top, bottom = max(0, min(known[1::2])), min(size[1], max(known[1::2]))
    return left, top, right - left, bottom - top


def _highlight(question: Question, desk: Desk) -> Fields:
    element, response = _interaction(question)
    right = set(response.right)
    pieces: list[Fields] = []
    for part in element:
        if part.tag != "prompt":
            found = _pieces(part, right, question, desk)
            if found and pieces:
                found[0]["paragraph"] = True
            pieces += found
    own = [piece["id"] or f"words-{number}" for number, piece in enumerate(pieces, start=1)]
    for name, piece in zip(part_ids(own), pieces, strict=True):
        piece["id"] = name
    return {**_ask(question, desk), "kind": "highlight", "pieces": pieces}


def _pieces(paragraph: Element, right: set[str], question: Question, desk: Desk) -> list[Fields]:
    """The pieces of a paragraph: each hot text, and the words between them, which cannot be picked."""
    found: list[Fields] = []
    run: list[Node | str] = [paragraph.text or ""]
    for part in [*paragraph, None]:
        if part is None or part.tag == "hottext":
            if told := desk.inline_of(Node("", {}, run)):
                found.append({"id": "", "text": told, "pick": False})
            run = []
        if part is None:
            break
        if part.tag == "hottext":
            ident = part.get("identifier", "")
            piece: Fields = {"id": plain_ident(ident), "text": _inner(part, desk)}
            if ident in right:
                piece["key"] = True
            remark = _told(question, "REMARK", ident, desk)
            found.append(piece | ({"feedback": remark} if remark else {}))
        else:
            run.append(from_element(part))
        run.append(part.tail or "")
    return found


_READERS: Mapping[str, Callable[[Question, Desk], Fields]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _pairs,
    "extendedTextInteraction": _essay,
    "hotspotInteraction": _hotspot,
    "hottextInteraction": _highlight,
}
