"""The gallery: every interaction kind with its examples in all states, to be played, for authors, teachers and developers.

Kinds are found by their folders, so a new one appears by itself. Nothing is stored: a page's form carries what was posted before, and the
response is made anew from those forms, so that nothing in them is trusted more than any first form. It shows keys to everybody, therefore
it is served only where the setting `gallery` says so (the demo, `infolit gallery`), never in production.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, Literal, get_args

from flask import Blueprint, Response, g, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lti_tool.content.worked_examples import example_in
from lti_tool.errors import BadFormError, NotFoundError
from lti_tool.interactions import (
    FOLDER,
    Example,
    find_kinds,
    get_kind,
    has_memory,
    is_manual,
    is_scored,
    load_examples,
    revise,
    scene_of,
)
from lti_tool.interactions.about import About, Family, load_about
from lti_tool.interactions.contract import Form, ItemView, Score, without_key
from lti_tool.interactions.contract import Response as Answer
from lti_tool.interactions.examples import Case
from lti_tool.interactions.manual import as_yaml, fields_table, scoring_text
from lti_tool.web.i18n import LOCALES, current_locale

pages = Blueprint("gallery", __name__, url_prefix="/gallery")
State = Literal["try", "blank", "answered", "checked", "done", "paper", "paper-key"]
STATES = get_args(State)
SEED, TRIES = 7, 3
ORIGINAL = "en"
"""The language that examples are written in first."""
MOST_PAST, MOST_BYTES = 60, 200_000
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="400" height="300"><rect width="400" height="300" fill="#d9ecea"/>'
    '<path d="M0 300 130 150l80 90 60-60 130 120z" fill="#0b5f66"/><circle cx="310" cy="80" r="34" fill="#f2b27a"/></svg>'
)
"""Stands for a picture that an example names and no file holds."""


@dataclass(frozen=True, kw_only=True)
class Play:
    """What was done in a form so far: what an item's row in the database holds in an attempt."""

    past: tuple[Form, ...] = ()
    """The forms that a kind with memory went on with, in order."""
    form: Form
    checked: int = 0
    """How often it was checked."""
    hints: int = 0
    is_fresh: bool = False
    """Whether the verdict is on just this answer."""
    is_done: bool = False

    def carried(self) -> str:
        """The past as the next form carries it."""
        return json.dumps(self.past, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class Card:
    """A kind on the index page."""

    name: str
    about: About
    examples: int
    has_memory: bool
    is_manual: bool
    is_scored: bool


@pages.before_request
def choose_language() -> None:
    """The language is in the address, since there is no visit to keep it."""
    wanted = request.args.get("lang", "")
    if wanted in LOCALES:
        g.locale = wanted
    g.media_url = _media_address


def _media_address(name: str) -> str:
    kind = (request.view_args or {}).get("kind", "")
    return url_for("gallery.media", kind=kind, name=name)


@pages.get("")
def index() -> str:
    """All kinds, by family."""
    order = list(get_args(Family))
    cards = sorted(
        (_card(name) for name in find_kinds()), key=lambda card: (order.index(card.about.family), card.name)
    )
    families = {family: list(group) for family, group in groupby(cards, lambda card: card.about.family)}
    return render_template("gallery/index.html", families=families, count=len(cards), link_to=_link)


def _card(name: str) -> Card:
    kind = get_kind(name)
    return Card(
        name=name,
        about=load_about(name),
        examples=len(load_examples(name)),
        has_memory=has_memory(kind),
        is_manual=is_manual(kind),
        is_scored=is_scored(kind),
    )


@pages.get("/<kind>")
def first(kind: str) -> ResponseReturnValue:
    """A kind's first example, ready to be tried."""
    return example(kind, _examples(kind)[0].id)


@pages.get("/<kind>/<example_id>")
def example(kind: str, example_id: str) -> ResponseReturnValue:
    """One example in the state that the address names."""
    found = _example(kind, example_id)
    state = _state(request.args.get("state", "try"))
    at = _case_number(found, request.args.get("case"))
    return _page(kind, found, state, at, item=_item_in(kind, found, state, found.cases[at]))


@pages.post("/<kind>/<example_id>")
def play(kind: str, example_id: str) -> ResponseReturnValue:
    """Go on with an example: what the pressed button says, as the player does it."""
    found = _example(kind, example_id)
    spec = get_kind(kind).Spec.model_validate(found.spec)
    play = _pressed(found, kind, spec)
    return _page(kind, found, "try", 0, item=_item_of(kind, found, spec, play), play=play)


def _pressed(found: Example, kind: str, spec: Any) -> Play:
    verb, _, argument = request.form.get("do", "").partition(":")
    prefix = f"{found.id}."
    own: dict[str, list[str]] = {
        name.removeprefix(prefix): values
        for name, values in request.form.to_dict(flat=False).items()
        if name.startswith(prefix)
    }
    past = _past(request.form.get("past", "[]"))
    checked, hints = _number("checked"), _number("hints")
    if verb == "act":
        own["act"] = [argument.partition(":")[2]]
        # A form that was acted on is part of the past: the next one goes on from it.
        return Play(past=(*past, own)[-MOST_PAST:], form=own, checked=checked, hints=hints)
    is_blank = verb == "check" and _score(kind, spec, _answer(kind, spec, past, own)).is_blank
    return Play(
        past=past,
        form=own,
        checked=checked + (verb == "check" and not is_blank),
        hints=min(hints + (verb == "hint"), len(spec.hints)),
        is_fresh=verb == "check" and not is_blank,
        is_done=verb == "finish",
    )


def _past(text: str) -> tuple[Form, ...]:
    """Raises BadFormError for what no page of ours carries."""
    try:
        told = json.loads(text) if len(text) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, list) or len(told) > MOST_PAST or not all(_is_form(form) for form in told):
        raise BadFormError("This page sent something that cannot be read. Open the example again.")
    return tuple(told)


