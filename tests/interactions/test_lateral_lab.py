"""What `lateral_lab` scores, remembers, finds and refuses, and how its web is read from files."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, respond, spec_of
from pydantic import ValidationError

from lti_tool.interactions import lateral_lab, load_examples
from lti_tool.interactions.contract import FilesError, without_key
from lti_tool.interactions.lateral_lab.search import find_pages

GUM, BRIDGE = spec_of("lateral_lab", "gum"), spec_of("lateral_lab", "bridge")
PASSAGES = [each.id for each in BRIDGE.evidence]
PAGES = [page.id for page in BRIDGE.pages]


def play(spec, *acts, **fields):
    response = {}
    for act in acts:
        verb, _, query = act.partition(" ")
        response = lateral_lab.revise(spec, response, {"act": [verb], "q": [query]})
    return lateral_lab.revise(spec, response, {name: list(values) for name, values in fields.items()})


def cite(passages, *, opened=(), verdict="refute"):
    acts = [f"open:{page}" for page in opened] + [f"save:{passage}" for passage in passages]
    return lateral_lab.score(BRIDGE, play(BRIDGE, *acts, cite=passages, verdict=[verdict]))


STRONG, WEAK = ["oldest", "model", "open"], ["fell", "first", "hill", "shares"]
OPENED = ["film", "roads"]


@given(passages=st.sets(st.sampled_from(PASSAGES)), opened=st.sets(st.sampled_from(PAGES)))
def test_full_score_takes_the_verdict_the_evidence_and_the_way(passages, opened):
    score = cite(sorted(passages), opened=sorted(opened))

    strong = len(passages & set(BRIDGE.ids_worth("strong"))) - len(passages & set(WEAK))
    sources = len(opened & {"film", "roads", "courier"})
    assert (score.ratio == 1) == (strong >= 3 and sources >= 2)


@given(passages=st.sets(st.sampled_from(PASSAGES)), weak=st.sampled_from(WEAK))
def test_one_more_weak_passage_never_earns(passages, weak):
    assert cite(sorted(passages | {weak})).ratio <= cite(sorted(passages)).ratio


@given(passages=st.permutations(PASSAGES[:6]), opened=st.permutations(PAGES))
def test_order_of_steps_does_not_count(passages, opened):
    assert cite(passages, opened=opened).ratio == cite(sorted(passages), opened=sorted(opened)).ratio


def test_citing_everything_earns_nothing_for_evidence():
    score = cite(PASSAGES, opened=PAGES)

    assert score.ratio == pytest.approx(0.3 + 0.2)


def test_saved_but_not_cited_is_neither_right_nor_wrong():
    saved = play(BRIDGE, *(f"save:{each}" for each in PASSAGES), cite=STRONG, verdict=["refute"])

    assert lateral_lab.score(BRIDGE, saved).ratio == pytest.approx(0.8)


@pytest.mark.parametrize(("verdict", "ratio"), [("refute", 0.3), ("wait", 0.15), ("ask", 0), ("share", 0)])
def test_neighbour_of_the_right_verdict_earns_half(verdict, ratio):
    assert cite([], verdict=verdict).ratio == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("acts", "left", "sources"),
    [
        (["open:about"], "wrong", "wrong"),
        (["search bridge"], "right", "wrong"),
        (["search  "], "wrong", "wrong"),
        (["open:copies"], "right", "wrong"),
        (["open:roads"], "right", "partial"),
        (["open:roads", "open:film"], "right", "right"),
    ],
)
def test_the_way_is_told_by_what_was_opened(acts, left, sources):
    score = lateral_lab.score(BRIDGE, play(BRIDGE, *acts, verdict=["wait"]))

    assert (score.part("left").verdict, score.part("sources").verdict) == (left, sources)


def test_memory_stays_small_however_long_somebody_wanders():
    response = {}
    for number in range(400):
        response = lateral_lab.revise(
            BRIDGE, response, {"act": ["search"], "q": ["\U0001f989" * 500 + str(number)]}
        )
        response = lateral_lab.revise(BRIDGE, response, {"act": [f"open:{PAGES[number % len(PAGES)]}"]})

    assert len(json.dumps(response)) < 64_000
    assert response["open"] == PAGES[399 % len(PAGES)], "the student goes on all the same"


def test_taking_a_passage_out_takes_its_citation_back():
    response = play(BRIDGE, "save:open", cite=["open"])

    after = lateral_lab.revise(BRIDGE, response, {"act": ["drop:open"], "cite": ["open"]})

    assert "cited" not in after and after["saved"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("DOCTORS", ["news"]),
        ("who asked a doctor", ["news"]),
        ("chewing gum encyclopédia", ["shop", "encyclopedia", "start", "news", "blog"]),
        ("seven years", ["start", "blog", "news", "encyclopedia"]),
        ("the a of", []),
        ("\u732b", []),
    ],
)
def test_search_finds_what_shares_words(query, found):
    assert [page.id for page in find_pages(GUM.pages, query)] == found


def test_path_is_told_in_order_when_it_is_over():
    (case,) = [case for case in load_examples("lateral_lab")[0].cases if case.ratio == 1]
    response = respond("lateral_lab", GUM, case)
    score = lateral_lab.score(GUM, response)

    early = render("lateral_lab", GUM, response=response, score=without_key(score))
    late = render("lateral_lab", GUM, response=response, score=score, is_locked=True)

    told = [
        "Searched for “swallowed gum”",
        "Opened <strong>Chewing gum",
        "Saved:",
        "Searched for “doctor stomach”",
    ]
    places = [late.index(words) for words in told]
    assert places == sorted(places)
    assert "Independent source." in late and "It names where it knows this from." in late
    assert "The path" not in early


def test_strong_passages_that_were_missed_show_only_at_the_end():
    response = play(GUM, "save:fans", cite=["fans"])
    score = lateral_lab.score(GUM, response)

    early = render("lateral_lab", GUM, response=response, score=without_key(score))
    late = render("lateral_lab", GUM, response=response, score=score, is_locked=True)

    assert "I look into stomachs every day" not in early
    assert "Strong evidence that was there, too:" in late and "I look into stomachs every day" in late


def change(page_id, **fields):
    pages = [page.model_dump() | (fields if page.id == page_id else {}) for page in GUM.pages]
    return {"pages": pages}


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"start": "nowhere"}, "no page “nowhere” to start on"),
        (change("news", independent=False), "Fewer than two sources are independent"),
        (change("about", independent=True), "belongs to the site under question"),
        (change("about", address="www.gum.com"), "address"),
        (change("blog", snippet=None), "Nobody can get to page “blog”"),
        (
            change("blog", blocks=[{"id": "x", "links": [{"id": "cat", "label": "Cat"}]}]),
            "links to “cat”, which is no page",
        ),
        (change("blog", blocks=[{"id": "x"}]), "Part “x” of page “blog” is empty"),
        ({"evidence": [{"id": "made-up", "worth": "weak"}]}, "stands on no page"),
        ({"need": 3}, "Only 2 passages are strong, and 3 are needed"),
        (
            {"evidence": [{"id": each, "worth": "strong"} for each in ("days", "doctor")]},
            "citing everything would earn",
        ),
        (
            {"verdicts": [{"id": each, "text": each} for each in ("yes", "maybe", "no")]},
            "0 verdicts have `key: true`",
        ),
        (
            {"verdicts": [{"id": "yes", "text": "Yes", "key": True}, {"id": "no", "text": "No"}]},
            "write at least 3",
        ),
    ],
)
def test_author_is_told_what_to_do(changes, advice):
    with pytest.raises(ValidationError, match=advice):
        spec_of("lateral_lab", "gum", **changes)


PAGE = """---
address: www.owl-news.example
title: "Owls: the news"
independent: true
---
Owls can turn their heads **far**.
They cannot turn them all the way. {#far}

[[about|About us]]
[[shop|Shop]]

- one
- two
"""


def write(folder, name="start.md", text=PAGE):
    place = folder / "web" / "owls"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(text)
    return lateral_lab.files({"web": "owls", "prompt": "?"}, folder)


def test_page_is_read_from_its_file(tmp_path):
    fields = write(tmp_path)

    assert fields["prompt"] == "?"
    assert fields["pages"] == [
        {
            "id": "start",
            "address": "www.owl-news.example",
            "title": "Owls: the news",
            "independent": True,
            "blocks": [
                {
                    "id": "far",
                    "text": "Owls can turn their heads **far**.\nThey cannot turn them all the way.",
                    "links": [{"id": "about", "label": "About us"}, {"id": "shop", "label": "Shop"}],
                },
                {"id": "p2", "text": "- one\n- two", "links": []},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("name", "text", "message", "line"),
    [
        ("Start.md", PAGE, "cannot be a page's id", 1),
        ("start.md", "Owls", "no front matter", 1),
        ("start.md", "---\n---\n", "front matter is empty", 1),
        ("start.md", "---\naddress: a.example\n---\n", "“title” is missing", 1),
        ("start.md", PAGE.replace("title:", "tittle:"), "no field “tittle”", 3),
        ("start.md", PAGE.replace('"Owls: the news"', "Owls: the news"), "not YAML", 1),
        ("start.md", PAGE.replace("- one", "## One"), "have no headings", 12),
    ],
)
def test_author_of_a_page_is_told_where(tmp_path, name, text, message, line):
    with pytest.raises(FilesError, match=message) as caught:
        write(tmp_path, name, text)

    assert (caught.value.file.name, caught.value.line) == (name, line)


@pytest.mark.parametrize("web", ["../owls", "nowhere", ["owls"], ""])
def test_folder_that_is_none_is_refused(tmp_path, web):
    write(tmp_path)

    with pytest.raises(FilesError):
        lateral_lab.files({"web": web}, tmp_path)


def test_web_may_stand_in_the_item_itself(tmp_path):
    assert lateral_lab.files({"pages": []}, tmp_path) == {"pages": []}
