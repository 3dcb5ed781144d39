"""Every kind keeps the contract: its examples come out as written, nothing leaks, nothing a browser posts breaks it."""

import html
import json
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_harness import (
    ENVIRONMENT,
    SEED,
    case_params,
    change_secrets,
    example_params,
    render,
    respond,
    without_secrets,
)

from lti_tool import interactions
from lti_tool.content.items import SHARED
from lti_tool.interactions import (
    FOLDER,
    find_kinds,
    full_marks_of,
    get_kind,
    has_memory,
    is_key_shown,
    is_manual,
    is_scored,
    list_leavable,
    load_examples,
    mistake_of,
    revise,
    scene_of,
    without,
)
from lti_tool.interactions.about import load_about
from lti_tool.interactions.contract import without_key

MOST_STORED = 64_000
"""Characters of a stored response, whatever is posted."""

OF_EVERY_CASE = pytest.mark.parametrize(("kind", "example", "case"), case_params())
OF_EVERY_EXAMPLE = pytest.mark.parametrize(("kind", "example"), example_params())


def spec_and_kind(kind, example):
    module = get_kind(kind)
    return module.Spec.model_validate(example.spec), module


@OF_EVERY_CASE
def test_example_scores_as_written(kind, example, case):
    spec, module = spec_and_kind(kind, example)

    score = module.score(spec, respond(kind, spec, case))

    assert score.ratio == pytest.approx(case.ratio, abs=1e-6)
    assert (score.verdict, score.message) == (case.verdict, case.message)
    assert {part_id: score.part(part_id).verdict for part_id in case.parts} == case.parts
    assert {part_id: score.part(part_id).message for part_id in case.part_messages} == case.part_messages


def test_every_kind_tells_how_to_answer_it_by_keyboard():
    """`test_by_keys` presses them in a browser."""
    told = {kind for kind in find_kinds() for each in load_examples(kind) for case in each.cases if case.keys}

    assert told == set(find_kinds())


@OF_EVERY_EXAMPLE
def test_a_kind_knows_how_to_earn_all_there_is(kind, example):
    spec, module = spec_and_kind(kind, example)
    forms = full_marks_of(module, spec)

    assert bool(forms) == (is_scored(module) and not is_manual(module))
    assert not forms or module.score(spec, interactions.respond(module, spec, forms)).ratio == 1


@OF_EVERY_EXAMPLE
def test_a_mistake_is_an_answer_and_earns_less(kind, example):
    spec, module = spec_and_kind(kind, example)
    for seed in range(3):
        forms = mistake_of(module, spec, random.Random(seed))
        score = module.score(spec, interactions.respond(module, spec, forms))

        assert not forms or (score.ratio < 1 and not score.is_blank)


@OF_EVERY_EXAMPLE
def test_paper_has_question_and_stimulus_once(kind, example):
    spec, _ = spec_and_kind(kind, example)
    page = render(kind, spec, on_paper=True, number=3)

    for text, filter_name in ((spec.prompt, "inline_md"), (spec.stimulus, "block_md")):
        assert not text or page.count(str(ENVIRONMENT.filters[filter_name](text))) == 1
    assert re.search(r'class="prompt-number">(<span.*?</span>)?3<', page)
    assert "&lt;" not in page.replace("&lt;https", "")


def test_no_page_asks_how_to_earn_all_there_is():
    """Only the demo's history does, which no route reaches."""
    program = FOLDER.parent
    asking = {
        path.relative_to(program).parts[0]
        for path in program.rglob("*")
        if path.suffix in (".py", ".html", ".js") and "full_marks" in path.read_text("utf-8")
    }

    assert asking == {"interactions", "cli"}


@OF_EVERY_EXAMPLE
def test_example_states_its_key_and_guess_floor(kind, example):
    spec, module = spec_and_kind(kind, example)

    assert module.key_text(spec) == example.key
    assert module.guess_floor(spec) == pytest.approx(example.guess_floor, abs=1e-6)


@pytest.mark.parametrize("kind", find_kinds())
def test_kind_has_examples_enough(kind):
    cases = [param for param in case_params() if param.values[0] == kind]

    assert len(cases) >= 6


@pytest.mark.parametrize("kind", find_kinds())
def test_no_field_of_a_kind_is_one_that_every_item_has(kind):
    """Else an author could not write it: the item takes it for its own."""
    assert not SHARED & get_kind(kind).Spec.model_fields.keys()