def _is_form(told: object) -> bool:
    return isinstance(told, dict) and all(
        isinstance(values, list) and all(isinstance(value, str) for value in values)
        for values in told.values()
    )


def _number(name: str) -> int:
    text = request.form.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _answer(kind: str, spec: Any, past: tuple[Form, ...], form: Form) -> Answer:
    """The response after all forms, made anew."""
    response: Answer = {}
    for each in past:
        response = revise(get_kind(kind), spec, response, each)
    is_told = not past or past[-1] is not form
    return revise(get_kind(kind), spec, response, form) if is_told else response


def _score(kind: str, spec: Any, response: Answer) -> Score:
    return get_kind(kind).score(spec, response)


def _item_of(kind: str, found: Example, spec: Any, play: Play) -> ItemView:
    """The example as it is being played."""
    response = _answer(kind, spec, play.past, play.form)
    score = _score(kind, spec, response)
    is_locked = play.is_done or (play.is_fresh and (score.ratio >= 1 or play.checked >= TRIES))
    shown = score if is_locked else without_key(score) if play.is_fresh else None
    return _view(
        kind,
        found,
        spec,
        response,
        score=shown,
        is_locked=is_locked,
        hints=play.hints,
        tries_left=max(0, TRIES - play.checked),
    )


def _item_in(kind: str, found: Example, state: State, case: Case) -> ItemView:
    """The example in one of the states that the page offers, answered as a case says."""
    spec = get_kind(kind).Spec.model_validate(found.spec)
    if state in ("try", "blank", "paper", "paper-key"):
        return _view(kind, found, spec, {})
    response = _answer(kind, spec, case.steps, case.answer)
    score = _score(kind, spec, response)
    shown = {"answered": None, "checked": without_key(score), "done": score}[state]
    is_told = state != "answered"
    return _view(
        kind,
        found,
        spec,
        response,
        score=shown,
        is_locked=state == "done",
        hints=1 if is_told else 0,
        tries_left=TRIES - is_told,
    )


def _view(
    kind: str,
    found: Example,
    spec: Any,
    response: Answer,
    *,
    score: Score | None = None,
    is_locked: bool = False,
    hints: int = 0,
    tries_left: int = TRIES,
) -> ItemView:
    module = get_kind(kind)
    return ItemView(
        item_id=found.id,
        kind=kind,
        number=None,
        public=module.public(spec, SEED),
        response=response,
        score=score,
        is_locked=is_locked,
        shown_hints=tuple(spec.hints[:hints]),
        lang=_lang_of(kind, found),
        scene=scene_of(module, spec, response, SEED),
        extra={
            "hints_left": len(spec.hints) - len(spec.hints[:hints]),
            "tries_left": tries_left,
            "in_quiz": False,
            "can_check": is_scored(module),
        },
    )


