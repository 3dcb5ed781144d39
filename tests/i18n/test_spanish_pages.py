"""Every role walks through its pages in Spanish, and no English is left on them."""

import re
from html.parser import HTMLParser

import pytest
from stack import ANA, BEN, BOARD_LINK, CLASS_LINK, MODULE_LINK, QUIZ_LINK, SPECIALIST, TEACHER

from lti_tool.db.connect import transaction
from lti_tool.people.sessions import make_ticket

ENGLISH = re.compile(r"\b(?:the|your|you|of|and|is|are|not|with|for|this|from|has|will|by)\b", re.IGNORECASE)
OPERATORS = re.compile(r"\b(?:AND|OR|NOT)\b")
"""What is typed into a search, in any language."""
ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+\S*")
SPANISH = re.compile(r"\b(?:el|la|los|las|un|una|de|del|que|y|en|con|por|para|tu|su|es|no)\b", re.IGNORECASE)
"""A Spanish sentence may name an English book; an address of the practice web is no sentence."""
TITLES = (
    "Leave the Page",
    "Quiz: ",
    "Interior Landscape Plants for Indoor Air Pollution Abatement",
    "Write a paragraph on the year without a summer",
)
"""Assignments bear the name they had when they were placed; the report and the prompt that lessons cite were written in English."""
MOST_PAGES = 30


class Reader(HTMLParser):
    """What a person reads or hears on a page, but what says itself to be in another language."""

    def __init__(self):
        super().__init__()
        self.open, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag not in ("input", "img", "meta", "link", "br", "path", "circle", "rect"):
            self.open.append(
                (tag, told.get("lang", "es") != "es" or tag in ("code", "script", "style", "em"))
            )
        if not self.is_foreign:
            self.texts += [value or "" for name, value in attrs if name in ("aria-label", "alt", "title")]
            self.texts += [
                value for name, value in attrs if name.startswith("data-") and value and " " in value
            ]

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.is_foreign:
            self.texts.append(data)

    @property
    def is_foreign(self):
        return any(is_foreign for _, is_foreign in self.open)


def english_on(page):
    reader = Reader()
    reader.feed(page)
    texts = (OPERATORS.sub("", re.sub("|".join(map(re.escape, TITLES)), "", text)) for text in reader.texts)
    return [
        " ".join(text.split())
        for text in texts
        if ENGLISH.search(text) and not SPANISH.search(text) and not ADDRESS.fullmatch(text.strip())
    ]


def in_spanish(browser):
    return browser.post(f"/at/{browser.token}/language", {"locale": "es", "back": browser.path})


def walk(browser):
    """Every page that links lead to, each once. Links that differ only in ids of the same kind count as one."""
    start, seen, left = browser.path, set(), [browser.path]
    while left and len(seen) < MOST_PAGES:
        address = left.pop(0)
        shape = re.sub(r"[0-9a-f-]{36}|/\d+|\?.*", "*", address)
        if shape in seen:
            continue
        seen.add(shape)
        browser.get(address)
        assert browser.page.status_code == 200, address
        assert english_on(browser.page.text) == [], address
        left += re.findall(r'href="(/at/[^"#]+)"(?! download)', browser.page.text.replace("&amp;", "&"))
    browser.get(start)
    return seen


def first_choices(browser):
    radios = re.findall(r'<input[^>]*type="radio" name="([^"]+)" value="([^"]+)"', browser.page.text)
    return dict(reversed(radios))


def play(browser):
    """Through every step in Spanish, asking for a hint and a check where there are any; the first choice everywhere."""
    for _ in range(60):
        assert english_on(browser.page.text) == [], browser.path
        asked = re.findall(r'value="((?:hint|check):[^"]+)"', browser.page.text)
        for button in asked:
            browser.submit(button, **first_choices(browser))
            assert english_on(browser.page.text) == [], button
        if 'value="finish"' in browser.page.text:
            return browser.submit("finish")
        browser.submit("next", **first_choices(browser))
    raise AssertionError("the look back never came")


@pytest.fixture(scope="module")
def played(shared_stack):
    """Ana has finished a lesson and Ben a quiz, both in Spanish; one grade could not be delivered."""
    lesson = play(in_spanish(shared_stack.launch(MODULE_LINK, ANA)))
    shared_stack.deliver_all()
    shared_stack.behave(mode="status", status=422)
    quiz = play(in_spanish(shared_stack.launch(QUIZ_LINK, BEN)))
    shared_stack.deliver_all()
    return {"lesson": lesson, "quiz": quiz}


@pytest.mark.parametrize("part", ["lesson", "quiz"])
def test_student_reads_spanish_from_the_first_page_to_the_result(played, part):
    browser = played[part]

    assert "/result" in browser.path
    assert '<html lang="es">' in browser.page.text
    assert english_on(browser.page.text) == []


@pytest.mark.parametrize(("link", "person", "least"), [(CLASS_LINK, TEACHER, 4), (BOARD_LINK, SPECIALIST, 4)])
def test_staff_reads_spanish_on_every_page_of_theirs(shared_stack, played, link, person, least):
    pages = walk(in_spanish(shared_stack.launch(link, person)))

    assert len(pages) >= least


def test_undelivered_grade_says_why_in_spanish(shared_stack, played):
    teacher = in_spanish(shared_stack.launch(QUIZ_LINK, TEACHER))

    assert "Rechazada por el LMS" in teacher.text
    assert "El LMS no recibe aquí un puntaje de este estudiante" in teacher.text


def test_administrator_reads_spanish_also_in_the_results_of_a_connection_test(shared_stack):
    with transaction(shared_stack.tool.sessions) as session:
        ticket = make_ticket(session, shared_stack.tenant_id, now=shared_stack.tool.clock())
    browser = shared_stack.browser()
    browser.http.headers["Accept-Language"] = "es-419"
    pages = walk(browser.post(f"/admin/enter/{ticket}"))

    browser.post(f"/at/{browser.token}/platforms/{shared_stack.platform_id}/test")
    tested = english_on(browser.page.text)
    browser.post(
        f"/at/{browser.token}/platforms", {"name": "Otro", "issuer": "https://a.example", "client_id": "7"}
    )

    assert len(pages) >= 2
    assert tested == []
    assert english_on(browser.page.text) == []
    assert "Dirección de autorización: esto no es una dirección web" in browser.text


def test_reader_finds_english_where_it_is_read():
    page = "<p aria-label='Not this'>Hola <b>of you</b> <i lang='en'>the end</i></p>"

    assert english_on(page) == ["Not this", "of you"]
