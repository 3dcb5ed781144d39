"""Which items of a library an export holds: a bank's, all that a quiz may ask, or a lesson's activities and its quiz."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lti_tool.content.library import Library
from lti_tool.content.model import Item, Media
from lti_tool.content.snapshot import list_questions, list_shown
from lti_tool.errors import NotFoundError
from lti_tool.interchange.packing import Parcel
from lti_tool.interchange.write_cartridge import LessonLink

ReadMedia = Callable[[Media], bytes]


def make_parcel(library: Library, kind: str, content_id: str, read: ReadMedia) -> Parcel:
    """`kind` is bank, quiz or module. Only items that are served leave the house. Raises NotFoundError."""
    title, language, items, media = _found(library, kind, content_id)
    served = tuple(item for item in items if item.is_served)
    shown = list_shown([item.spec.model_dump(mode="json") for item in served])
    pictures = {name: read(media[name]) for name in shown if name in media}
    return Parcel(ident=content_id, title=title, items=served, media=pictures, language=language)


def _found(library: Library, kind: str, content_id: str) -> tuple[str, str, list[Item], Mapping[str, Media]]:
    if kind == "bank" and content_id in library.banks:
        bank = library.banks[content_id]
        return bank.title, bank.language, list(bank.items.values()), library.quiz_media
    if kind == "quiz" and content_id in library.quizzes:
        quiz = library.quizzes[content_id]
        return quiz.title, quiz.language, list_questions(library, quiz), library.quiz_media
    if kind == "module" and content_id in library.modules:
        module = library.modules[content_id]
        shown = [
            module.items[name] for page in module.pages for name in page.item_ids if name in module.items
        ]
        asked = list_questions(library, library.get_quiz(module.quiz_id)) if module.quiz_id else []
        return module.title, module.language, [*shown, *asked], {**library.quiz_media, **module.media}
    raise NotFoundError(f"There is no {kind} “{content_id}” in this library.")


def make_links(library: Library, kind: str, content_id: str, launch_url: str) -> tuple[LessonLink, ...]:
    """The link that opens the content itself, for a cartridge; a bank cannot be opened."""
    if kind == "bank":
        return ()
    content = library.get_module(content_id) if kind == "module" else library.get_quiz(content_id)
    return (
        LessonLink(
            ident=f"link-{content_id}",
            title=content.title,
            summary=content.summary,
            launch_url=launch_url,
            content=f"{kind}:{content_id}",
        ),
    )
