"""What `sorter` scores, refuses and shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import sorter
from lti_tool.interactions.contract import without_key

FEEDBACK = {"correct": "Yes.", "incorrect": "No."}
BINS = [{"id": "yes", "label": "Yes"}, {"id": "no", "label": "No"}]
CARDS = [{"id": "a", "text": "A", "bin": "yes"}, {"id": "b", "text": "B", "bin": "no"}]


def build(bins=BINS, cards=CARDS):
    return sorter.Spec.model_validate({"prompt": "Sort.", "feedback": FEEDBACK, "bins": bins, "cards": cards})


@pytest.mark.parametrize(
    ("bins", "cards", "advice"),
    [
        (BINS[:1], CARDS[:1], "write at least 2"),
        ([*BINS, {"id": "maybe", "label": "Maybe"}], CARDS, "No card goes into bin “maybe”"),
        (BINS, [CARDS[0], CARDS[1] | {"bin": "nein"}], "“nein”, which does not exist: use one of yes, no"),
        (BINS, [CARDS[0], CARDS[1] | {"id": "a"}], "ids of the cards"),
        (BINS, [CARDS[0], CARDS[1] | {"text": "A"}], "texts of the cards"),
        ([BINS[0], BINS[1] | {"label": "Yes"}], CARDS, "labels of the bins"),
        ([{"id": f"b{n}", "label": f"B{n}"} for n in range(5)], CARDS, "keep at most 4"),
    ],
)
def test_author_is_told_what_to_do(bins, cards, advice):
    with pytest.raises(ValidationError, match=advice):
        build(bins, cards)


@given(bins=st.lists(st.sampled_from(["check", "think", "", "elsewhere"]), min_size=6, max_size=6))
def test_ratio_is_the_share_of_cards_in_their_bin(bins):
    spec = spec_of("sorter", "fact-or-opinion")
    form = {f"bin.{card.id}": [bin_id] for card, bin_id in zip(spec.cards, bins, strict=True)}

    score = sorter.score(spec, sorter.parse(spec, form))

    right = sum(card.bin == bin_id for card, bin_id in zip(spec.cards, bins, strict=True))
    assert score.ratio == pytest.approx(right / 6)


def test_bin_of_a_wrong_card_is_named_only_at_the_end():
    spec = spec_of("sorter", "fact-or-opinion")
    response = {"placed": {"tallest": "think"}}
    score = sorter.score(spec, response)

    early = render("sorter", spec, response=response, score=without_key(score))
    late = render("sorter", spec, response=response, score=score, is_locked=True)

    assert "Try another bin." in early and "It belongs in:" not in early and "Not sorted." not in early
    assert "Wrong bin." in late and late.count("It belongs in:") == 6
    assert "You could measure it." in early


def test_cards_written_bin_by_bin_are_mixed():
    spec = spec_of("sorter", "fact-or-opinion")
    shown = {tuple(card.id for card in sorter.public(spec, seed).cards) for seed in range(20)}

    assert tuple(card.id for card in spec.cards) not in shown
    assert len(shown) > 15
