"""A snapshot holds all an attempt needs, is the same for the same content, and draws fairly."""

import json
from collections import Counter

import pytest
from content_tree import BANK_HEAD, QUIZ, question
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.content.draw import draw_items
from lti_tool.content.model import Item, QuizDraw
from lti_tool.content.snapshot import load_snapshot, snapshot_module, snapshot_quiz
from lti_tool.errors import ContentError, NotFoundError

BANK = "quizzes/banks/tiny.yaml"


@pytest.fixture
def spanish(tree):
    tree.add_spanish()
    return tree


def test_module_is_complete_in_both_languages(spanish):
    frozen = snapshot_module(spanish.load(), "tiny")

    snapshot = load_snapshot(json.loads(json.dumps(frozen.document)))

    assert (snapshot.kind, snapshot.content_id, snapshot.version) == ("module", "tiny", "1.0.0")
    assert snapshot.languages == ("en", "es")
    assert (snapshot.title("en"), snapshot.title("es"), snapshot.title("fr")) == ("Tiny", "Chiquita", "Tiny")
    assert snapshot.text_language("fr") == "en"
    assert [page.title for page in snapshot.pages("es")] == ["El comienzo"]
    assert snapshot.item("tiny-first", "es").spec.options[0].text == "La señora Lee"
    assert snapshot.item("tiny-first", "es").spec.options[0].key is True
    assert snapshot.item("tiny-first").tries == 3
    assert snapshot.activity_ids == ("tiny-first",)
    assert snapshot.weights == {"activities": 40, "quiz": 60}
    assert snapshot.quiz_title("es") == "Quiz: Tiny"
    assert snapshot.question_count == 1
    assert snapshot.get_skill("find-the-maker").name == "Find the maker"
    assert list(snapshot.media) == ["owl.svg"]


def test_fallback_says_its_language(spanish):
    snapshot = snapshot_module(spanish.load(), "tiny")

    assert snapshot.item("tiny-q-a", "es").lang == "en"


def test_quiz_questions_may_be_tried_once(tree):
    snapshot = snapshot_quiz(tree.load(), "tiny")

    assert (snapshot.kind, snapshot.quiz_id) == ("quiz", "tiny")
    assert snapshot.pages() == ()
    assert snapshot.item("tiny-q-a").tries == 1


def test_unknown_item_is_not_found(tree):
    with pytest.raises(NotFoundError):
        snapshot_quiz(tree.load(), "tiny").item("nobody")


def test_document_of_another_format_is_refused():
    with pytest.raises(ContentError):
        load_snapshot({"format": 99})


def test_drafts_are_not_frozen(tree):
    tree.write(BANK, tree.read(BANK) + question("tiny-q-draft", status="draft"))
    tree.replace("modules/tiny/items/start.yaml", "kind: choice", "kind: choice\n  status: draft")

    snapshot = snapshot_module(tree.load(), "tiny")

    assert snapshot.activity_ids == ()
    with pytest.raises(NotFoundError):
        snapshot.item("tiny-q-draft")
    with pytest.raises(NotFoundError):
        snapshot.item("tiny-first")


def test_hash_is_the_same_after_storing(tree):
    frozen = snapshot_module(tree.load(), "tiny")
    turned = json.loads(json.dumps(frozen.document), object_pairs_hook=lambda pairs: dict(reversed(pairs)))

    assert load_snapshot(turned).hash == frozen.hash
    assert load_snapshot(json.dumps(turned, indent=3)).hash == frozen.hash


@pytest.mark.parametrize(
    "name", ["modules/tiny/module.yaml", "modules/tiny/pages/start.md", BANK, "quizzes/tiny.yaml"]
)
def test_hash_does_not_depend_on_line_ends(tree, name):
    before = snapshot_module(tree.load(), "tiny").hash

    tree.write(name, tree.read(name).replace("\n", "\r\n"))

    assert snapshot_module(tree.load(), "tiny").hash == before


