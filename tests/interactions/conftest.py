"""A browser that shows one activity alone, from the files of the kinds. What it posts is answered as the player's page does."""

import mimetypes
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bare_chromium import bare_chromium
from kind_harness import render, respond, spec_of

from lti_tool.content.media import TYPES
from lti_tool.interactions import FOLDER, get_kind, kinds_within, revise
from lti_tool.interactions.examples import Case

HOST = "http://kinds.test"
CSS = FOLDER.parent / "web/static/css"
ACT = FOLDER.parent / "web/static/js/act.js"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>One activity</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/tokens.css"><link rel="stylesheet" href="/base.css">
<link rel="stylesheet" href="/components.css"><link rel="stylesheet" href="/_shared.css">
{styles}<script type="module" src="/act.js"></script>{scripts}</head>
<body><main class="page stack"><h1 class="sr-only">One activity</h1><h2 class="sr-only">A page</h2>
<form id="step" class="card" method="post" action="/">{items}</form></main></body></html>"""
ITEM = '<section class="item" id="item-{id}-box">{html}</section>'
STRICT = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self'"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="400" height="300"/>'


@pytest.fixture(scope="session")
def kinds_browser(browser_driver):
    with bare_chromium(browser_driver) as browser:
        yield browser


@pytest.fixture
def show(kinds_browser):
    """Call with a kind and what `render` takes; returns the Playwright page. Errors on the page fail the test."""
    contexts, errors = [], []

    def open_page(
        kind,
        example_id=None,
        *,
        width=1280,
        context=None,
        answer=None,
        steps=(),
        scored=None,
        beside=(),
        **fields,
    ):
        spec = spec_of(kind, example_id)
        case = Case(name="shown", answer=answer or {}, steps=steps, ratio=0, verdict="missed")
        shown = Shown(kind, spec, respond(kind, spec, case), scored, fields, beside)
        contexts.append(
            kinds_browser.new_context(viewport={"width": width, "height": 900}, **(context or {}))
        )
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.route(f"{HOST}/**", shown.answer)
        page.goto(HOST)
        page.evaluate("addEventListener('il-changed', () => (window.changes = (window.changes ?? 0) + 1))")
        page.shown = shown
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


class Shown:
    """One activity on its page, and the server behind it: a posted form makes the next response.

    `beside` shows it again below, in other states: (item id, case, fields of `item`) each.
    """

    def __init__(self, kind, spec, response, scored, fields, beside=()):
        self.kind, self.spec, self.response, self.scored, self.fields = kind, spec, response, scored, fields
        self.beside = beside

    def kinds(self):
        return kinds_within(self.kind, get_kind(self.kind).public(self.spec, 0))

    def page(self):
        items = [self.item("q1", self.response, self.scored, **self.fields)]
        for item_id, case, fields in self.beside:
            response = respond(self.kind, self.spec, case)
            items.append(self.item(item_id, response, **fields))
        kinds = sorted(self.kinds())
        scripted = [name for name in kinds if (FOLDER / name / "element.js").is_file()]
        return PAGE.format(
            items="".join(items),
            styles="".join(f'<link rel="stylesheet" href="/{name}/style.css">' for name in kinds),
            scripts="".join(f'<script type="module" src="/{name}/element.js"></script>' for name in scripted),
        )

    def item(self, item_id, response, scored=None, **fields):
        score = scored(get_kind(self.kind).score(self.spec, response)) if scored else None
        html = render(self.kind, self.spec, item_id=item_id, response=response, score=score, **fields)
        return ITEM.format(id=item_id, html=html)

    def take(self, body):
        form = {
            name.removeprefix("q1."): values
            for name, values in parse_qs(body or "", keep_blank_values=True).items()
        }
        verb, _, how = form.pop("do", [""])[0].partition(":q1:")
        self.response = revise(
            get_kind(self.kind), self.spec, self.response, form | ({"act": [how]} if verb == "act" else {})
        )

    def answer(self, route):
        path = urlsplit(route.request.url).path
        if path == "/":
            if route.request.method == "POST":
                self.take(route.request.post_data)
            return route.fulfill(
                body=self.page(), content_type="text/html", headers={"Content-Security-Policy": STRICT}
            )
        if path == "/favicon.ico":
            return route.fulfill(status=204)
        if path.startswith("/media/") and Path(path).suffix not in (
            ".js",
            ".css",
        ):  # there is a kind of that name
            return self.show_medium(route, path.lstrip("/"))
        name = path.lstrip("/")
        file = ACT if name == "act.js" else next(f / name for f in (FOLDER, CSS) if (f / name).is_file())
        return route.fulfill(body=file.read_text(), content_type=mimetypes.guess_type(file.name)[0])

    def show_medium(self, route, name):
        """A file of the kind's own examples, else an empty picture."""
        folders = [FOLDER / kind for kind in self.kinds()]
        file = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if file is None:
            return route.fulfill(body=PICTURE, content_type="image/svg+xml")
        return route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
