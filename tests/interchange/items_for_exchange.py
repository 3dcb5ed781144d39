"""Items of every kind for the tests of imports and exports, and what of them has to come back."""

from functools import lru_cache
from pathlib import Path

from hypothesis import strategies as st

from lti_tool.content.folder import load_library
from lti_tool.content.markdown import render_block, render_inline
from lti_tool.content.model import Item
from lti_tool.interactions import get_kind
from lti_tool.interchange.bank import Plan
from lti_tool.interchange.packing import Parcel

ROOT = Path(__file__).parents[2]
WITHOUT_IDS = {"moodle", "csv"}
"""Formats that have no name for an option or a row."""
NASTY = (
    "owl",
    "510.10",
    "a * b",
    "x_y_z",
    "<b>bold</b>",
    "# no heading",
    "1. first",
    "“quoted”",
    "5 & 6 &amp; 7",
    "\\[a\\](b)",
    "[site](https://www.loc.gov/x)",
    "`code`",
    "~tilde~",
    "{1:SHORT:=x}",
    "=equal",
    "50%",
    "ñandú 日本 🦉",
    "C:\\dir",
    "]]>",
    "$100",
    "*soft*",
    "**strong**",
    "no: yes",
    "'quoted'",
    "=SUM(A1)",
)


@lru_cache
def real_library():
    return load_library(ROOT / "modules", quizzes=ROOT / "quizzes")


def plan(**more):
    told = {"bank_id": "imported", "title": "Imported", "skill": "leave-the-page"}
    return Plan(**(told | {"skills": frozenset(real_library().skills)} | more))


def make_item(number, kind, **fields):
    return Item(
        id=f"ex-{number}",
        kind=kind,
        skill="find-the-maker",
        difficulty="hard",
        grades=(3, 5),
        points=fields.pop("points", 1),
        tries=1,
        spec=get_kind(kind).Spec.model_validate(fields),
    )


def parcel_of(items, media=None):
    return Parcel(ident="sample", title="A <sample> & more", items=tuple(items), media=media or {})


def texts(at_most=3):
    return st.lists(st.sampled_from(NASTY), min_size=1, max_size=at_most).map(
        lambda words: "Say " + " ".join(words)
    )


def maybe(strategy):
    return st.none() | strategy


def some(at_least, at_most):
    """That many different texts."""
    return st.lists(texts(2), min_size=at_least, max_size=at_most, unique=True).map(
        lambda found: [f"{text} {number}" for number, text in enumerate(found)]
    )


REMARKS = st.fixed_dictionaries({"correct": texts(), "incorrect": texts(), "partial": maybe(texts())})
COMMON = {
    "prompt": texts(),
    "feedback": REMARKS,
    "hints": st.lists(texts(), max_size=2),
    "points": st.integers(1, 9),
    "stimulus": maybe(st.lists(texts(), min_size=1, max_size=2).map("\n\n".join)),
}


@st.composite
def items(draw, kind, number=1):
    common = {name: draw(strategy) for name, strategy in COMMON.items()}
    return make_item(number, kind, **common, **FIELDS[kind](draw))


def _choice(draw):
    found = draw(some(2, 5))
    keys = draw(st.sets(st.integers(0, len(found) - 1), min_size=1, max_size=len(found) - 1))
    options = [
        {"id": f"o{index}", "text": text, "key": index in keys, "feedback": draw(maybe(texts(1)))}
        for index, text in enumerate(found)
    ]
    return {
        "options": options,
        "multiple": len(keys) > 1 or draw(st.booleans()),
        "shuffle": draw(st.booleans()),
    }


def _short_text(draw):
    words = draw(
        st.lists(
            st.sampled_from(["lateral reading", "wolf", "Dewey", "ISBN 13", "510.10"]),
            min_size=1,
            unique=True,
        )
    )
    near = [{"text": "vertical reading", "credit": 0.25, "feedback": "Nearly."}, {"text": "sideways"}]
    return {"accept": words, "near": near if draw(st.booleans()) else []}


def _numeric(draw):
    number = st.decimals(-(10**6), 10**6, places=3, allow_nan=False).map(float)
    return {"answer": draw(number), "tolerance": abs(draw(st.sampled_from([0.0, 0.5, 20.0])))}


def _rows(draw, name, partners):
    found = draw(some(2, 6))
    return [
        {"id": f"r{index}", "text": text, name: partners(index), "feedback": draw(maybe(texts(1)))}
        for index, text in enumerate(found)
    ]


def _match(draw):
    rows = _rows(draw, "partner", lambda index: f"p{index}")
    partners = [
        {"id": f"p{index}", "text": f"Partner {index}"}
        for index in range(max(3, len(rows) + draw(st.integers(0, 2))))
    ]
    return {"rows": rows, "partners": partners}


