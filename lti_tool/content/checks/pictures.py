"""Every file that a text or an item shows must lie in media/, pictures be told in words; a file that nobody shows is noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lti_tool.content.library import Library
from lti_tool.content.markdown import MEDIA, inspect_all
from lti_tool.content.marks import list_marked
from lti_tool.content.media import TYPES
from lti_tool.content.model import Bank, Media, Module
from lti_tool.content.problems import Place, Problems
from lti_tool.content.prose import Prose, list_prose
from lti_tool.content.validation import suggest

SHORTEST_ALT = 3


def check_pictures(library: Library, problems: Problems) -> None:
    shown = {path for prose in list_prose(library) for path in check_prose(prose, problems)}
    shown.update(check_fields(library, problems))
    for media in list_media(library):
        if media.path not in shown:
            problems.warn(
                Place(file=Path(media.path)),
                "No page or item shows this picture."
                if TYPES[Path(media.path).suffix].startswith("image/")
                else "No item plays this file.",
                "Use it, or delete the file.",
            )
    check_names(library, problems)


def list_media(library: Library) -> list[Media]:
    """Those whose use can be told; a page that could not be read may show any picture of its module."""
    modules = [module for module in library.modules.values() if module.is_whole]
    of_modules = [media for module in modules for media in module.media.values()]
    return [*of_modules, *library.quiz_media.values()]


def check_prose(prose: Prose, problems: Problems) -> list[str]:
    """The paths of the pictures and files the text refers to."""
    found = []
    for token in inspect_all(prose.markdown):
        place = prose.at(token.map[0] if token.map else 0)
        if token.type == "image":
            check_alt(token.content, place, problems)
            found.append(find_picture(str(token.attrGet("src") or ""), prose, place, problems))
        elif token.type == "link_open" and str(token.attrGet("href") or "").startswith(MEDIA):
            found.append(find_picture(str(token.attrGet("href")), prose, place, problems))
    return [path for path in found if path]


def check_fields(library: Library, problems: Problems) -> Iterator[str]:
    """The paths of the files that items name in fields of their own; a name without a file is an error."""
    owners: list[tuple[Module | Bank, Mapping[str, Media]]] = [
        *((module, module.media) for module in library.modules.values()),
        *((bank, library.quiz_media) for bank in library.banks.values()),
    ]
    for owner, media in owners:
        for item in owner.items.values():
            for where, value in list_marked(item.spec, "x-media"):
                name = value.removeprefix(MEDIA)
                if name in media:
                    yield media[name].path
                    continue
                place = library.place(f"item/{item.id}", *where)
                problems.error(
                    place, f"There is no file media/{name}.", suggest(name, list(media), "file's name")
                )


def check_alt(alt: str, place: Place, problems: Problems) -> None:
    if len(alt.strip()) < SHORTEST_ALT:
        problems.error(
            place, "The picture has no words for those who cannot see it.", "Write ![what it shows](media/…)."
        )
    elif alt.strip().lower().endswith((".svg", ".png", ".jpg", ".jpeg", ".webp")):
        problems.error(
            place, f"“{alt}” is a file's name, not what the picture shows.", "Say what a child would see."
        )


def find_picture(source: str, prose: Prose, place: Place, problems: Problems) -> str | None:
    name = source.removeprefix(MEDIA)
    if not source.startswith(MEDIA):
        problems.error(
            place,
            f"The picture “{source}” is not in media/.",
            "Put the file there and write (media/name.svg).",
        )
    elif name not in prose.media:
        problems.error(
            place, f"There is no picture media/{name}.", suggest(name, list(prose.media), "file's name")
        )
    return prose.media[name].path if source.startswith(MEDIA) and name in prose.media else None


def check_names(library: Library, problems: Problems) -> None:
    """A lesson and its quiz are frozen together, so one name must mean one picture."""
    for module in library.modules.values():
        for name, media in module.media.items():
            other = library.quiz_media.get(name)
            if other and other.sha256 != media.sha256:
                hint = f"The other one is {other.path}. Rename one of the two."
                problems.error(
                    Place(file=Path(media.path)), f"Two different pictures are called {name}.", hint
                )