@OF_EVERY_CASE
@pytest.mark.parametrize("is_locked", [False, True])
def test_nothing_secret_shows_before_the_verdict(kind, example, case, is_locked):
    spec, module = spec_and_kind(kind, example)
    other = change_secrets(spec, example.other_key)
    response = respond(kind, spec, case)

    assert without_secrets(other) == without_secrets(spec)
    assert module.key_text(other) != module.key_text(spec) or not is_scored(module) or is_key_shown(module)
    assert module.public(other, SEED) == module.public(spec, SEED)
    assert respond(kind, other, case) == response
    assert scene_of(module, other, response, SEED) == scene_of(module, spec, response, SEED)
    assert render(kind, other, response=response, is_locked=is_locked) == render(
        kind, spec, response=response, is_locked=is_locked
    )


@OF_EVERY_EXAMPLE
def test_another_seed_shuffles_but_changes_nothing_else(kind, example):
    spec, _ = spec_and_kind(kind, example)

    pages = {render(kind, spec, seed=seed) for seed in range(12)}

    assert len({"".join(sorted(page)) for page in pages}) == 1
    assert len(pages) > 1 or not load_about(kind).shuffles


@OF_EVERY_CASE
def test_blank_is_blank_and_only_that(kind, example, case):
    spec, module = spec_and_kind(kind, example)
    blank = module.score(spec, module.parse(spec, {}))

    assert module.parse(spec, {}) == {}
    assert (blank.is_blank, blank.ratio, blank.message) == (True, 0, "")
    assert module.score(spec, respond(kind, spec, case)).is_blank == (case.verdict == "missed")


@OF_EVERY_CASE
def test_response_survives_storage(kind, example, case):
    spec, module = spec_and_kind(kind, example)
    response = respond(kind, spec, case)

    stored = json.loads(json.dumps(response))

    assert stored == response
    assert module.score(spec, stored) == module.score(spec, response)


@OF_EVERY_CASE
def test_form_posts_back_what_it_shows(kind, example, case):
    spec, module = spec_and_kind(kind, example)
    response = respond(kind, spec, case)

    assert revise(module, spec, response, posted_by(render(kind, spec, response=response))) == response


@OF_EVERY_CASE
def test_what_was_done_is_the_servers_to_tell(kind, example, case):
    """A form can neither forge nor erase the memory of a kind that has one: posting the same page anew changes nothing."""
    spec, module = spec_and_kind(kind, example)
    response = respond(kind, spec, case)

    assert module.parse(spec, case.answer) == revise(module, spec, {}, case.answer)
    assert has_memory(module) or not case.steps
    assert revise(module, spec, response, posted_by(render(kind, spec, response=response))) == response


@OF_EVERY_CASE
def test_key_is_kept_while_tries_remain(kind, example, case):
    spec, module = spec_and_kind(kind, example)
    score = module.score(spec, respond(kind, spec, case))

    shown = without_key(score)

    assert (shown.ratio, shown.message, shown.is_blank) == (score.ratio, score.message, score.is_blank)
    assert all(part.verdict != "missed" for part in shown.parts)
    assert all(not part.answer or part.verdict == "right" for part in shown.parts)


@OF_EVERY_CASE
def test_result_can_be_focused_and_described(kind, example, case):
    spec, module = spec_and_kind(kind, example)
    response = respond(kind, spec, case)
    page = render(
        kind, spec, response=response, score=module.score(spec, response), shown_hints=("Look *again*.",)
    )

    ids = re.findall(r'\bid="([^"]+)"', page)
    referred = " ".join(re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page)).split()

    assert re.search(r'<h3[^>]* id="item-q1-result" tabindex="-1"', page)
    assert len(ids) == len(set(ids))
    assert set(referred) <= set(ids)
    assert "Look <em>again</em>." in page
    assert "style=" not in page and "<script" not in page and " onclick" not in page


def posted_by(page):
    """What a browser without scripts would post from this markup, without the item's prefix and without a button."""
    form = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        ticked = attributes.get("type") not in ("radio", "checkbox") or " checked" in tag
        if ticked and attributes.get("name", "").startswith("q1."):
            form.setdefault(attributes["name"][3:], []).append(html.unescape(attributes.get("value", "")))
    for name, options in re.findall(r'<select[^>]* name="q1\.([^"]+)".*?>(.*?)</select>', page, re.S):
        chosen = re.findall(r'value="([^"]*)"[^>]* selected', options)
        form.setdefault(name, []).append(html.unescape(chosen[0]) if chosen else "")
    for name, text in re.findall(r'<textarea[^>]* name="q1\.([^"]+)"[^>]*>(.*?)</textarea>', page, re.S):
        form.setdefault(name, []).append(html.unescape(text).removeprefix("\n"))
    return form