def test_hash_does_not_depend_on_the_order_of_fields_or_comments(tree):
    before = snapshot_module(tree.load(), "tiny").hash

    tree.replace(
        "modules/tiny/module.yaml",
        "title: Tiny\nsummary: A lesson for tests.",
        "# Why\nsummary: A lesson for tests.\ntitle: Tiny",
    )

    assert snapshot_module(tree.load(), "tiny").hash == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("modules/tiny/items/start.yaml", "An owl", "A bird"),
        ("modules/tiny/pages/start.md", "Owls sleep", "They sleep"),
        (BANK, "This one did", "This did"),
        ("modules/tiny/media/owl.svg", "h9", "h8"),
        ("modules/tiny/i18n/es/items.yaml", "Un búho", "Una lechuza"),
        ("modules/tiny/module.yaml", "activities: 40, quiz: 60", "activities: 50, quiz: 50"),
    ],
)
def test_hash_changes_with_whatever_a_student_meets(spanish, name, old, new):
    before = snapshot_module(spanish.load(), "tiny").hash

    spanish.replace(name, old, new)

    assert snapshot_module(spanish.load(), "tiny").hash != before


def test_module_without_quiz_draws_nothing(tree):
    tree.replace("modules/tiny/module.yaml", "  - quiz: tiny\n", "")
    tree.replace("modules/tiny/module.yaml", "weights: {activities: 40, quiz: 60}\n", "")
    snapshot = snapshot_module(tree.load(), "tiny")

    assert (snapshot.quiz_id, snapshot.question_count, snapshot.weights) == (None, 0, None)
    with pytest.raises(ContentError):
        snapshot.draw_quiz(1)


def test_quiz_that_is_not_shuffled_asks_fixed_questions_first(tree):
    tree.write(BANK, BANK_HEAD + "".join(question(f"tiny-q-{letter}") for letter in "abcd"))
    tree.write("quizzes/tiny.yaml", QUIZ + "items: [tiny-q-d]\nshuffle: false\n")
    snapshot = snapshot_quiz(tree.load(), "tiny")

    drawn = [snapshot.draw_quiz(seed) for seed in range(20)]

    assert {ids[0] for ids in drawn} == {"tiny-q-d"}
    assert all(len(set(ids)) == 2 for ids in drawn)


def test_shuffled_quiz_varies_its_order(tree):
    tree.write("quizzes/tiny.yaml", QUIZ.replace("count: 1", "count: 3"))
    snapshot = snapshot_quiz(tree.load(), "tiny")

    assert len({snapshot.draw_quiz(seed) for seed in range(60)}) == 6


SECTIONS = (
    QUIZ.partition("draw:")[0]
    + """\
sections:
  - {id: fixed, title: Begin, items: [tiny-q-c]}
  - {id: drawn, title: Go on, about: Two more., draw: [{bank: tiny, count: 2}]}
"""
)


def test_sections_keep_their_questions_together_in_their_order(tree):
    tree.write(BANK, BANK_HEAD + "".join(question(f"tiny-q-{letter}") for letter in "abcdefgh"))
    tree.write("quizzes/tiny.yaml", SECTIONS)
    tree.add_spanish()
    overlay = "sections.fixed.title: Empieza\nsections.drawn.title: Sigue\nsections.drawn.about: Dos más.\n"
    tree.write("quizzes/i18n/es/tiny.yaml", "title: Prueba\nsummary: Tres.\n" + overlay)
    snapshot = load_snapshot(json.loads(json.dumps(snapshot_quiz(tree.load(), "tiny").document)))

    drawn = [snapshot.draw_quiz(seed) for seed in range(40)]

    assert snapshot.question_count == 3 and {len(set(ids)) for ids in drawn} == {3}
    assert {ids[0] for ids in drawn} == {"tiny-q-c"} and len({ids[1:] for ids in drawn}) > 15
    assert [snapshot.section_at(place).title for place in range(3)] == ["Begin", "Go on", "Go on"]
    assert snapshot.section_at(3) is None
    assert [(each.title, each.about) for each in snapshot.sections("es")] == [
        ("Empieza", ""),
        ("Sigue", "Dos más."),
    ]


SKILLS = ("one", "two")
LEVELS = ("easy", "medium", "hard")
SPEC = {"prompt": "?", "feedback": {"correct": "a", "incorrect": "b"}, "accept": ["x"]}


