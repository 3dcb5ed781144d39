"""Pictures, sounds and films beside the pages: which files may lie there, how large, and that an SVG only draws."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from xml.parsers import expat

from lti_tool.content.model import Media
from lti_tool.content.picture_size import picture_size
from lti_tool.content.problems import Place, Problems
from lti_tool.content.recordings import MOST_BYTES as MOST_RECORDED
from lti_tool.content.recordings import check_recording

MOST_BYTES = 500_000
SIGNATURES = {
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".webp": b"RIFF",
}
TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".vtt": "text/vtt",
}
"""By the ending of a file's name, what it is served as; nothing else may lie in media/."""
NAME = re.compile(r"^[a-z0-9]+([._-][a-z0-9]+)*$")
ACTIVE_ELEMENTS = frozenset(
    {
        "script",
        "foreignobject",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "handler",
        "listener",
        "set",
        "animate",
    }
)
LINKS = frozenset({"href", "src", "data", "action", "formaction"})
INLINE_PICTURE = re.compile(r"^data:image/(png|jpeg|webp);base64,", re.IGNORECASE)
OUTSIDE_URL = re.compile(r"url\(\s*['\"]?\s*(?!#|['\"]|\s)|@import|javascript:", re.IGNORECASE)


def read_media(folder: Path, problems: Problems) -> dict[str, Media]:
    """The usable files of a folder by name; a folder that is not there has none."""
    found: dict[str, Media] = {}
    for file in sorted(folder.iterdir()) if folder.is_dir() else []:
        if file.name.startswith("."):
            continue
        raw = read_file(file, problems)
        if raw is not None:
            found[file.name] = Media(
                name=file.name, sha256=sha256(raw).hexdigest(), path=str(file), size=picture_size(raw)
            )
    return found


def read_file(file: Path, problems: Problems) -> bytes | None:
    """The bytes of an acceptable picture, sound, film or file of captions, or None after its problem was noted."""
    place = Place(file=file)
    if not file.is_file() or file.suffix not in TYPES:
        problems.error(
            place,
            "This is not a picture InfoLit can show, nor a sound or film it can play.",
            "Use SVG, PNG, JPEG or WebP; MP3, Ogg, WAV or M4A; MP4 or WebM; VTT for captions.",
        )
        return None
    if not NAME.match(file.name):
        problems.error(
            place,
            "The file's name will not work in a web address.",
            "Use lower-case letters, digits, hyphens.",
        )
        return None
    if not is_small_enough(file, problems):
        return None
    raw = file.read_bytes()
    return raw if is_sound(raw, file, problems) else None


def is_small_enough(file: Path, problems: Problems) -> bool:
    most = MOST_RECORDED.get(file.suffix, MOST_BYTES)
    size = file.stat().st_size
    if size <= most:
        return True
    what, hint = (
        ("file", "Make it shorter, or save it at a lower quality.")
        if file.suffix in MOST_RECORDED
        else ("picture", "Make it smaller, or draw it as SVG.")
    )
    problems.error(Place(file=file), f"The {what} has {size // 1000} KB, more than {most // 1000}.", hint)
    return False


def is_sound(raw: bytes, file: Path, problems: Problems) -> bool:
    """Whether the bytes are what the name says."""
    if file.suffix == ".svg":
        return check_svg(raw, file, problems)
    if file.suffix in MOST_RECORDED:
        return check_recording(raw, file, problems)
    if not raw.startswith(SIGNATURES[file.suffix]):
        problems.error(
            Place(file=file), f"The file is no {file.suffix[1:].upper()} picture inside.", "Export it again."
        )
        return False
    return True


def check_svg(raw: bytes, file: Path, problems: Problems) -> bool:
    """An SVG may draw, and nothing else: no script, no reaction to events, nothing fetched from elsewhere."""
    inspector = _Inspector(file=file, problems=problems)
    try:
        inspector.parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", 1)
        problems.error(
            Place(file=file, line=line),
            "The file is not well-formed SVG.",
            "Export it again from your drawing program.",
        )
        return False
    return inspector.is_clean


@dataclass(kw_only=True)
class _Inspector:
    """Looks at each element as the parser meets it; expat knows the line."""

    file: Path
    problems: Problems
    is_clean: bool = True
    depth: int = 0
    parser: expat.XMLParserType = field(init=False)

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.ProcessingInstructionHandler = self.instruction
        self.parser.EntityDeclHandler = self.entity

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local_name(tag)
        if self.depth == 0:
            self.check_root(name, attributes)
        self.depth += 1
        if name in ACTIVE_ELEMENTS or name.startswith("animate"):
            self.refuse(f"The SVG has an element <{name}>.", "Take it out: a picture only draws.")
        for what in list_dangers(attributes):
            self.refuse(
                f"The SVG {what}.", "Take it out; parts of the picture may refer to each other by #id only."
            )

    def check_root(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != "svg":
            self.refuse(
                "The file's outermost element is not <svg>.", "Export it again from your drawing program."
            )
        elif "viewBox" not in attributes:
            place = Place(file=self.file, line=self.parser.CurrentLineNumber)
            self.problems.warn(
                place,
                "The SVG has no viewBox, so it cannot fit narrow screens.",
                'Add viewBox="0 0 width height".',
            )

    def end(self, tag: str) -> None:
        self.depth -= 1

    def text(self, data: str) -> None:
        if OUTSIDE_URL.search(data):
            self.refuse("The SVG's style fetches something from elsewhere.", "Take out @import and url(…).")

    def instruction(self, target: str, data: str) -> None:
        self.refuse(f"The SVG has an instruction <?{target}…?>.", "Take it out.")

    def entity(self, name: str, *_: object) -> None:
        self.refuse(f"The SVG declares an entity “{name}”.", "Export it as plain SVG, without a DOCTYPE.")

    def refuse(self, message: str, hint: str) -> None:
        self.is_clean = False
        self.problems.error(Place(file=self.file, line=self.parser.CurrentLineNumber), message, hint)


def list_dangers(attributes: Mapping[str, str]) -> Iterator[str]:
    for raw_name, value in attributes.items():
        name = local_name(raw_name)
        if name.startswith("on"):
            yield f"reacts to events ({raw_name})"
        elif name in LINKS and not value.strip().startswith("#") and not INLINE_PICTURE.match(value.strip()):
            yield f"refers to something outside ({raw_name})"
        elif raw_name.split(":")[0] != "xmlns" and OUTSIDE_URL.search(value):
            yield f"fetches something from elsewhere ({raw_name})"


def local_name(name: str) -> str:
    return name.rsplit(":", 1)[-1].lower()
