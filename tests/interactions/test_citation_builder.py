"""What `citation_builder` knows of the three styles, and what it scores and refuses."""

import re
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import citation_builder as kind
from lti_tool.interactions.citation_builder.forms import forms_of
from lti_tool.interactions.citation_builder.styles import Source, Style

PIECES = [
    {"id": "mara", "text": "by Mara Jane Okafor", "name": ["Okafor, Mara Jane"]},
    {"id": "editors", "text": "Edited by", "name": ["Vega, Luis", "Lee, Ann"]},
    {
        "id": "title",
        "text": "TIDES",
        "title": "The Life of Tides in Maine",
        "sentence": "The life of tides in Maine",
    },
    {"id": "whole", "text": "Ocean Letters", "title": "Ocean Letters", "sentence": "Ocean letters"},
    {"id": "press", "text": "Harbor Press"},
    {"id": "date", "text": "March 4, 2024", "date": "2024-03-04"},
    {"id": "volume", "text": "Vol. XII", "number": "12"},
    {"id": "issue", "text": "Number 3", "number": "3"},
    {"id": "pages", "text": "from 44 to 59", "number": "44-59"},
    {"id": "edition", "text": "Second Edition", "edition": 2},
    {"id": "address", "text": "site", "address": "https://www.ocean.example/tides_1"},
    {"id": "read", "text": "today", "date": "2026-11-01"},
    {"id": "city", "text": "Portland"},
    {"id": "price", "text": "$3"},
]
ELEMENTS = {
    "author": "mara",
    "editor": "editors",
    "title": "title",
    "container": "whole",
    "publisher": "press",
    "date": "date",
    "volume": "volume",
    "issue": "issue",
    "pages": "pages",
    "edition": "edition",
    "address": "address",
    "place": "city",
}
# Each written by hand after the handbooks' own models, not by the program.
EXPECTED = """
mla9 book: Okafor, Mara Jane. *The Life of Tides in Maine*. 2nd ed., Harbor Press, 2024.
mla9 chapter: Okafor, Mara Jane. “The Life of Tides in Maine.” *Ocean Letters*, edited by Luis Vega and Ann Lee, 2nd ed., Harbor Press, 2024, pp. 44–59.
mla9 journal: Okafor, Mara Jane. “The Life of Tides in Maine.” *Ocean Letters*, vol. 12, no. 3, 2024, pp. 44–59, www.ocean.example/tides_1.
mla9 news: Okafor, Mara Jane. “The Life of Tides in Maine.” *Ocean Letters*, 4 Mar. 2024, pp. 44–59, www.ocean.example/tides_1.
mla9 encyclopedia: Okafor, Mara Jane. “The Life of Tides in Maine.” *Ocean Letters*, 2nd ed., Harbor Press, 4 Mar. 2024, www.ocean.example/tides_1.
mla9 web: Okafor, Mara Jane. “The Life of Tides in Maine.” *Ocean Letters*, Harbor Press, 4 Mar. 2024, www.ocean.example/tides_1.
mla9 video: “The Life of Tides in Maine.” *Ocean Letters*, uploaded by Mara Jane Okafor, 4 Mar. 2024, www.ocean.example/tides_1.
mla9 podcast: Okafor, Mara Jane, host. “The Life of Tides in Maine.” *Ocean Letters*, Harbor Press, 4 Mar. 2024, www.ocean.example/tides_1.
mla9 image: Okafor, Mara Jane. *The Life of Tides in Maine*. 2024. *Ocean Letters*, www.ocean.example/tides_1.
mla9 ai: “The Life of Tides in Maine” prompt. *Ocean Letters*, 2nd ed., Harbor Press, 4 Mar. 2024, www.ocean.example/tides_1.
apa7 book: Okafor, M. J. (2024). *The life of tides in Maine* (2nd ed.). Harbor Press.
apa7 chapter: Okafor, M. J. (2024). The life of tides in Maine. In L. Vega & A. Lee (Eds.), *Ocean letters* (pp. 44–59). Harbor Press.
apa7 journal: Okafor, M. J. (2024). The life of tides in Maine. *Ocean Letters*, *12*(3), 44–59. https://www.ocean.example/tides_1
apa7 news: Okafor, M. J. (2024, March 4). The life of tides in Maine. *Ocean Letters*. https://www.ocean.example/tides_1
apa7 encyclopedia: Okafor, M. J. (2024). The life of tides in Maine. In *Ocean Letters*. Harbor Press. https://www.ocean.example/tides_1
apa7 web: Okafor, M. J. (2024, March 4). *The life of tides in Maine*. Ocean Letters. https://www.ocean.example/tides_1
apa7 video: Okafor, M. J. (2024, March 4). *The life of tides in Maine* [Video]. Ocean Letters. https://www.ocean.example/tides_1
apa7 podcast: Okafor, M. J. (Host). (2024, March 4). The life of tides in Maine [Audio podcast episode]. In *Ocean Letters*. Harbor Press. https://www.ocean.example/tides_1
apa7 image: Okafor, M. J. (2024). *The life of tides in Maine* [Image]. Ocean Letters. https://www.ocean.example/tides_1
apa7 ai: Harbor Press. (2024). *Ocean Letters* (2nd ed.) [Large language model]. https://www.ocean.example/tides_1
chicago18 book: Okafor, Mara Jane. *The Life of Tides in Maine*. 2nd ed. Harbor Press, 2024.
chicago18 chapter: Okafor, Mara Jane. “The Life of Tides in Maine.” In *Ocean Letters*, edited by Luis Vega and Ann Lee. 2nd ed. Harbor Press, 2024.
chicago18 journal: Okafor, Mara Jane. “The Life of Tides in Maine.” *Ocean Letters* 12, no. 3 (2024): 44–59. https://www.ocean.example/tides_1.
chicago18 news: Okafor, Mara Jane. “The Life of Tides in Maine.” *Ocean Letters*, March 4, 2024. https://www.ocean.example/tides_1.
chicago18 encyclopedia: Okafor, Mara Jane. “The Life of Tides in Maine.” In *Ocean Letters*. 2nd ed. Harbor Press, March 4, 2024. https://www.ocean.example/tides_1.
chicago18 web: Okafor, Mara Jane. “The Life of Tides in Maine.” Ocean Letters. Harbor Press, March 4, 2024. https://www.ocean.example/tides_1.
chicago18 video: Okafor, Mara Jane. “The Life of Tides in Maine.” March 4, 2024. Ocean Letters. https://www.ocean.example/tides_1.
chicago18 podcast: Okafor, Mara Jane, host. “The Life of Tides in Maine.” *Ocean Letters*. Harbor Press, March 4, 2024. https://www.ocean.example/tides_1.
chicago18 image: Okafor, Mara Jane. *The Life of Tides in Maine*. 2024. Ocean Letters. https://www.ocean.example/tides_1.
chicago18 ai: Ocean Letters. Response to “The Life of Tides in Maine.” Harbor Press, March 4, 2024. https://www.ocean.example/tides_1.
"""
WHOLE = dict(line.split(": ", 1) for line in EXPECTED.strip().splitlines())


