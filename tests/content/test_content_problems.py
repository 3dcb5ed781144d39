"""Each thing an author can get wrong is reported at its own line."""

import pytest

from lti_tool.content.folder import check_library
from lti_tool.content.snapshot import snapshot_module

MODULE = "modules/tiny/module.yaml"
PAGE = "modules/tiny/pages/start.md"
ITEMS = "modules/tiny/items/start.yaml"
QUIZ = "quizzes/tiny.yaml"
BANK = "quizzes/banks/tiny.yaml"
SKILLS = "modules/skills.yaml"
OWL = "modules/tiny/media/owl.svg"

# File, what is replaced, by what, and the problem: line, severity, a part of the message.
CASES = {
    # Fields
    "unknown field": (ITEMS, "hints:", "hnits:", "8 error There is no field “hnits” here."),
    "comma in a flow text": (
        ITEMS,
        "Her name is there.",
        "Yes, her name",
        "6 error There is no field “options, entry 1, her name” here.",
    ),
    "missing field": (MODULE, "summary: A lesson for tests.\n", "", "1 error “summary” is missing."),
    "empty field": (MODULE, "title: Tiny", "title:", "4 error “title” is empty."),
    "missing field of a kind": (ITEMS, "  prompt: Who made it?\n", "", "1 error “prompt” is missing."),
    "unknown kind": (ITEMS, "kind: choice", "kind: choise", "2 error There is no kind of item “choise”."),
    "missing kind": (ITEMS, "  kind: choice\n", "", "1 error “kind” is missing."),
    "bad choice of words": (
        ITEMS,
        "kind: choice\n",
        "kind: choice\n  difficulty: tough\n",
        "3 error “difficulty” cannot be “tough”.",
    ),
    "bad id": (ITEMS, "id: lee", "id: Ms Lee", "6 error “options, entry 1, id” cannot be “Ms Lee”."),
    "bad version": (MODULE, "1.0.0", "one", "3 error “version” cannot be “one”."),
    "list expected": (
        MODULE,
        "skills: [find-the-maker]",
        "skills: find-the-maker",
        "9 error “skills” must be a list.",
    ),
    "no right option": (ITEMS, ", key: true", "", "1 error No option is right"),
    "grades upside down": (MODULE, "[3, 5]", "[5, 3]", "7 error Grades are written [from, to]"),
    "weights not 100": (MODULE, "quiz: 60", "quiz: 50", "15 error The weights add up to 90"),
    "weights without quiz": (
        MODULE,
        "  - quiz: tiny\n",
        "",
        "14 error The weights count a quiz, but there is none.",
    ),
    "page or quiz": (
        MODULE,
        "- page: start",
        "- {page: start, quiz: tiny}",
        "13 error An entry of the sequence is either",
    ),
    "strange strand": (
        SKILLS,
        "strand: evaluate, name: Check",
        "strand: evil, name: Check",
        "4 error “strand” cannot be “evil”.",
    ),
    # YAML
    "twice the same field": (
        MODULE,
        "title: Tiny\n",
        "title: Tiny\ntitle: Small\n",
        "5 error “title” stands here twice.",
    ),
    "tab": (MODULE, "  - page: start", "\t- page: start", "13 error The line is indented with a tab."),
    "colon in a text": (MODULE, "title: Tiny", "title: Tiny: the end", "4 error This is not YAML"),
    "alias": (
        MODULE,
        "title: Tiny\nsummary: A lesson for tests.",
        "title: &a Tiny\nsummary: *a",
        "4 error This repeats another part",
    ),
    "broken item beside good ones": (
        BANK,
        "  - id: tiny-q-b",
        "  - just text\n  - id: tiny-q-b",
        "17 error Fields are expected here.",
    ),
    # Ids and references
    "id is not the folder": (
        MODULE,
        "id: tiny",
        "id: teeny",
        "2 error The id “teeny” differs from the name “tiny” of its folder.",
    ),
    "id is not the file": (
        BANK,
        "id: tiny\n",
        "id: teeny\n",
        "2 error The id “teeny” differs from the name “tiny” of its file.",
    ),
    "item id taken": (
        BANK,
        "- id: tiny-q-b",
        "- id: tiny-first",
        "17 error The item id “tiny-first” is taken.",
    ),
    "no such page": (MODULE, "page: start", "page: strat", "13 error There is no page “strat”."),
    "no such quiz": (MODULE, "quiz: tiny", "quiz: tine", "14 error There is no quiz “tine”."),
    "quiz first": (
        MODULE,
        "  - page: start\n  - quiz: tiny",
        "  - quiz: tiny\n  - page: start",
        "13 error The quiz is not the last entry.",
    ),
    "page twice": (
        MODULE,
        "  - page: start\n",
        "  - page: start\n  - page: start\n",
        "14 error The page “start” comes twice.",
    ),
    "no such item": (PAGE, "item:tiny-first", "item:tiny-frist", "13 error There is no item “tiny-frist”."),
    "item of a bank": (
        PAGE,
        "item:tiny-first",
        "item:tiny-q-a",
        "13 error The item “tiny-q-a” belongs to another module",
    ),
    "item twice": (
        PAGE,
        "[[item:tiny-first]]",
        "[[item:tiny-first]]\n\n[[item:tiny-first]]",
        "15 error The activity “tiny-first” is shown twice.",
    ),
    "item unused": (
        PAGE,
        "[[item:tiny-first]]\n",
        "",
        "modules/tiny/items/start.yaml:1 warning The activity “tiny-first” is on no page.",
    ),
    "draft shown": (
        ITEMS,
        "kind: choice",
        "status: draft\n  kind: choice",
        "modules/tiny/pages/start.md:13 warning The activity “tiny-first” is draft",
    ),
    "no such skill in an item": (
        ITEMS,
        "skill: find-the-maker",
        "skill: find-a-maker",
        "3 error There is no skill “find-a-maker”.",
    ),
    "no such skill in a module": (
        MODULE,
        "skills: [find-the-maker]",
        "skills: [find-a-maker]",
        "9 error There is no skill “find-a-maker”.",
    ),
    "no such bank": (QUIZ, "bank: tiny", "bank: tinny", "10 error There is no bank “tinny”."),
    "no such skill in a draw": (
        QUIZ,
        "skill: find-the-maker",
        "skill: find",
        "10 error There is no skill “find”.",
    ),
    "no such fixed question": (QUIZ, "draw:", "items: [nobody]\ndraw:", "9 error There is no item “nobody”."),
    "fixed question of a lesson": (
        QUIZ,
        "draw:",
        "items: [tiny-first]\ndraw:",
        "9 error “tiny-first” is an activity of a module.",
    ),
    "fixed question twice": (
        QUIZ,
        "draw:",
        "items: [tiny-q-a, tiny-q-a]\ndraw:",
        "9 error The question “tiny-q-a” is asked 2 times.",
    ),
    # Draws
    "draw too many": (
        QUIZ,
        "count: 1",
        "count: 4",
        "10 error This draws 4, but the bank has 3 on find-the-maker.",
    ),
    "draw from few": (
        QUIZ,
        "count: 1",
        "count: 2",
        "10 warning This draws 2 of only 3 questions on find-the-maker.",
    ),
    "lines share questions": (
        QUIZ,
        "  - {bank: tiny, skill: find-the-maker, count: 1}",
        "  - {bank: tiny, skill: find-the-maker, count: 2}\n  - {bank: tiny, count: 2}",
        "9 error The lines draw from the same questions: together they get 3 of 4.",
    ),
    "no such bank in a section": (
        QUIZ,
        "draw:\n  - {bank: tiny,",
        "sections:\n  - id: a\n    title: A\n    draw:\n    - {bank: tinny,",
        "13 error There is no bank “tinny”.",
    ),
    "sections and a draw": (
        QUIZ,
        "draw:",
        "sections: [{id: a, title: A, items: [tiny-q-a]}]\ndraw:",
        "1 error In a quiz with `sections`, `draw` and `items` stand in each section.",
    ),
    "section asks nothing": (
        QUIZ,
        "draw:\n  - {bank: tiny, skill: find-the-maker, count: 1}\n",
        "sections:\n  - {id: a, title: A}\n",
        "10 error The section asks nothing",
    ),
    "quiz asks nothing": (
        QUIZ,
        "draw:\n  - {bank: tiny, skill: find-the-maker, count: 1}\n",
        "",
        "1 error The quiz asks nothing",
    ),
    # Pages
    "no front matter": (
        PAGE,
        "---\ntitle: The start\nminutes: 2\n---\n",
        "",
        "1 error The page has no front matter.",
    ),
    "front matter without end": (
        PAGE,
        "minutes: 2\n---",
        "minutes: 2",
        "1 error The front matter has no end.",
    ),
    "unknown field in front matter": (
        PAGE,
        "minutes: 2",
        "minuts: 2",
        "3 error There is no field “minuts” here.",
    ),
    "unknown box": (PAGE, "::: words", "::: wrods", "15 error There is no box “wrods”."),
    "box without end": (PAGE, "made it\n:::\n", "made it\n", "15 error The box “words” has no end."),
    "box in a box": (PAGE, "Owls sleep all day.", "::: tip", "10 error A box starts inside another one."),
    "end without box": (PAGE, "## Who made it?", ":::", "7 error This ::: closes a box, but none is open."),
    "item in a box": (
        PAGE,
        "Owls sleep all day.",
        "[[item:tiny-first]]",
        "10 error An activity stands inside a box.",
    ),
    "item among text": (
        PAGE,
        "Owls sleep all day.",
        "See [[item:tiny-first]]",
        "10 error An activity's mark stands in a line with other text.",
    ),
    "empty box": (PAGE, "Owls sleep all day.\n", "", "9 error The box “web” is empty."),
    "vocabulary without entry": (
        PAGE,
        "**maker**: the person",
        "the person",
        "16 error This line of the vocabulary is not an entry.",
    ),
    "practice address could be real": (
        PAGE,
        "www.owls.example",
        "www.owls.com",
        "9 error The practice page's address “www.owls.com”",
    ),
    "practice page without title": (
        PAGE,
        " | All about owls",
        "",
        "9 error A practice page needs an address and a title.",
    ),
    "html": (PAGE, "Look at this owl.", "Look at <b>this</b> owl.", "5 error HTML is not allowed: <b>"),
    "html block": (PAGE, "## Who made it?", "<div>\n</div>", "7 error HTML is not allowed: <div>"),
    "html in an item": (ITEMS, "Who made it?", "Who <i>made</i> it?", "4 error HTML is not allowed: <i>"),
    "first-level heading": (PAGE, "## Who", "# Who", "7 error A heading with one #"),
    "heading skips a level": (
        PAGE,
        "## Who",
        "### Who",
        "7 error The heading skips a level: after # comes ###.",
    ),
    "heading in an item": (
        ITEMS,
        "prompt: Who made it?",
        "prompt: '# Who'",
        "4 error Headings belong on pages.",
    ),
    "link without encryption": (
        PAGE,
        "Owls sleep all day.",
        "[a](http://a.org)",
        "10 error The link http://a.org is not encrypted.",
    ),
    "link to script": (
        PAGE,
        "Owls sleep all day.",
        "[a](javascript:x)",
        "10 error A link cannot lead to “javascript:x”.",
    ),
    "link to nowhere": (
        PAGE,
        "Owls sleep all day.",
        "[a](b.html)",
        "10 error A link cannot lead to “b.html”.",
    ),
    "link without site": (
        PAGE,
        "Owls sleep all day.",
        "[a](https:///b)",
        "10 error The link https:///b has no site in it.",
    ),
    "real address in text": (
        ITEMS,
        "Who made it?",
        "Who made www.owls.com?",
        "4 warning “www.owls.com” may be somebody's real address.",
    ),
    # Pictures
    "no words for a picture": (PAGE, "![A brown owl on a branch]", "![]", "5 error The picture has no words"),
    "file name for words": (
        PAGE,
        "![A brown owl on a branch]",
        "![owl.svg]",
        "5 error “owl.svg” is a file's name",
    ),
    "no such picture": (PAGE, "media/owl.svg", "media/own.svg", "5 error There is no picture media/own.svg."),
    "picture elsewhere": (
        PAGE,
        "media/owl.svg",
        "https://a.org/owl.svg",
        "5 error The picture “https://a.org/owl.svg” is not in media/.",
    ),
    "picture unused": (
        PAGE,
        "![A brown owl on a branch](media/owl.svg)",
        "",
        "modules/tiny/media/owl.svg:1 warning No page or item shows this picture.",
    ),
    "script in a picture": (OWL, "<path", "\n<script/><path", "2 error The SVG has an element <script>."),
    "event in a picture": (
        OWL,
        '<path d="M0 0h9"',
        '<path onclick="x"',
        "1 error The SVG reacts to events (onclick).",
    ),
    "picture fetches": (
        OWL,
        "<path ",
        '<image href="https://a.org/a.png"/><path ',
        "1 error The SVG refers to something outside (href).",
    ),
    "picture's style fetches": (
        OWL,
        "<path ",
        "<style>@import 'a.css';</style><path ",
        "1 error The SVG's style fetches something",
    ),
    "style attribute fetches": (
        OWL,
        "<path ",
        '<path style="fill:url(https://a.org/x)" ',
        "1 error The SVG fetches something from elsewhere (style).",
    ),
    "entity in a picture": (
        OWL,
        "<svg ",
        '<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg ',
        "1 error The SVG declares an entity “a”.",
    ),
    "broken picture": (OWL, "</svg>", "", "2 error The file is not well-formed SVG."),
    "picture does not scale": (OWL, ' viewBox="0 0 9 9"', "", "1 warning The SVG has no viewBox"),
    # Judgement
    "minutes of a page": (PAGE, "minutes: 2", "minutes: 9", "3 warning The page says 9 minutes"),
    "minutes of a lesson": (MODULE, "minutes: 2", "minutes: 20", "8 warning The lesson says 20 minutes"),
    "skill nobody asks for": (
        MODULE,
        "[find-the-maker]",
        "[find-the-maker, check-the-date]",
        "9 warning Nothing asks for the skill “check-the-date” in grades 3, 4, 5.",
    ),
    "hard to read": (
        PAGE,
        "Owls sleep all day.\n:::",
        "Owls.\n:::\n"
        + "Institutional credibility considerations necessitate comprehensive investigation procedures. "
        * 10,
        "2 warning This reads like grade",
    ),
}