def _sorter(draw):
    cards = _rows(draw, "bin", lambda index: f"b{index % 2}")
    return {"cards": cards, "bins": [{"id": f"b{index}", "label": f"Bin {index}"} for index in range(2)]}


def _categorise(draw):
    things = _rows(draw, "fits", lambda index: [[], ["c0"], ["c0", "c2"]][(index + 1) % 3])
    return {
        "things": things,
        "categories": [{"id": f"c{index}", "label": f"Category {index}"} for index in range(3)],
    }


def _order(draw):
    found = draw(some(3, 6))
    return {
        "steps": [
            {"id": f"s{index}", "text": text, "feedback": draw(maybe(texts(1)))}
            for index, text in enumerate(found)
        ]
    }


def _dropdown(draw):
    gaps = [
        {
            "id": f"g{number}",
            "options": [
                {"id": f"o{index}", "text": text, "key": index == 1, "feedback": draw(maybe(texts(1)))}
                for index, text in enumerate(draw(some(2, 4)))
            ],
        }
        for number in range(draw(st.integers(1, 3)))
    ]
    return {
        "text": "\n\n".join(f"{draw(texts(1))} [[{gap['id']}]], and" for gap in gaps),
        "gaps": gaps,
        "shuffle": draw(st.booleans()),
    }


def _highlight(draw):
    found = draw(some(3, 6))
    return {
        "pieces": [
            {
                "id": f"h{index}",
                "text": text,
                "key": index == 1,
                "paragraph": index == 2,
                "feedback": draw(maybe(texts(1))),
            }
            for index, text in enumerate(found)
        ]
    }


def _open_response(draw):
    levels = [
        {"id": "a", "label": "A", "points": 1, "text": "x"},
        {"id": "b", "label": "B", "points": 0, "text": "y"},
    ]
    return {"rubric": [{"id": "r", "title": "R", "levels": levels}], "model_answer": draw(texts())}


FIELDS = {
    "choice": _choice,
    "short_text": _short_text,
    "numeric": _numeric,
    "match": _match,
    "sorter": _sorter,
    "categorise": _categorise,
    "order": _order,
    "dropdown": _dropdown,
    "highlight": _highlight,
    "open_response": _open_response,
}


def essence(item, told):
    """What a format promises to bring back of an item: everything but what it says it cannot tell."""
    unsaid = set(told.list_unsaid(item.kind)) | {"tries", "status", "lang"}
    fields = item.model_dump(mode="json", exclude=unsaid)
    fields["spec"] = {
        name: _shown(value, name) for name, value in fields["spec"].items() if name not in unsaid
    }
    fields["spec"] = _without(fields["spec"], "feedback") if "remarks" in unsaid else fields["spec"]
    if told.name in WITHOUT_IDS:
        fields["spec"] = ID_FREE.get(item.kind, lambda spec: spec)(fields["spec"])
    return fields


def _shown(value, name):
    """Texts as they are read: Markdown may be written in several ways."""
    if isinstance(value, str):
        return (
            " ".join((render_block if name in {"stimulus", "text"} else render_inline)(value).split())
            if name not in ("id", "picture")
            else value
        )
    if isinstance(value, list):
        return [_shown(each, name) for each in value]
    if isinstance(value, dict):
        return {key: _shown(each, key) for key, each in value.items()}
    return value


def _without(spec, name):
    """Rows, cards and steps without their remarks."""
    return {
        key: [{k: v for k, v in each.items() if k != name} for each in told]
        if key in {"rows", "cards", "steps"}
        else told
        for key, told in spec.items()
    }


def _pairs_without_ids(rows, row_name, partners, label):
    def told(spec):
        known = {each["id"]: each[label] for each in spec[partners]}
        named = [{**each, "id": "", row_name: known[each[row_name]]} for each in spec[rows]]
        return {**spec, rows: named, partners: sorted(known.values())}

    return told


def _list_without_ids(name):
    return lambda spec: {**spec, name: [{**each, "id": ""} for each in spec[name]]}


def _gaps_without_ids(spec):
    text = spec["text"]
    for number, gap in enumerate(spec["gaps"]):
        text = text.replace(f"[[{gap['id']}]]", f"[[{number}]]")
    gaps = [_list_without_ids("options")({**gap, "id": ""}) for gap in spec["gaps"]]
    return {**spec, "text": text, "gaps": gaps}


ID_FREE = {
    "choice": _list_without_ids("options"),
    "order": _list_without_ids("steps"),
    "match": _pairs_without_ids("rows", "partner", "partners", "text"),
    "sorter": _pairs_without_ids("cards", "bin", "bins", "label"),
    "dropdown": _gaps_without_ids,
}