def cited(style, source, elements=ELEMENTS, pieces=PIECES):
    pages = [{"id": "page", "label": "Page", "pieces": pieces}]
    return spec_of("citation_builder", style=style, source_type=source, pages=pages, elements=elements)


def shown(spec):
    return spec.citation.replace("\\", "")


def without(*roles, **others):
    return {role: piece for role, piece in ELEMENTS.items() if role not in roles} | others


@pytest.mark.parametrize("of_what", WHOLE)
def test_citation_is_as_the_handbooks_have_it(of_what):
    assert shown(cited(*of_what.split())) == WHOLE[of_what]


def test_every_style_knows_every_source():
    assert set(WHOLE) == {f"{style} {source}" for style in get_args(Style) for source in get_args(Source)}


@pytest.mark.parametrize(
    ("style", "source", "elements", "expected"),
    [
        ("apa7", "web", without("author"), "*The life of tides in Maine*. (2024, March 4). Ocean Letters."),
        (
            "apa7",
            "web",
            without("date"),
            "Okafor, M. J. (n.d.). *The life of tides in Maine*. Ocean Letters.",
        ),
        (
            "mla9",
            "web",
            without("author", "publisher"),
            "“The Life of Tides in Maine.” *Ocean Letters*, 4 Mar. 2024,",
        ),
        (
            "chicago18",
            "web",
            without("date", accessed="read"),
            "Okafor, Mara Jane. “The Life of Tides in Maine.” Ocean Letters. Harbor Press. Accessed November 1, 2026.",
        ),
        ("chicago18", "web", without("author"), "“The Life of Tides in Maine.” Ocean Letters. Harbor Press,"),
        (
            "apa7",
            "journal",
            without("issue"),
            "Okafor, M. J. (2024). The life of tides in Maine. *Ocean Letters*, *12*, 44–59.",
        ),
        (
            "mla9",
            "book",
            without("publisher", "date"),
            "Okafor, Mara Jane. *The Life of Tides in Maine*. 2nd ed.",
        ),
    ],
)
def test_what_a_source_lacks_drops_out(style, source, elements, expected):
    assert shown(cited(style, source, elements)).startswith(expected)