def test_the_tree_itself_has_no_problem(tree):
    tree.add_spanish()

    assert tree.lines() == []


@pytest.mark.parametrize("name", CASES)
def test_problem_is_reported_at_its_line(tree, name):
    file, old, new, expected = CASES[name]
    tree.replace(file, old, new)
    full = expected if expected.startswith(("modules/", "quizzes/")) else f"{file}:{expected}"

    assert any(line.startswith(full) for line in tree.lines()), tree.lines()


FILE_CASES = {
    "latin-1": (MODULE, "title: Ñandú\n".encode("latin-1"), "1 error The file is not UTF-8 text."),
    "empty module": (MODULE, "", "1 error The file is empty."),
    "too large": (ITEMS, "#" * 500_001, "1 error The file is larger than 500 KB."),
    "deep brackets": (ITEMS, "[" * 1200, "1 error"),
    "stray file": ("modules/tiny/pages/notes.txt", "x", "1 warning This file is not read."),
    "unused page": (
        "modules/tiny/pages/extra.md",
        "---\ntitle: Extra\n---\n",
        "2 warning The page “extra” is not in the sequence.",
    ),
    "page name": (
        "modules/tiny/pages/Extra Page.md",
        "---\ntitle: Extra\n---\n",
        "1 error The file's name “Extra Page”",
    ),
    "unused bank": (
        "quizzes/banks/spare.yaml",
        "schema: 1\nid: spare\ntitle: S\ngrades: [3, 5]\nitems: []\n",
        "1 warning No quiz draws from the bank “spare”.",
    ),
    "picture type": (
        "modules/tiny/media/owl.gif",
        "GIF89a",
        "1 error This is not a picture InfoLit can show, nor a sound or film",
    ),
    "false png": ("modules/tiny/media/owl.png", "<svg/>", "1 error The file is no PNG picture inside."),
    "large picture": (
        "modules/tiny/media/big.png",
        b"\x89PNG\r\n\x1a\n" + b"0" * 500_000,
        "1 error The picture has 500 KB",
    ),
    "false sound": ("modules/tiny/media/hoot.mp3", "<svg/>", "1 error The file is no MP3 inside."),
    "large sound": (
        "modules/tiny/media/hoot.ogg",
        b"OggS" + b"0" * 5_000_000,
        "1 error The file has 5000 KB, more than 5000.",
    ),
    "sound that nobody plays": (
        "modules/tiny/media/hoot.wav",
        b"RIFF0000WAVE",
        "1 warning No item plays this file.",
    ),
    "captions without heading": (
        "modules/tiny/media/hoot.vtt",
        "00:00.000 --> 00:01.000\nHoot.\n",
        "1 error The captions do not begin with WEBVTT.",
    ),
    "captions without times": (
        "modules/tiny/media/hoot.vtt",
        "WEBVTT\n\nHoot.\n",
        "1 error The captions have no line of times.",
    ),
    "captions with other times": (
        "modules/tiny/media/hoot.vtt",
        "WEBVTT\n\n00:00,000 --> 00:01,000\nHoot.\n",
        "3 error These times of the captions cannot be read.",
    ),
    "captions backwards": (
        "modules/tiny/media/hoot.vtt",
        "WEBVTT\n\n01:00:01.000 --> 00:59.000\nHoot.\n",
        "3 error The caption ends before it begins.",
    ),
    "captions in another coding": (
        "modules/tiny/media/hoot.vtt",
        b"WEBVTT\n\xff",
        "1 error The captions are not UTF-8.",
    ),
    "picture name": ("modules/tiny/media/My Owl.svg", "<svg/>", "1 error The file's name will not work"),
    "folder without module": ("modules/other/notes.md", "x", "1 error The folder has no module.yaml."),
    "two pictures of one name": (
        "quizzes/media/owl.svg",
        '<svg viewBox="0 0 1 1"/>',
        "1 error Two different pictures are called owl.svg.",
    ),
}