def make_item(number, skill, level):
    shared = {"id": f"q-{number}", "kind": "short_text", "grades": (3, 5), "tries": 1}
    return Item.model_validate({**shared, "skill": skill, "difficulty": level, "spec": SPEC})


banks = st.lists(st.tuples(st.sampled_from(SKILLS), st.sampled_from(LEVELS)), min_size=1, max_size=14).map(
    lambda shapes: {"bank": tuple(make_item(number, *shape) for number, shape in enumerate(shapes))}
)
lines = st.builds(
    QuizDraw,
    bank=st.just("bank"),
    skill=st.sampled_from([None, *SKILLS]),
    difficulty=st.sampled_from([None, *LEVELS]),
    count=st.integers(1, 4),
)
draws = st.lists(lines, min_size=1, max_size=4)
seeds = st.integers(0, 2**62)


def best_possible(draw, bank):
    """The most questions any choice could give, by Hall's theorem over sets of lines."""
    fitting = [{item.id for item in bank if line.accepts(item)} for line in draw]
    asked = sum(line.count for line in draw)
    shortfall = 0
    for chosen in range(1 << len(draw)):
        members = [index for index in range(len(draw)) if chosen >> index & 1]
        pool = set().union(*(fitting[index] for index in members)) if members else set()
        shortfall = max(shortfall, sum(draw[index].count for index in members) - len(pool))
    return asked - shortfall


@given(banks=banks, draw=draws, seed=seeds)
@settings(deadline=None, max_examples=150)
def test_draw_gives_as_many_as_any_choice_could_and_none_twice(banks, draw, seed):
    drawn = draw_items(draw, banks, seed=seed)

    assert len(drawn) == len(set(drawn)) == best_possible(draw, banks["bank"])


@given(banks=banks, draw=draws, seed=seeds)
@settings(deadline=None, max_examples=80)
def test_each_line_gets_questions_it_accepts(banks, draw, seed):
    drawn = draw_items(draw, banks, seed=seed)
    items = {item.id: item for item in banks["bank"]}

    if len(drawn) == sum(line.count for line in draw):
        wanted = [line for line in draw for _ in range(line.count)]
        assert all(line.accepts(items[item_id]) for line, item_id in zip(wanted, drawn, strict=True))


@given(banks=banks, draw=draws, seed=seeds, seen=st.sets(st.integers(0, 13)))
@settings(deadline=None, max_examples=150)
def test_unseen_questions_come_first(banks, draw, seed, seen):
    seen_ids = {f"q-{number}" for number in seen}
    unseen = tuple(item for item in banks["bank"] if item.id not in seen_ids)

    drawn = draw_items(draw, banks, seed=seed, seen=seen_ids)

    assert len(set(drawn) - seen_ids) == best_possible(draw, unseen)
    assert len(drawn) == best_possible(draw, banks["bank"])


@given(banks=banks, draw=draws, seed=seeds, seen=st.sets(st.integers(0, 13)))
@settings(deadline=None, max_examples=50)
def test_same_seed_gives_the_same_draw_however_the_bank_is_arranged(banks, draw, seed, seen):
    seen_ids = [f"q-{number}" for number in seen]
    turned = {"bank": tuple(reversed(banks["bank"]))}

    assert draw_items(draw, banks, seed=seed, seen=seen_ids) == draw_items(
        draw, turned, seed=seed, seen=seen_ids[::-1]
    )


@pytest.mark.parametrize("seed", range(8))
def test_general_line_leaves_the_only_question_to_the_line_that_needs_it(seed):
    bank = {"bank": (make_item(0, "one", "easy"), make_item(1, "two", "easy"))}
    draw = [QuizDraw(bank="bank", count=1), QuizDraw(bank="bank", skill="one", count=1)]

    assert draw_items(draw, bank, seed=seed) == ("q-1", "q-0")


def test_every_question_has_the_same_chance():
    bank = {"bank": tuple(make_item(number, "one", "easy") for number in range(10))}
    draw = [QuizDraw(bank="bank", count=3)]

    drawn = Counter(item_id for seed in range(2000) for item_id in draw_items(draw, bank, seed=seed))

    assert len(drawn) == 10
    assert all(500 < times < 700 for times in drawn.values())
