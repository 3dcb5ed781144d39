"""What `shelf_order` knows of shelves, and what it scores and refuses."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_harness import spec_of
from pydantic import ValidationError

from lti_tool.interactions import shelf_order
from lti_tool.interactions.shelf_order.rules import ladder, sort_key

# Each shelf as it stands; written by hand.
DEWEY = """
005.133 PYT
028 ABE
510 ABE
510 ABE v.2
510 ABE v.10
510.1 ABE
599 ZIM
599.5 LEE
599.5 LEE 2019
599.5 LEE 2021
599.5 OKA
599.52 ABE
599.6 ABE
796.3 B7
796.3 B78
796.3 B8
796.334 MES
"""
LCC = """
Q175 .K95 2012
QA9 .B66 2018
QA76 .A1
QA76.73 .P345 2019
QA76.73 .P98 2020
QA76.73 .P98 2020 c.2
QA76.73 .P98 2023
QA76.9 .D3
QA76.9 .D3 1998
QA76.9 .D3 B5
QA610 .A2
PS3545.I345
"""
FICTION = [
    ("FIC DEL", "De la Cruz, Ana", "Sun"),
    ("FIC LEE", "Lee, Ann", "Zoe's Bridge"),
    ("FIC LEE", "Lee, Harper", "To Climb"),
    ("FIC LEE", "Leeson, Ann", "A Boat"),
    ("FIC MAC", "Macdonald, Ian", "Kites"),
    ("FIC MCA", "McAdam, Ben", "Zebra"),
    ("FIC NUN", "Núñez, Eva", "El árbol"),
    ("FIC NUN", "Núñez, Eva", "La casa"),
    ("FIC OBR", "O'Brien, Tim", "7 Days"),
    ("FIC OBR", "O'Brien, Tim", "20 Nights"),
    ("FIC OBR", "O'Brien, Tim", "The Apple"),
    ("FIC OBR", "O'Brien, Tim", "Bears"),
    ("FIC OBR", "O'Brien, Tim", "New Moon"),
    ("FIC OBR", "O'Brien, Tim", "Newborn"),
]
LCC_SHELF = [*LCC.split("\n")[-2:-1], *LCC.split("\n")[1:-2]]
SHELVES = {
    "dewey": [(label, "", "Title") for label in DEWEY.strip().splitlines()],
    "lcc": [(label, "", "Title") for label in LCC_SHELF],
    "fiction": FICTION,
}


def key_of(scheme, book):
    label, author, title = book
    return sort_key(ladder(scheme, label, title, author))


@pytest.mark.parametrize("scheme", SHELVES)
@settings(deadline=None)
@given(data=st.data())
def test_shelf_stands_as_a_librarian_would_have_it(scheme, data):
    shelf = SHELVES[scheme]
    mixed = data.draw(st.permutations(shelf))

    assert sorted(mixed, key=lambda book: key_of(scheme, book)) == shelf


@pytest.mark.parametrize("scheme", SHELVES)
def test_neighbors_never_share_a_place(scheme):
    keys = [key_of(scheme, book) for book in SHELVES[scheme]]

    assert all(one < other for one, other in pairwise(keys))


DEWEY_LABELS = st.builds(
    lambda number, decimal, letters: f"{number:03}{decimal and '.' + decimal} {letters}",
    st.integers(0, 999),
    st.text("0123456789", max_size=4),
    st.sampled_from(["ABE", "LEE", "OKA", "B7", "B78", "LEE 2019", "LEE v.2", "LEE v.10"]),
)
LCC_LABELS = st.builds(
    lambda letters, number, decimal, rest: f"{letters}{number}{decimal and '.' + decimal} {rest}".strip(),
    st.sampled_from(["Q", "QA", "PS", "Z"]),
    st.integers(1, 9999),
    st.text("0123456789", max_size=3),
    st.sampled_from(["", ".P98", ".P345", ".P345 2019", ".P345 B5 2019", ".P98 v.2 c.3", "2019"]),
)


@settings(deadline=None)
@given(labels=st.lists(DEWEY_LABELS, min_size=2, max_size=8))
def test_dewey_numbers_stand_as_decimals(labels):
    shelf = sorted(labels, key=lambda label: key_of("dewey", (label, "", "x")))

    numbers = [float(label.split()[0]) for label in shelf]
    assert numbers == sorted(numbers)


@settings(deadline=None)
@given(labels=st.lists(LCC_LABELS, min_size=2, max_size=8))
def test_lcc_classes_stand_by_letters_then_by_whole_numbers(labels):
    shelf = sorted(labels, key=lambda label: key_of("lcc", (label, "", "x")))

    classes = [re.match(r"([A-Z]+)(\d+)", label).groups() for label in shelf]
    assert classes == sorted(classes, key=lambda each: (each[0], int(each[1])))


@settings(deadline=None)
@given(one=LCC_LABELS, other=LCC_LABELS, third=LCC_LABELS)
def test_any_labels_can_be_compared_and_the_order_holds_together(one, other, third):
    one, other, third = (key_of("lcc", (label, "", "x")) for label in (one, other, third))

    assert (one < other) + (other < one) + (one == other) == 1
    assert not (one < other < third) or one < third


@pytest.mark.parametrize(
    ("scheme", "labels", "rules"),
    [
        ("dewey", ["599.5 LEE", "599.52 ABE", "599.6 ABE"], ["decimal", "decimal", "decimal"]),
        ("dewey", ["510 ABE v.2", "510 ABE v.10", "520 ABE"], ["volume", "volume", "class"]),
        ("dewey", ["510 ABE", "510 ABE 2019", "510 ABE 2020"], ["nothing", "nothing", "year"]),
        ("lcc", ["Q1 .A1", "QA9 .A1", "QA76 .A1"], ["letters", "number", "number"]),
        ("lcc", ["QA76 .P345", "QA76 .P98", "QA76 .Q1"], ["figures", "figures", "cutter"]),
    ],
)
def test_the_rule_that_was_overlooked_is_named(scheme, labels, rules):
    books = [{"id": f"b{i}", "label": label, "title": "T"} for i, label in enumerate(labels)]
    spec = spec_of("shelf_order", scheme=scheme, books=books)

    score = shelf_order.score(spec, {"places": {"b0": 3, "b1": 2, "b2": 1}})

    assert [score.part(f"b{i}").reasons for i in range(3)] == [(rule,) for rule in rules]


@settings(deadline=None)
@given(ids=st.permutations(["bridge", "frog", "apple", "moon", "storm"]), index=st.integers(0, 4))
def test_full_marks_only_for_the_whole_shelf_in_order(ids, index):
    spec = spec_of("shelf_order", "fiction")
    places = {book_id: place for place, book_id in enumerate(ids, start=1)}

    assert (shelf_order.score(spec, {"places": places}).ratio == 1) == (
        list(ids) == [b.id for b in spec.shelf]
    )
    del places[ids[index]]
    assert shelf_order.score(spec, {"places": places}).ratio < 1


@pytest.mark.parametrize("index", range(5))
@pytest.mark.parametrize("to", range(5))
def test_one_book_astray_costs_one_book(index, to):
    spec = spec_of("shelf_order", "fiction")
    moved = [book.id for book in spec.shelf]
    moved.insert(to, moved.pop(index))

    score = shelf_order.score(spec, {"places": {book_id: i for i, book_id in enumerate(moved, start=1)}})

    assert score.ratio == pytest.approx(1 if index == to else 0.75)


@pytest.mark.parametrize(
    ("scheme", "labels", "advice"),
    [
        ("dewey", ["599.5 LEE", "59 LEE", "600 LEE"], "no Dewey label: write three digits"),
        ("dewey", ["599.5 LEE", "599.5 ?", "600 LEE"], "says nothing: write it like"),
        ("lcc", ["QA76", "76QA", "QA77"], "no LCC label: write letters"),
        ("fiction", ["FIC A", "fic b", "FIC C"], "no fiction label"),
        ("dewey", ["REF 599 A", "599 B", "600 C"], "2 shelves"),
        ("dewey", ["599 A", "599 A", "600 C"], "same place on the shelf"),
        ("lcc", ["QA76", "QA77"], "write at least 3"),
    ],
)
def test_author_is_told_what_to_do(scheme, labels, advice):
    books = [{"id": f"b{i}", "label": label, "title": "T"} for i, label in enumerate(labels)]

    with pytest.raises(ValidationError, match=re.escape(advice)):
        spec_of("shelf_order", scheme=scheme, books=books)


def test_author_and_letters_must_fit():
    books = [{"id": f"b{i}", "label": "FIC OKA", "title": f"T {i}", "author": "Lee, Ann"} for i in range(3)]

    with pytest.raises(ValidationError, match="are not those of Lee, Ann"):
        spec_of("shelf_order", "fiction", books=books)
