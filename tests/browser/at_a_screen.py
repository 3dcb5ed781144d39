"""Somebody at a screen: opens an assignment in the LMS's frame and answers with the mouse, or with the keyboard alone."""

from __future__ import annotations

import random
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from answer_fields import right
from playwright.sync_api import expect

from lti_tool.cli.history import answer

FOCUS = """() => { const here = document.activeElement;
    return here && here !== document.body && here.matches(%s) }"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
MOST_TABS = 60
PATIENCE_MS = 20_000


class Screen:
    """A device with one person of the demo district signed in to the LMS."""

    def __init__(self, context, stack, person, *, has_scripts=True):
        self.context, self.stack, self.person = context, stack, person
        self.has_scripts = has_scripts
        self.complaints = []
        """What pages said in the console, script errors, and requests to other hosts."""
        self.hosts = {urlsplit(stack.tool_url).netloc, urlsplit(stack.lms_url).netloc}
        self.document = None
        """The newest page as the server sent it."""
        context.add_cookies([{"name": "demo_user", "value": person, "url": stack.lms_url}])
        context.on("request", self._note_request)
        context.on("response", self._note_response)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.set_default_timeout(PATIENCE_MS)
        self.page = context.new_page()

    def _note_request(self, request):
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.netloc not in self.hosts:
            self.complaints.append(f"request to {request.url}")

    def _note_response(self, response):
        if response.request.is_navigation_request() and not response.headers.get("location"):
            self.document = response

    def _note_console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def expect_complaint(self, words):
        """Wait for a complaint with these words, and take all such off the list."""
        while not any(words in each for each in self.complaints):
            self.context.wait_for_event("console")
        self.complaints = [each for each in self.complaints if words not in each]

    def open(self, link, course="grade-7"):
        """The assignment as the LMS shows it: in a frame."""
        self.page.goto(f"{self.stack.lms_url}/courses/{course}/links/{link}")
        brand = self.page.frame_locator("iframe.tool").locator(".topbar .brand")
        expect(brand).to_be_visible(timeout=PATIENCE_MS)  # three pages and the LMS's storage come before it
        self.see()
        return self

    def open_window(self, link):
        """The assignment in a window of its own, as “Open in new window” does."""
        self.page.goto(f"{self.stack.lms_url}/launch/{link}?window=1")
        expect(self.page.locator(".topbar .brand")).to_be_visible()
        self.see()
        return self

    def close_tab(self):
        self.page.close()
        self.page = self.context.new_page()

    @property
    def frame(self):
        """The tool's document: in the LMS's frame, or the page itself."""
        return self.page.frames[-1]

    def find(self, selector):
        return self.frame.locator(selector)

    @property
    def step(self):
        """The last part of the address: the step's number, or `result`."""
        return urlsplit(self.frame.url).path.rsplit("/", 1)[-1]

    @property
    def attempt_id(self):
        return urlsplit(self.frame.url).path.split("/")[4]

    @property
    def items(self):
        """Ids of the activities and questions shown that may still be answered."""
        shown = self.find(".activity:not([data-state=locked])").evaluate_all("all => all.map(one => one.id)")
        return [name.removeprefix("item-") for name in shown]

    def press(self, do):
        """Press the button that does this (`next`, `check`, `hint`, `finish`), and wait for what comes of it."""
        button = self.find(f".item-actions [value^='{do}:'], .pager [value='{do}']").first
        with self.answered(button):
            self.touch(button)

    @contextmanager
    def answered(self, button):
        """Wait for what pressing a button brings: the activity it stands in put in anew, else the next page."""
        box = button.evaluate_handle(
            "button => button.closest('.item-actions') && button.closest('section.item')"
        )
        if self.has_scripts and box.as_element():
            yield
            self.frame.wait_for_function("box => !box.isConnected", arg=box)
        else:
            with self.frame.expect_navigation():
                yield
            self.see()

    def see(self):
        """Wait until what is new, or was scrolled to, is painted: before that Chromium may send a press elsewhere."""
        self.frame.wait_for_load_state()
        if self.has_scripts:
            self.page.evaluate(PAINTED)
            self.frame.evaluate(PAINTED)

    def touch(self, target):
        """Bring something into sight, see it, and press it."""
        target.scroll_into_view_if_needed()
        self.see()
        target.click()

    def next(self):
        self.press("next")

    def expect_state(self, state):
        expect(self.find("#save-state")).to_have_attribute("data-state", state)

    def saved(self, item_id):
        """The server's copy of an answer."""
        found = self.stack.rows(
            "SELECT saved FROM response WHERE attempt_id = :a AND item_id = :i", a=self.attempt_id, i=item_id
        )
        return found[0]["saved"] if found else None

    def answer(self, item_id, response):
        """With the mouse (or, for words, by typing)."""
        kind = self.find(f"#item-{item_id}").get_attribute("data-kind")
        getattr(self, f"_click_{kind}")(self.find(f"#item-{item_id}"), response)

    def _click_choice(self, item, response):
        for option in response["picked"]:
            self.touch(item.locator(f".option-label:has(input[value={option}])"))

    def _click_sorter(self, item, response):
        for card, bin_id in response["placed"].items():
            self.touch(item.locator(f"[data-piece={card}] .piece-pick"))
            self.touch(item.locator(f"[data-bin={bin_id}] .bin-title"))

    def _click_order(self, item, response):
        for step, place in sorted(response["places"].items(), key=lambda pair: pair[1]):
            row = item.locator(f"[data-step={step}]")
            while row.evaluate("row => [...row.parentElement.children].indexOf(row) + 1") > place:
                self.touch(row.locator("[data-move=up]"))
        if item.locator("[data-keep]").is_visible():
            self.touch(item.locator("[data-keep]"))

    def _click_short_text(self, item, response):
        item.locator("input").fill("")
        item.locator("input").press_sequentially(response["text"])

    def _click_lateral_lab(self, item, response):
        item_id = item.get_attribute("id").removeprefix("item-")
        for verb, what in response["trail"]:
            self.act(item_id, f"suggest:{what[1:]}" if verb == "search" else f"{verb}:{what}")
        for passage in response["cited"]:
            self.find(f"#item-{item_id} .lab-cite:has(input[value={passage}])").click()
        self.find(f"#item-{item_id} .lab-choice:has(input[value={response['verdict']}])").click()

    def act(self, item_id, how):
        """Press a button of a kind with memory, and wait for what it brings."""
        button = self.find(f"button[value='act:{item_id}:{how}']").first
        if not self.has_scripts:
            with self.frame.expect_navigation():
                button.click()
            return
        box = self.find(f"#item-{item_id}-box").element_handle()
        self.touch(button)
        self.frame.wait_for_function("box => !box.isConnected", arg=box)

    def key_answer(self, item_id, response):
        """With the keyboard alone."""
        item = f"#item-{item_id}"
        kind = self.find(item).get_attribute("data-kind")
        getattr(self, f"_key_{kind}")(item, response)

    def _key_choice(self, item, response):
        kind = self.find(f"{item} input").first.get_attribute("type")
        for option in response["picked"]:
            if kind == "checkbox":
                self.tab_to(f"{item} input[value={option}]")
                self.key("Space")
                continue
            self.tab_to(f"{item} input")
            self.key("Space")
            self.key_until("ArrowDown", f"{item} input[value={option}]")

    def _key_sorter(self, item, response):
        for card, bin_id in response["placed"].items():
            self.tab_to(f"{item} [data-piece={card}] .piece-pick")
            self.key("Enter")
            self.tab_to(f"{item} [data-bin={bin_id}] .bin-slot")
            self.key("Enter")

    def _key_order(self, item, response):
        for step, place in sorted(response["places"].items(), key=lambda pair: pair[1]):
            row = self.find(f"{item} [data-step={step}]")
            while row.evaluate("row => [...row.parentElement.children].indexOf(row) + 1") > place:
                self.tab_to(f"{item} [data-step={step}] [data-move=up]")
                self.key("Enter")

    def _key_short_text(self, item, response):
        self.tab_to(f"{item} input")
        self.page.keyboard.type(response["text"])

    def key_press(self, selector):
        """Reach a button by Tab and press it with Enter; wait for what comes of it."""
        self.tab_to(selector)
        with self.answered(self.find(":focus")):
            self.key("Enter")

    def key(self, name):
        self.page.keyboard.press(name)

    def tab_to(self, selector):
        """Press Tab until this has the focus; going round at the end of the page as a browser does."""
        self.key_until("Tab", selector)

    def key_until(self, name, selector):
        matches = FOCUS % repr(selector)
        for _ in range(MOST_TABS):
            if self.frame.evaluate(matches):
                return
            self.key(name)
        pytest.fail(f"{name} never reached {selector}")

    def right_answer(self, item_id):
        return make_answer(self.stack, self.person, item_id, is_right=True)

    def right_fields(self, item_id):
        """The right answer as names and values of the plain form's controls."""
        return right(self.stack, item_id, self.stack.person(self.person).locale)

    def wrong_answer(self, item_id):
        return make_answer(self.stack, self.person, item_id, is_right=False)


def make_answer(stack, person, item_id, *, is_right):
    """The stored form of an answer, in the language of this person."""
    library, locale = stack.tool.library, stack.person(person).locale
    item = library.translate_item(library.find_item(item_id), locale)
    return answer(item, random.Random(7), is_right=is_right)
