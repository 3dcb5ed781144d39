"""The gallery of kinds as an app of its own, and as a folder of pages that open without a server."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, g

from lti_tool.web import install_gallery
from lti_tool.web.gallery_pages import list_addresses
from lti_tool.web.i18n import LOCALES

_LINK = re.compile(r'(?<=\s)(href|src)="(/[^"]*)"')


def create_gallery() -> Flask:
    app = Flask("lti_tool.web", static_folder="static", template_folder="templates")
    install_gallery(app)
    return app


def write_gallery(folder: Path) -> int:
    """Every page in every language, and all they load, as files below `folder`; gives how many pages."""
    app = create_gallery()
    app.before_request(_say_that_it_is_written)
    client = app.test_client()
    addresses = [address for lang in LOCALES for address in list_addresses(lang)]
    loaded: set[str] = set()
    for address in addresses:
        page = client.get(address).text.replace("&amp;", "&")
        loaded |= {link for _, link in _LINK.findall(page) if not link.startswith("/gallery?")}
        _write(folder / file_of(address), _LINK.sub(lambda match: f'{match[1]}="{file_of(match[2])}"', page))
    for path in sorted({urlsplit(link).path for link in loaded}):
        if _is_file(path):
            with client.get(path) as answer:
                _write(folder / path.lstrip("/"), answer.data)
    _write(folder / "index.html", (folder / file_of("/gallery?lang=en")).read_bytes())
    return len(addresses)


def _say_that_it_is_written() -> None:
    g.is_written_gallery = True


def _is_file(path: str) -> bool:
    return path.startswith(("/static/", "/kinds/")) or "/media/" in path


def file_of(address: str) -> str:
    """Where a page or a file of the gallery lies in the written folder, all pages side by side.

    >>> file_of("/gallery/choice/evidence?lang=es&state=done&case=2#play")
    'choice-evidence-es-done-2.html#play'
    >>> file_of("/gallery/choice?lang=en"), file_of("/kinds/choice/style.css")
    ('choice-en.html', 'kinds/choice/style.css')
    """
    parts = urlsplit(address)
    if _is_file(parts.path):
        return parts.path.lstrip("/")
    told = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    steps = parts.path.split("/")[2:] or ["gallery"]
    # What says nothing of its own is left out, so that one page has one name.
    words = [*steps, told.get("lang", "en"), *(told[name] for name in ("state", "case") if name in told)]
    words = (
        [word for word in words if word != "try"] if len(steps) == 2 and told.get("state") == "try" else words
    )
    return "-".join(words) + ".html" + (f"#{parts.fragment}" if parts.fragment else "")


def _write(file: Path, content: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
