"""What is exported and imported again is the same, apart from what the format says it cannot tell."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from items_for_exchange import FIELDS, essence, items, make_item, parcel_of, plan, real_library

from lti_tool.interactions import find_kinds, get_kind, load_examples
from lti_tool.interchange.bank import Plan
from lti_tool.interchange.formats import FORMATS, prepare
from lti_tool.interchange.reading import import_questions

EXACT = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def there_and_back(exported, **more):
    name = f"sample{exported.format.suffix}"
    return import_questions(exported.to_bytes(), name, plan(keep_ids=True, **more))


def assert_same(exported, imported):
    told = exported.format
    refused = [line for line in imported.lines if line.outcome == "refused"]
    assert not refused, refused
    assert [essence(item, told) for item in imported.items] == [
        essence(item, told) for item in exported.parcel.items
    ]


@pytest.mark.proves("interchange-round-trip")
@pytest.mark.parametrize("name", FORMATS)
@EXACT
@given(data=st.data())
def test_generated_items_come_back(name, data):
    kinds = sorted(FORMATS[name].kinds & FIELDS.keys())
    chosen = data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3))
    found = [data.draw(items(kind, number)) for number, kind in enumerate(chosen)]

    exported = prepare(parcel_of(found), name)

    assert_same(exported, there_and_back(exported))


@pytest.mark.proves("interchange-round-trip")
@pytest.mark.parametrize("name", FORMATS)
def test_the_real_banks_come_back(name):
    library = real_library()
    banks = (list(bank.items.values()) for bank in library.banks.values())
    found = [item for items in banks for item in items[::3] if item.is_served]

    exported = prepare(parcel_of(found), name)

    assert len(found) > 20
    assert_same(exported, there_and_back(exported))


@pytest.mark.parametrize("name", FORMATS)
def test_a_second_import_gives_the_same_ids(name):
    library = real_library()
    found = list(next(iter(library.banks.values())).items.values())[:8]
    raw = prepare(parcel_of(found), name).to_bytes()

    first, second = (
        import_questions(raw, f"x{FORMATS[name].suffix}", plan(bank_id="mine")) for _ in range(2)
    )

    ids = [item.id for item in first.items]
    assert ids == [item.id for item in second.items]
    assert len(set(ids)) == len(ids) and all(each.startswith("mine-") for each in ids)
    assert first.bank_yaml == second.bank_yaml


def list_example_items():
    for kind in sorted(find_kinds()):
        for number, example in enumerate(load_examples(kind)):
            spec = get_kind(kind).Spec.model_validate(example.spec)
            item = make_item(1, "choice", **PLAIN)
            yield item.model_copy(
                update={"id": f"{kind}-{number}".replace("_", "-"), "kind": kind, "spec": spec}
            )


PLAIN = {
    "prompt": "Which?",
    "feedback": {"correct": "Yes.", "incorrect": "No."},
    "options": [{"id": "a", "text": "A", "key": True}, {"id": "b", "text": "B"}],
}


@pytest.mark.proves("interchange-nearest")
@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_has_an_equivalent_or_says_why_not(name):
    found = list(list_example_items())

    exported = prepare(parcel_of(found), name)
    losses = {loss.item_id: loss for loss in exported.losses}

    assert {item.kind for item in exported.parcel.items} <= FORMATS[name].kinds
    for item in found:
        stands = any(
            each.id == item.id or each.id.startswith(f"{item.id}-") for each in exported.parcel.items
        )
        assert stands or losses[item.id].sentences
        if item.kind not in FORMATS[name].kinds:
            assert losses[item.id].sentences, item.id
    assert len(exported.to_bytes()) > 1000


def test_a_plan_without_the_skill_keeps_its_own():
    raw = prepare(parcel_of([make_item(1, "choice", **PLAIN)]), "qti21").to_bytes()

    known = import_questions(raw, "x.zip", plan())
    unknown = import_questions(raw, "x.zip", Plan(bank_id="b", title="B", skill="leave-the-page"))

    assert (known.items[0].skill, unknown.items[0].skill) == ("find-the-maker", "leave-the-page")


@pytest.mark.parametrize("name", FORMATS)
def test_a_stimulus_with_the_words_of_the_prompt_stays(name):
    exported = prepare(parcel_of([make_item(1, "choice", **PLAIN, stimulus=PLAIN["prompt"])]), name)

    assert_same(exported, there_and_back(exported))