@pytest.mark.parametrize("name", FILE_CASES)
def test_file_that_should_not_be_so_is_reported(tree, name):
    file, content, expected = FILE_CASES[name]
    tree.write(file, content)
    place = {"folder without module": "modules/other", "two pictures of one name": OWL}.get(name, file)

    assert any(line.startswith(f"{place}:{expected}") for line in tree.lines()), tree.lines()


def test_all_problems_of_a_file_come_at_once(tree):
    tree.replace(ITEMS, "skill: find-the-maker", "skll: find-the-maker")
    tree.replace(ITEMS, "prompt: Who made it?", "promt: Who made it?")

    messages = [line.split(" error ")[1] for line in tree.lines() if " error " in line]

    assert "There is no field “skll” here." in messages
    assert "“skill” is missing." in messages
    assert "There is no field “promt” here." in messages
    assert "“prompt” is missing." in messages


def test_hint_offers_the_closest_name(tree):
    tree.replace(ITEMS, "hints:", "hnits:")
    tree.replace(MODULE, "page: start", "page: strat")

    hints = {problem.message: problem.hint for problem in tree.problems()}

    assert hints["There is no field “hnits” here."] == "Did you mean “hints”?"
    assert hints["There is no page “strat”."] == "Did you mean “start”?"


def test_reference_to_a_broken_item_is_not_reported_as_well(tree):
    tree.replace(ITEMS, "  prompt: Who made it?\n", "")

    assert tree.lines() == ["modules/tiny/items/start.yaml:1 error “prompt” is missing."]