@pytest.mark.parametrize(
    ("style", "names", "expected"),
    [
        ("mla9", ["Okafor, Mara", "Lee, Ann"], "Okafor, Mara, and Ann Lee."),
        ("mla9", ["Okafor, Mara", "Lee, Ann", "Vega, Luis"], "Okafor, Mara, et al."),
        ("mla9", ["World Tide Council"], "World Tide Council."),
        ("apa7", ["Okafor, Mara", "Lee, Ann"], "Okafor, M., & Lee, A. (2024)"),
        ("apa7", ["Okafor, Mara", "Lee, Ann", "Vega, Luis"], "Okafor, M., Lee, A., & Vega, L. (2024)"),
        ("apa7", ["World Tide Council"], "World Tide Council. (2024)"),
        ("chicago18", ["Okafor, Mara", "Lee, Ann", "Vega, Luis"], "Okafor, Mara, Ann Lee, and Luis Vega."),
        ("chicago18", ["World Tide Council"], "World Tide Council."),
    ],
)
def test_names_of_several_and_of_groups(style, names, expected):
    pieces = [{"id": "mara", "text": "by", "name": names}, *PIECES[1:]]

    assert shown(cited(style, "book", pieces=pieces)).startswith(expected)


@pytest.mark.parametrize(
    ("title", "style", "expected"),
    [
        ("Why Do Tides Turn?", "mla9", "“Why Do Tides Turn?” *Ocean Letters*,"),
        ("Why Do Tides Turn?", "apa7", "*Why Do Tides Turn?* Ocean Letters."),
        ("*Stars* & <b>Tides</b>", "mla9", "“*Stars* & <b>Tides</b>.” *Ocean"),
    ],
)
def test_no_period_follows_a_question_and_no_markup_comes_in(title, style, expected):
    pieces = [
        piece if piece["id"] != "title" else {"id": "title", "text": "t", "title": title} for piece in PIECES
    ]

    assert expected in shown(cited(style, "web", pieces=pieces))


@pytest.mark.parametrize("style", get_args(Style))
@pytest.mark.parametrize("source", get_args(Source))
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_full_marks_only_for_all_elements_in_order_and_form(style, source, data):
    spec = cited(style, source)
    form = right_form(spec)
    assert kind.score(spec, kind.parse(spec, form)).ratio == 1

    piece = data.draw(st.sampled_from(sorted(spec.needed)))
    extra = data.draw(st.sampled_from(["price", "city"]))
    others = [name for name in forms_of(spec.pieces_by_id[piece]) if name not in spec.right(piece)]
    spoiled = data.draw(
        st.sampled_from(
            [
                form | {"pick": [each for each in form["pick"] if each != piece]},
                form | {"pick": [*form["pick"], extra]},
                form | {f"place.{piece}": [""]},
                form | {f"form.{piece}": others[:1]},
            ]
        )
    )

    assert kind.score(spec, kind.parse(spec, spoiled)).ratio < 1


