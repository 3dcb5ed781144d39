"""What every exported package is made of: texts as HTML, pictures, a ZIP whose bytes depend on its content alone."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from lti_tool.content.markdown import MediaURL, render_block, render_inline
from lti_tool.content.model import Item
from lti_tool.content.snapshot import list_shown

LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What is exported: items in order, and the pictures of the library by name."""

    ident: str
    title: str
    items: tuple[Item, ...]
    media: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    language: str = "en"

    def shown(self) -> dict[str, bytes]:
        """The pictures that any of the items shows."""
        names = list_shown([item.spec.model_dump(mode="json") for item in self.items])
        return {name: self.media[name] for name in names if name in self.media}


def zip_of(files: Mapping[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, raw in files.items():
            archive.writestr(zipfile.ZipInfo(path, LONG_AGO), raw, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def inline_html(markdown: str, media_url: MediaURL) -> str:
    return render_inline(markdown, media_url=media_url)


def question_html(item: Item, media_url: MediaURL) -> str:
    """The stimulus, then the prompt as the last paragraph: readers find them apart again."""
    stimulus = item.spec.stimulus
    above = render_block(stimulus, media_url=media_url) if stimulus else ""
    return f"{above}<p>{render_inline(item.spec.prompt, media_url=media_url)}</p>"


def count_words(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
