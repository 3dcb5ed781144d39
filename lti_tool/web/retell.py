"""Sentences that were written in English below the pages, in the page's language: refusals, delivery problems, connection checks.

The domain knows no languages: it raises, returns and stores plain sentences, some with values in them. A sentence is looked up
whole, else it is recognised by the pattern of a catalogue entry (`The LMS at %(host)s did not answer in time.`), and what stood in
its gaps is told again the same way. What no catalogue knows stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lti_tool.web.i18n import catalogue, current_locale, list_messages

LONGEST = 2000
"""Longer texts are no sentence of ours, and not worth a search."""
_GAP = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A catalogue entry with gaps: how to recognise it, and what to say instead."""

    shape: re.Pattern[str]
    translation: str


def retell(text: str | None) -> str:
    """The sentence in the page's language."""
    if not text or len(text) > LONGEST:
        return text or ""
    known = catalogue(current_locale()).gettext(text)
    return known if known != text else _by_pattern(text)


def _by_pattern(text: str) -> str:
    for pattern in _patterns(current_locale()):
        match = pattern.shape.fullmatch(text)
        if match:
            return pattern.translation % {name: retell(value) for name, value in match.groupdict().items()}
    return text


@lru_cache
def _patterns(locale: str) -> tuple[Pattern, ...]:
    """The entries with gaps, those with the most words of their own first."""
    gapped = {told: text for told, text in list_messages(locale).items() if _GAP.search(told) and text}
    by_length = sorted(gapped, key=lambda told: len(_GAP.sub("", told)), reverse=True)
    return tuple(
        Pattern(shape=_shape(told), translation=gapped[told])
        for told in by_length
        if re.search(r"[a-z]{2}", _GAP.sub("", told))
    )


def _shape(message: str) -> re.Pattern[str]:
    """A regular expression with a named group for each gap; a gap that comes twice holds the same twice.

    >>> _shape("Page %(n)s of %(all)s").fullmatch("Page 2 of 9").groupdict()
    {'n': '2', 'all': '9'}
    """
    parts, seen = [], set()
    for index, part in enumerate(_GAP.split(message)):
        if index % 2 == 0:
            parts.append(re.escape(part.replace("%%", "%")))
        else:
            parts.append(f"(?P={part})" if part in seen else f"(?P<{part}>.*?)")
            seen.add(part)
    return re.compile("".join(parts), re.DOTALL)