def test_drafts_are_named_when_a_draw_lacks_questions(tree):
    text = tree.read(BANK).replace("status: reviewed", "status: draft")
    tree.write(BANK, text)

    problem = next(problem for problem in tree.problems() if problem.severity == "error")

    assert problem.message == "This draws 1, but the bank has 0 on find-the-maker."
    assert "3 drafts would fit" in problem.hint


def test_missing_folders_are_a_problem_not_a_crash(tmp_path):
    problems = check_library(tmp_path / "modules", quizzes=tmp_path / "quizzes")

    assert [problem.message for problem in problems] == ["The folder is not there."] * 2


def test_headings_may_go_deeper_step_by_step_and_come_back(tree):
    tree.replace(PAGE, "## Who made it?", "## One\n\n### Two\n\n#### Three\n\n## Four")

    assert tree.lines() == []


def test_numbers_and_yes_stay_words_where_text_is_wanted(tree):
    tree.replace(ITEMS, "text: Ms Lee", "text: 510.10")
    tree.replace(ITEMS, "text: An owl", "text: No")

    spec = tree.load().get_item("tiny-first").spec

    assert [option.text for option in spec.options] == ["510.10", "No"]


SOUND_ITEM = """\
- id: tiny-first
  kind: media
  skill: find-the-maker
  prompt: Listen.
  files: [media/hoot.mp3]
  title: An owl
  seconds: 2
  transcript: Hoot.
  feedback: {correct: Yes., incorrect: Soon.}
"""


def test_file_that_an_item_names_must_be_there(tree):
    tree.write(ITEMS, SOUND_ITEM)
    tree.write("modules/tiny/media/hot.mp3", b"ID3")

    lines = tree.lines()

    assert f"{ITEMS}:5 error There is no file media/hoot.mp3." in lines, lines


def test_file_that_an_item_names_is_used_and_frozen(tree):
    tree.write(ITEMS, SOUND_ITEM)
    tree.write("modules/tiny/media/hoot.mp3", b"ID3")

    assert not [line for line in tree.lines() if "hoot" in line]
    assert "hoot.mp3" in snapshot_module(tree.load(), "tiny").media