def forms_like(example):
    """Forms made of the example's own fields and values, and of strangers: missing, repeated, oversized, hostile."""
    posted = [form for case in example.cases for form in (*case.steps, case.answer)]
    fields = sorted({name for form in posted for name in form}) or ["text"]
    values = sorted({value for form in posted for each in form.values() for value in each}) or [""]
    names = st.sampled_from([*fields, fields[0] + ".", "q1." + fields[0], "act"]) | st.text(max_size=20)
    told = st.one_of(
        st.sampled_from([*values, "1", "-1", "007", "9" * 400]),
        st.text(max_size=300),
        st.text(alphabet="\0\ud800\u202e٣²İß'’ -<", max_size=20),
    )
    return st.dictionaries(names, st.lists(told, max_size=8), max_size=8)


@OF_EVERY_EXAMPLE
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_no_form_breaks_it_or_scores_beyond_the_bounds(kind, example, data):
    spec, module = spec_and_kind(kind, example)
    forms, response = data.draw(st.lists(forms_like(example), min_size=1, max_size=3)), {}

    for form in forms:
        response = revise(module, spec, response, form)
    score = module.score(spec, response)

    assert 0 <= score.ratio <= 1
    assert (response == {}) <= score.is_blank
    assert json.loads(json.dumps(response, ensure_ascii=False).encode()) == response
    assert len(json.dumps(response)) < MOST_STORED
    render(kind, spec, response=response, score=score, is_locked=True)


@OF_EVERY_EXAMPLE
def test_doing_everything_at_once_earns_nothing_in_full(kind, example):
    """Every value of every field of the example's answers in one form is no way to a full score."""
    spec, module = spec_and_kind(kind, example)
    from_wrong_to_right = sorted(example.cases, key=lambda case: case.ratio)
    everything = {}
    for name, values in (field for case in from_wrong_to_right for field in case.answer.items()):
        everything.setdefault(name, []).extend(value for value in values if value not in everything[name])
    is_telling = any(len(values) > 1 for values in everything.values())

    score = module.score(spec, revise(module, spec, {}, everything))

    assert score.ratio < 1 or not is_telling or not is_scored(module)


@pytest.mark.parametrize("kind", find_kinds())
def test_a_kind_knows_nothing_of_another(kind):
    """The kinds share `contract`, `checks`, `seeding` and what else lies beside them; none imports another."""
    for file in (FOLDER / kind).glob("*.py"):
        imported = re.findall(r"lti_tool\.interactions\.(\w+)", file.read_text("utf-8"))

        assert not set(imported) & (find_kinds().keys() - {kind})


@pytest.mark.parametrize("kind", find_kinds())
def test_some_answer_can_be_given_by_keyboard(kind):
    """`keys` are pressed in a browser by test_by_keys."""
    assert any(param.values[2].keys for param in case_params() if param.values[0] == kind)


@OF_EVERY_EXAMPLE
def test_full_marks_need_the_full_key(kind, example):
    spec, module = spec_and_kind(kind, example)
    full = [respond(kind, spec, case) for case in example.cases if case.ratio == 1]

    for response in full:
        for field, value in response.items():
            if isinstance(value, (list, dict)):
                less = value[1:] if isinstance(value, list) else dict(list(value.items())[1:])
                assert module.score(spec, {field: less}).ratio < 1


SPARING = [
    (kind, example)
    for kind, example in (param.values for param in example_params())
    if list_leavable(get_kind(kind), get_kind(kind).Spec.model_validate(example.spec), SEED, 9)
]


def test_kinds_with_choices_to_spare_are_these():
    assert {kind for kind, _ in SPARING} == {
        "choice",
        "dropdown",
        "match",
        "passage_set",
        "true_false_reason",
    }


@pytest.mark.proves("rules-fewer-choices")
@pytest.mark.parametrize("fewer", [1, 2, 9])
@pytest.mark.parametrize(("kind", "example"), SPARING, ids=lambda each: getattr(each, "title", each))
def test_fewer_choices_leave_the_key_and_something_to_decide(kind, example, fewer):
    spec, module = spec_and_kind(kind, example)

    left_out = list_leavable(module, spec, SEED, fewer)
    easier = without(module, spec, left_out)

    assert left_out and left_out == list_leavable(module, spec, SEED, fewer)
    assert set(list_leavable(module, spec, SEED, fewer - 1)) <= set(left_out)
    assert module.guess_floor(spec) <= module.guess_floor(easier) < 1
    assert module.key_text(easier) == module.key_text(spec)
    response = {}
    for form in full_marks_of(module, easier):
        response = revise(module, easier, response, form)
    assert module.score(easier, response).ratio == 1
    shown, before = (json.dumps(module.public(each, SEED), default=vars) for each in (easier, spec))
    assert len(shown) < len(before)
