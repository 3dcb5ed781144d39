"""The language of a page: gettext catalogues read straight from their .po files, so that there is no build step.

A locale's words lie in one file per area of the pages and one per interaction kind, in the kind's own folder; here they are one. A page's language is the visit's, else the browser's. Lessons are translated by overlays (see `content`), not here.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request

from lti_tool import interactions

LOCALES = {"en": "English", "es": "Español"}
REGIONS = {"en": "en_US", "es": "es_US"}
"""How numbers and dates are written: as in the district, so that a grade reads like the LMS's own (8.5, not 8,5)."""
_FOLDER = Path(__file__).parent / "translations"
_KINDS = Path(interactions.__file__).parent


@lru_cache
def catalogue(locale: str) -> NullTranslations:
    """The messages of a locale; the source language has none."""
    messages = _read(locale)
    if messages is None:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def list_messages(locale: str) -> dict[str, str]:
    """English to the locale's words; counted messages are left out."""
    messages = _read(locale) or ()
    return {each.id: str(each.string) for each in messages if each.id and isinstance(each.id, str)}


def catalogue_files(locale: str) -> list[Path]:
    """Where a locale's words lie."""
    return sorted([*(_FOLDER / locale).glob("*.po"), *_KINDS.glob(f"*/{locale}.po")])


def _read(locale: str) -> Catalog | None:
    files = catalogue_files(locale)
    if not files:
        return None
    whole = Catalog(locale=locale)
    for path in files:
        with path.open("rb") as source:
            for message in read_po(source, locale=locale):
                if message.id:
                    whole.add(message.id, message.string)
    return whole


def current_locale() -> str:
    """The language of this request's page."""
    if not has_request_context():
        return "en"
    if "locale" not in g:
        g.locale = request.accept_languages.best_match(list(LOCALES)) or "en"
    return str(g.locale)


def known_locale(text: str | None, default: str = "en") -> str:
    """`es-MX` as `es`; the default for what is not known.

    >>> known_locale("es-MX"), known_locale("fr"), known_locale(None, "es")
    ('es', 'en', 'es')
    """
    word = (text or "").replace("_", "-").split("-")[0].casefold()
    return word if word in LOCALES else default


def gettext(message: str, **values: Any) -> str:
    text = catalogue(current_locale()).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, count: int, **values: Any) -> str:
    text = catalogue(current_locale()).ngettext(singular, plural, count)
    return text % ({"num": count} | values)


def when(value: Any, zone: str | None = None) -> str:
    """A moment to the minute, in the page's language and the server's time zone (or `zone`).

    >>> from datetime import UTC, datetime
    >>> when(datetime(2026, 11, 23, 18, 5, tzinfo=UTC), "America/Chicago").replace("\u202f", " ")
    'Nov 23, 2026, 12:05 PM'
    """
    if not value:
        return ""
    local = value.astimezone(ZoneInfo(zone or _time_zone()))
    locale = REGIONS[current_locale()]
    return f"{format_date(local, 'medium', locale=locale)}, {format_time(local, 'short', locale=locale)}"


def _time_zone() -> str:
    tool = current_app.extensions.get("infolit")
    return tool.settings.time_zone if tool else "UTC"


def percent(ratio: float | None) -> str:
    """A share of one, in whole per cent."""
    return "" if ratio is None else format_percent(ratio, locale=REGIONS[current_locale()])


def whole(value: int) -> str:
    """A number of things, with its thousands set apart."""
    return format_decimal(value, locale=REGIONS[current_locale()])


def points(value: float | None) -> str:
    """A number of points without needless zeros."""
    return "" if value is None else format_decimal(value, "0.##", locale=REGIONS[current_locale()])


def install(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    environment: Any = app.jinja_env
    environment.install_gettext_callables(
        lambda text: catalogue(current_locale()).gettext(text),
        lambda one, many, count: catalogue(current_locale()).ngettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters.update(when=when, percent=percent, points=points, whole=whole)
    app.jinja_env.globals["locale"] = current_locale
    app.jinja_env.globals["locales"] = LOCALES
