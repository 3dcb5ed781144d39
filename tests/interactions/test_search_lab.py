"""The Search Lab: what is searched is found, nothing typed is an error, scores follow the F-score, and files of authors are read with care."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_harness import render, spec_of

from lti_tool.interactions.contract import FilesError
from lti_tool.interactions.search_lab import MOST_SEARCHES, files, parse, revise, scene, score
from lti_tool.interactions.search_lab.catalogue import shipped
from lti_tool.interactions.search_lab.engine import Limits, index_of
from lti_tool.interactions.search_lab.query import read_query

LIBRARY = shipped("school-library")
INDEX = index_of(LIBRARY)


def found(typed, **limits):
    return set(INDEX.find(read_query(typed).expression, Limits(**limits)))


def searched(spec, *asks):
    response = {}
    for ask in asks:
        response = revise(spec, response, {**ask, "act": ["search"]})
    return response


def tiny(tmp_path, **changes):
    """An item over a catalogue of 100 numbered records: `ten` finds the 10 that fit, `a5` 20 of which 5 fit, `b6` 8 of which 6 fit."""
    words = {f"r{n}": ["item"] for n in range(1, 101)}
    for n in range(1, 11):
        words[f"r{n}"].append("ten")
    for n in [*range(1, 6), *range(21, 36)]:
        words[f"r{n}"].append("a5")
    for n in [*range(1, 7), 41, 42]:
        words[f"r{n}"].append("b6")
    records = [
        {"id": id_, "title": f"Number {id_}", "by": "A", "year": 2020, "form": "book", "grades": [0, 12],
         "subjects": ["All"], "about": " ".join(about)}
        for id_, about in words.items()
    ]  # fmt: skip
    lines = "".join(f"  - {record}\n" for record in records)
    (tmp_path / "tiny.yaml").write_text("records:\n" + lines)
    fields = {
        "catalogue": "tiny.yaml",
        "prompt": "Find ten.",
        "fits": [{"record": f"r{n}"} for n in range(1, 11)],
        "solution": {"words": "ten"},
        "feedback": {"correct": "Yes.", "incorrect": "No."},
    }
    return spec_of("search_lab").model_validate(files(fields | changes, tmp_path))


def test_catalogue_is_large_and_holds_spanish_titles():
    assert len(LIBRARY.records) >= 200
    assert sum(record.lang == "es" for record in LIBRARY.records) >= 20
    assert LIBRARY.subjects_in_spanish.keys() <= LIBRARY.subjects()


def test_words_phrases_and_operators_find_what_they_say():
    bats, ball = found("bats"), found("baseball")

    assert bats & ball and found("bats NOT baseball") == found("bats -baseball") == bats - ball
    assert found("bats baseball") == found("bats AND baseball") == bats & ball
    assert found("owls OR frogs") == found("owls") | found("frogs")
    assert found('"sea animals"') == {"plastic-art"} < found("sea animals") | {"x"}
    assert found("volcan*") == found("volcano") | found("volcanes") and found("turt*") == found("turtles")
    assert found("whale") == found("whales") and found("océanos") == found("OCEANOS")
    assert found("basura marina") == found("marine debris")
    assert found("turtles AND (straw OR poems)") == {"turtle-straw", "turtle-poems"}


def test_limits_narrow_what_words_found():
    assert found("plastic", form="video") == {"plastic-recycle", "plastic-art"}
    assert found("", lang="es", grades="k-2") and all(
        LIBRARY.by_id()[id_].lang == "es" for id_ in found("", lang="es")
    )
    assert all(LIBRARY.by_id()[id_].year >= 2022 for id_ in found("", since="2022"))
    assert found("", subjects=("Animals", "Night")) < found("", subjects=("Night",))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ('"sea turtles', "unclosed"),
        ("(bats", "brackets"),
        ("bats)", "brackets"),
        ("bats AND", "dangling"),
        ("OR bats", "dangling"),
        ("bats NOT", "dangling"),
        ("NOT bats", "only_not"),
        ("bats and owls", "lower"),
        ("how do bats", "small"),
        ("what is it", "only_small"),
        ("owl " * 50, "long"),
    ],
)
def test_odd_searches_get_a_sentence_and_the_best_is_made_of_them(typed, code):
    query = read_query(typed)

    assert [note.code for note in query.notes] == [code]
    INDEX.find(query.expression, Limits())
    page = render("search_lab", spec_of("search_lab", "plastic-sea"), response=searched(spec_of("search_lab", "plastic-sea"), {"words": [typed]}))  # fmt: skip
    assert 'class="lab-note"' in page


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab" ()*-ANDORT:^{}+\0é٣²', max_size=40) | st.text(max_size=40))
def test_nothing_typed_is_an_error(typed):
    query = read_query(typed)

    INDEX.find(query.expression, Limits())
    for term in query.terms:
        INDEX.count(term)


def test_worked_example(tmp_path):
    spec = tiny(tmp_path)

    both = score(spec, searched(spec, {"words": ["a5"]}, {"words": ["b6"]}))
    second_alone = score(spec, searched(spec, {"words": ["b6"]}))

    assert both.ratio == pytest.approx(0.8 * (2 / 3) / 0.7 + 0.2)
    assert second_alone.ratio == pytest.approx(0.8 * (2 / 3) / 0.7)
    assert score(spec, searched(spec, {"words": ["ten"]})).ratio == 1


def test_finding_everything_earns_nothing(tmp_path):
    spec = tiny(tmp_path)
    response = searched(spec, {"words": ["item"]})

    assert (response["searches"][0]["count"], len(response["searches"][0]["found"])) == (100, 10)
    assert score(spec, response).ratio == 0
    assert "more than anybody reads" in render("search_lab", spec, response=response)


def test_a_worse_search_takes_nothing_away_and_order_of_searches_tells(tmp_path):
    spec = tiny(tmp_path)

    worse_last = score(spec, searched(spec, {"words": ["b6"]}, {"words": ["a5"]}))

    assert worse_last.ratio == score(spec, searched(spec, {"words": ["b6"]})).ratio
    assert worse_last.part("search.revised").verdict == "wrong"


def test_each_search_is_compared_with_the_one_before():
    spec = spec_of("search_lab", "plastic-sea")
    response = searched(spec, {"words": ["plastic"]}, {"words": ["plastic pollution"]})

    told = scene(spec, response, 1).newest
    page = render("search_lab", spec, response=response)

    assert (told.new, len(told.gone), told.count) == (0, 7, 8)
    assert "0 new, 7 gone, 8 as before." in page and "7 records are gone" in page
    assert "<mark>Plastic</mark>" in page


def test_a_search_that_finds_nothing_tells_each_word_and_what_may_be_meant():
    spec = spec_of("search_lab", "plastic-sea")
    page = render("search_lab", spec, response=searched(spec, {"words": ["volcanos plastc"]}))

    assert "in 0 records – did you mean “plastic”?" in page


def test_the_same_search_twice_is_one_and_searches_end():
    spec = spec_of("search_lab", "plastic-sea")
    again = searched(spec, {"words": ["plastic"]}, {"words": ["plastic"]})
    many = searched(spec, *({"words": [f"plastic {n}"]} for n in range(MOST_SEARCHES + 3)))

    assert len(again["searches"]) == 1
    assert len(many["searches"]) == MOST_SEARCHES and many["told"] == "many"
    assert "That is enough for one need" in render("search_lab", spec, response=many)


def test_what_was_found_stays_when_the_catalogue_has_changed(tmp_path):
    """The next edition of a catalogue neither changes an old answer nor breaks its page."""
    spec = tiny(tmp_path)
    response = searched(spec, {"words": ["ten"]})
    response["searches"][0]["found"][-1:] = ["no-longer-there"]

    assert score(spec, response).ratio == 1
    render("search_lab", spec, response=response, score=score(spec, response), is_locked=True)


def test_teacher_reads_every_search_in_order():
    spec = spec_of("search_lab", "plastic-sea")
    response = searched(spec, {"words": ["plastic"]}, {"words": ["marine debris"], "form": ["video"]})

    page = render("search_lab", spec, response=response, score=score(spec, response), is_locked=True)

    assert page.index("All searches, in order") < page.index("plastic</q>") < page.index("marine debris</q>")
    assert "8 fit" in page and "does not fit" in page and "These fit too" in page


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"fits": [{"record": "r1"}, {"record": "r2"}, {"record": "r999"}]}, "has no record “r999”"),
        ({"solution": {"words": "a5"}}, "below the target"),
        ({"solution": {"words": "ten", "form": "book"}}, "not offered"),
        ({"typing": False}, "at least 2"),
        ({"chips": [{"id": "cats", "subject": "Cats", "label": "Cats"}]}, "No record has the subject “Cats”"),
        ({"near": [{"record": "r1"}]}, "stands more than once"),
    ],
)
def test_author_is_told_what_is_wrong(tmp_path, changes, problem):
    with pytest.raises(ValueError, match=problem):
        tiny(tmp_path, **changes)


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        (None, "There is no catalogue town.yaml here", 1),
        ("records: [", "The catalogue is no YAML", 1),
        ("- a", "begins with `records:`", 1),
        ("records:\n- {id: Bad Id}", "In the catalogue, record", 1),
    ],
)
def test_file_of_the_author_is_read_with_care(tmp_path, text, problem, line):
    if text is not None:
        (tmp_path / "town.yaml").write_text(text)

    with pytest.raises(FilesError, match=problem):
        files({"catalogue": "town.yaml"}, tmp_path)


def test_file_outside_the_folder_is_refused(tmp_path):
    with pytest.raises(FilesError, match="outside"):
        files({"catalogue": "../town.yaml"}, tmp_path)


def test_unknown_shipped_catalogue_names_those_there_are():
    with pytest.raises(ValueError, match="school-library"):
        spec_of("search_lab", catalogue="moon")


def test_words_of_another_way_to_search_are_left_out():
    assert parse(spec_of("search_lab", "night-animals"), {"words": ["bats"], "form": ["book"]}) == {}