def right_form(spec):
    form = {"pick": list(spec.needed)}
    for place, piece in enumerate(spec.needed, start=1):
        form |= {f"place.{piece}": [str(place)], f"form.{piece}": [spec.right(piece)[0]]}
    return form


def test_both_ways_of_writing_an_address_are_right_in_mla():
    spec = cited("mla9", "web")

    for way in ("whole", "bare"):
        assert kind.score(spec, kind.parse(spec, right_form(spec) | {"form.address": [way]})).ratio == 1


def test_the_day_of_access_is_free_in_mla_and_wrong_in_apa():
    free, wrong = (
        cited("mla9", "web", without(accessed="read")),
        cited("apa7", "web", without(accessed="read")),
    )
    picked = {style: right_form(spec) for style, spec in (("mla9", free), ("apa7", wrong))}
    for form in picked.values():
        form["pick"].append("read")

    assert kind.score(free, kind.parse(free, picked["mla9"])).ratio == 1
    score = kind.score(wrong, kind.parse(wrong, picked["apa7"]))
    assert score.part("read").reasons == ("no-accessed",)


def test_each_wrong_element_is_named_with_the_reason():
    spec = cited("mla9", "book")
    form = right_form(spec) | {"form.mara": ["initials"], "form.title": ["quoted"], "place.date": ["1"]}
    form["pick"].append("city")

    score = kind.score(spec, kind.parse(spec, form))

    assert score.part("mara").reasons == ("is-author", "name-inverted")
    assert score.part("title").reasons == ("is-title", "title-italic")
    assert score.part("date").reasons == ("is-date", "place")
    assert score.part("city").reasons == ("no-place",)
    assert score.part("press").verdict == "right"


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece["id"])
def test_forms_offered_look_different(piece):
    texts = list(forms_of(cited("mla9", "book").pieces_by_id[piece["id"]]).values())

    assert len(texts) >= 3
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("elements", "advice"),
    [
        ({"author": "nobody", "title": "title"}, "“nobody”, which does not exist"),
        ({"author": "title", "title": "whole"}, "give it `name`"),
        ({"author": "mara", "publisher": "mara"}, "take away its `name`"),
        ({"title": "title", "editor": "editors"}, "needs at least two of author, title"),
        ({"title": "whole", "container": "whole", "author": "mara"}, "the pieces in `elements`"),
    ],
)
def test_author_is_told_what_to_do(elements, advice):
    with pytest.raises(ValidationError, match=advice):
        cited("mla9", "book", elements)


@pytest.mark.parametrize(
    ("piece", "advice"),
    [
        ({"id": "x", "text": "x", "name": ["A"], "date": "2024"}, "has name and date"),
        ({"id": "x", "text": "x", "sentence": "x"}, "but no `title`"),
        ({"id": "x", "text": "x", "name": ["Okafor,"]}, "write `Family, Given`"),
        ({"id": "x", "text": "x", "date": "4 March"}, "pattern"),
        ({"id": "citation", "text": "x"}, "name it otherwise"),
    ],
)
def test_author_is_told_what_a_piece_lacks(piece, advice):
    with pytest.raises(ValidationError, match=advice):
        cited("mla9", "book", pieces=[*PIECES, piece])


def test_what_is_printed_on_the_source_keeps_its_language_on_every_page():
    """A screen reader in Spanish then reads “The Secret Life of Tides” in English."""
    page = render("citation_builder", spec_of("citation_builder"))
    spoken = re.findall(
        r"<(?:span|legend|p)([^>]*)>(?:<em>)?(?:THE SECRET LIFE OF TIDES|The Secret Life of Tides|Harbor Press)",
        page,
    )

    assert len(spoken) > 4 and all('lang="en"' in attributes for attributes in spoken)