def _lang_of(kind: str, found: Example) -> str | None:
    """The language of an example's words where that is not the page's."""
    is_original = found is _original(kind, found.id)
    return ORIGINAL if is_original and current_locale() != ORIGINAL else None


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What an example's page tells authors, the same in every state and language."""

    scoring: str
    fields: str
    written: str


@cache
def _sources(kind: str, example_id: str) -> Sources:
    module, found = get_kind(kind), _original(kind, example_id)
    return Sources(
        scoring=scoring_text(kind),
        fields=fields_table(module.Spec),
        written=as_yaml(found.spec),
    )


def _page(
    kind: str, found: Example, state: State, at: int, *, item: ItemView, play: Play | None = None
) -> str:
    return render_template(
        "gallery/example.html",
        kind=kind,
        card=_card(kind),
        examples=_examples(kind),
        example=found,
        own_lang=item.lang,
        item=item,
        play=play,
        paper=_paper(item) if state in ("paper", "paper-key") else None,
        sources=_sources(kind, found.id),
        state=state,
        states=STATES,
        case_number=at,
        lang=current_locale(),
        link_to=_link,
        is_written=bool(g.get("is_written_gallery")),
    )


def _paper(item: ItemView) -> Markup:
    """The activity as it is printed: the kind's own print form where it has one."""
    from flask import current_app

    module: Any = current_app.jinja_env.get_template(f"interactions/{item.kind}/template.html").make_module(
        {}
    )
    form = getattr(module, "print_form", None)
    return Markup(form(item)) if form else Markup("")  # noqa: S704 - the kind's template escapes


def _link(kind: str = "", example_id: str = "", **values: Any) -> str:
    """The address of a page of the gallery in the page's language, without what is so by itself."""
    told: Mapping[str, Any] = {"lang": current_locale()} | values
    if not kind:
        return url_for("gallery.index", **told)
    if not example_id:
        return url_for("gallery.first", kind=kind, **told)
    return url_for("gallery.example", kind=kind, example_id=example_id, **told)


@pages.get("/<kind>/media/<path:name>")
def media(kind: str, name: str) -> Response:
    """A file that an example shows: from the kind's own folder, or a picture in its place."""
    if kind not in find_kinds():
        raise NotFoundError
    folder = FOLDER / kind / "media"
    if (folder / name).is_file():
        return send_from_directory(folder, name)
    if not name.endswith((".svg", ".png", ".jpg", ".jpeg", ".webp")):
        raise NotFoundError
    return Response(PICTURE, mimetype="image/svg+xml")


def _examples(kind: str) -> tuple[Example, ...]:
    """A kind's examples in the page's language; one that is not translated stays as it is."""
    if kind not in find_kinds():
        raise NotFoundError("There is no such kind of activity.")
    return _examples_in(kind, current_locale())


@cache
def _examples_in(kind: str, lang: str) -> tuple[Example, ...]:
    originals = load_examples(kind)
    return (
        originals if lang == ORIGINAL else tuple(example_in(kind, each, lang) or each for each in originals)
    )


def _example(kind: str, example_id: str) -> Example:
    for each in _examples(kind):
        if each.id == example_id:
            return each
    raise NotFoundError("There is no such example.")


def _original(kind: str, example_id: str) -> Example:
    return next(each for each in load_examples(kind) if each.id == example_id)


def _state(text: str) -> State:
    for state in STATES:
        if state == text:
            return state  # type: ignore[no-any-return]  # get_args gives Any
    raise NotFoundError("There is no such state.")


def _case_number(found: Example, text: str | None) -> int:
    """The case that the address names, else the one whose page shows most: partly right before wrong before right."""
    if text is not None:
        if not text.isdecimal() or len(text) > 3 or int(text) >= len(found.cases):
            raise NotFoundError("There is no such answer.")
        return int(text)
    wanted = ("partial", "wrong", "right", "missed")
    return min(range(len(found.cases)), key=lambda at: (wanted.index(found.cases[at].verdict), at))


def list_addresses(lang: str) -> Iterator[str]:
    """Every page of the gallery in one language: for a written copy, and for tests."""
    yield f"/gallery?lang={lang}"
    for kind in find_kinds():
        yield f"/gallery/{kind}?lang={lang}"
        for found in load_examples(kind):
            base = f"/gallery/{kind}/{found.id}"
            yield from (f"{base}?lang={lang}&state={state}" for state in ("try", "paper", "paper-key"))
            yield from (
                f"{base}?lang={lang}&state={state}&case={at}"
                for at in range(len(found.cases))
                for state in ("answered", "checked", "done")
            )
