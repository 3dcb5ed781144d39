"""What `hotspot` shows, scores and refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import spec_of
from pydantic import ValidationError

from lti_tool.interactions import hotspot

PLACES = [place.id for place in spec_of("hotspot", "dressed-as-news").places]


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"at": [400, 0, 100, 20]}, "reaches to 500, 20, beyond the picture of 480 by 600"),
        ({"at": [0, 0, 5, 20]}, "greater than or equal to 12"),
        ({"id": "title"}, "ids of the places"),
        ({"key": True}, r"2 places have `key: true`: leave one, or add `multiple: true`"),
    ],
)
def test_author_is_told_what_to_do(change, advice):
    places = list(spec_of("hotspot").model_dump()["places"])
    places[2] = places[2] | change

    with pytest.raises(ValidationError, match=advice):
        spec_of("hotspot", places=places)


def test_places_are_numbered_from_the_top_down_wherever_the_key_is():
    spec = spec_of("hotspot", "dressed-as-news")
    turned = spec_of("hotspot", "dressed-as-news", places=spec.model_dump()["places"][::-1])

    assert hotspot.public(turned, 1) == hotspot.public(spec, 2)
    assert [place.number for place in hotspot.public(spec, 1).places] == [1, 2, 3, 4, 5, 6]


@given(marked=st.sets(st.sampled_from(PLACES)))
def test_only_the_full_key_scores_in_full(marked):
    spec = spec_of("hotspot", "dressed-as-news")

    score = hotspot.score(spec, hotspot.parse(spec, {"place": sorted(marked)}))

    assert (score.ratio == 1) == (marked == spec.keys)
    assert score.ratio == pytest.approx(max(0, len(marked & spec.keys) - len(marked - spec.keys)) / 3)
