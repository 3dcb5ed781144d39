"""What templates may use: Markdown filters, links within the visit, the kinds' templates, styles and scripts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, g, send_from_directory, url_for
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from markupsafe import Markup

from lti_tool import interactions
from lti_tool.content.markdown import NO_SIZES, media_path, render_block, render_inline
from lti_tool.content.pages import list_words
from lti_tool.content.snapshot import Snapshot
from lti_tool.errors import NotFoundError
from lti_tool.facts.reading import CHOICES, Reading
from lti_tool.interactions import kinds_within
from lti_tool.interactions.contract import ItemView
from lti_tool.web.retell import retell
from lti_tool.web.visit import Visit

KINDS = Path(interactions.__file__).parent
SIGNS = frozenset(path.name for path in Path(__file__).with_name("static").joinpath("signs").glob("*.svg"))
_SERVED = {".js": "text/javascript", ".css": "text/css"}

pages = Blueprint("rendering", __name__)


@pages.get("/kinds/<path:name>")
def kind_file(name: str) -> Response:
    """A kind's own style or script."""
    if Path(name).suffix not in _SERVED:
        raise NotFoundError
    response = send_from_directory(KINDS, name, mimetype=_SERVED[Path(name).suffix])
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def install(app: Flask) -> None:
    app.register_blueprint(pages)
    loader = app.jinja_loader
    kinds = PrefixLoader({"interactions": FileSystemLoader(KINDS)})
    app.jinja_env.loader = ChoiceLoader([each for each in (loader, kinds) if each is not None])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["inline_md"] = inline_md
    app.jinja_env.filters["block_md"] = block_md
    app.jinja_env.filters["media_src"] = media_src
    app.jinja_env.filters["words"] = list_words
    app.jinja_env.filters["retell"] = retell
    app.jinja_env.filters["kinds"] = kinds_of
    app.jinja_env.globals.update(link=link, render_item=render_item, has_script=has_script)
    app.jinja_env.globals.update(reading=reading, reading_choices=CHOICES, print_item=print_item)


def inline_md(text: str) -> Markup:
    """Inline Markdown as safe HTML: the content layer sanitises it."""
    return Markup(render_inline(text, **_pictures()))  # noqa: S704 - sanitised by nh3


def block_md(text: str) -> Markup:
    """Block Markdown as safe HTML, pictures resolved for the page's lesson."""
    return Markup(render_block(text, words=g.get("words") or (), **_pictures()))  # noqa: S704 - sanitised by nh3


def _pictures() -> dict[str, Any]:
    """Where the page's pictures are and how large; a page about a lesson says so by `show_pictures`."""
    pictures = {"media_url": g.get("media_url") or media_path, "sizes": g.get("media_sizes") or NO_SIZES}
    return pictures | {"sign_url": sign_url}


def sign_url(sign: str) -> str | None:
    """Where our picture of a sign is."""
    name = f"{ord(sign):x}.svg"
    return url_for("static", filename=f"signs/{name}") if name in SIGNS else None


def show_pictures(snapshot: Snapshot, visit: Visit) -> None:
    """This page shows pictures of this snapshot: the pinned one, so that an edit never changes a page under a student."""
    g.media_url = lambda name: visit.link("result.media", content_hash=snapshot.hash, name=name)
    g.media_sizes = snapshot.sizes


def media_src(name: str) -> str:
    """The address of a lesson's picture, sound or film, named as its author does: `media/tabs.svg`."""
    return str((g.get("media_url") or media_path)(name.removeprefix("media/")))


def link(endpoint: str, **values: Any) -> str:
    """The address of a page within the visit, or outside of one."""
    visit = g.get("visit")
    if visit is not None and "token" not in values:
        values["token"] = visit.token
    return url_for(endpoint, **values)


def kinds_of(views: Iterable[ItemView]) -> list[str]:
    """The kinds of some items: a page asks for their styles and scripts, and for no others."""
    return sorted({kind for view in views for kind in kinds_within(view.kind, view.public)})


def has_script(kind: str) -> bool:
    return (KINDS / kind / "element.js").is_file()


def reading() -> Reading:
    """How the person of this visit likes pages; the defaults where there is no visit."""
    visit = g.get("visit")
    return visit.reading if visit is not None else Reading()


def render_item(item: ItemView) -> Markup:
    """An item's own template, filled."""
    return Markup(_macros_of(item).render(item))  # noqa: S704 - the kind's template escapes


def print_item(item: ItemView) -> Markup:
    """An item for paper: by its kind's own `print_form` where the plain form does not print well."""
    macros = _macros_of(item)
    return Markup(getattr(macros, "print_form", macros.render)(item))  # noqa: S704 - the kind's template escapes


def _macros_of(item: ItemView) -> Any:
    from flask import current_app

    return current_app.jinja_env.get_template(f"interactions/{item.kind}/template.html").make_module({})
