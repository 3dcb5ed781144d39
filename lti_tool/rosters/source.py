"""Opening what an administrator gives: a folder, a ZIP, or one CSV file, from a disk or from a page. Nothing is unpacked to a disk.

Refused with a sentence: what leads out of the archive, links, passwords, files that are too large or shrink suspiciously well.
A first pass over each file finds its size, its encoding and the fingerprint by which an interrupted import is known again.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from lti_tool.errors import RosterError
from lti_tool.interchange.archive import ZIP_STARTS, refuse_unsafe

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_FILE = 1_000_000_000
MOST_FILES = 200
MOST_RATIO = 200
SMALL = 5_000_000
"""Files up to this size may shrink as well as they like."""
_CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
"""How files of Excel before 2007 begin; newer workbooks are archives with a folder `xl`, OpenDocument's have a content.xml."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, NotImplementedError)
Open = Callable[[], IO[bytes]]


@dataclass(frozen=True, kw_only=True)
class GivenFile:
    """A file that a page took: its name, and all of it."""

    name: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class File:
    """One CSV file: how to read it, and what the first pass found."""

    name: str
    """Without its folder, in lower case."""
    size: int
    digest: str
    encoding: str
    open: Open

    @contextmanager
    def text(self) -> Iterator[tuple[IO[str], Callable[[], int]]]:
        """The file as text, and a function that says how many bytes of it are read."""
        with self.open() as raw:
            counted = _Counted(raw)
            buffered = io.BufferedReader(counted, _CHUNK)
            yield io.TextIOWrapper(buffered, self.encoding, newline=""), lambda: counted.count


@dataclass(frozen=True, kw_only=True)
class Source:
    """All CSV files of a folder or archive, or the one that was given."""

    files: dict[str, File]

    @property
    def fingerprint(self) -> str:
        told = "\n".join(f"{name} {self.files[name].digest}" for name in sorted(self.files))
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files.values())


@contextmanager
def open_source(given: Path | GivenFile) -> Iterator[Source]:
    """Raises RosterError, saying what to do; PackageError for an archive that is not safe."""
    with _listed(given) as found:
        yield _source(found)


def glance(given: GivenFile) -> None:
    """Refuse at once what can be seen without reading it all. Raises RosterError or PackageError."""
    if not given.raw.strip():
        raise RosterError("The file is empty. Export it again.")
    with _listed(given) as found:
        _check_sizes(found)


@contextmanager
def _listed(given: Path | GivenFile) -> Iterator[dict[str, tuple[Open, int]]]:
    """The CSV files in what is given, by name: how to open each, and its size."""
    if isinstance(given, Path) and given.is_dir():
        yield {each.name: _from_disk(each) for each in sorted(given.iterdir()) if _is_csv(each.name)}
        return
    if isinstance(given, Path) and not given.is_file():
        raise RosterError(
            f"There is no file or folder {given}. Give the path of a folder, a ZIP or a CSV file."
        )
    opened, size = _from_disk(given) if isinstance(given, Path) else _from_memory(given.raw)
    with opened() as stream:
        start = stream.read(4)
    if start == _OLD_WORKBOOK:
        raise _workbook()
    if start not in ZIP_STARTS:
        yield {given.name: (opened, size)}
        return
    try:
        with opened() as stream, zipfile.ZipFile(stream) as archive:
            yield _from_archive(archive)
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of a disk or a pipe: bzip2 tells of its damage without a number
        raise RosterError(
            "The archive is damaged: it cannot be read to its end. Export it again, or give the unpacked folder."
        ) from error


def _workbook() -> RosterError:
    return RosterError(
        "This is a workbook of a spreadsheet program, not CSV. Open it there, save it as CSV (UTF-8), and give that file."
    )


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv") and not name.startswith((".", "__MACOSX"))


def _from_disk(path: Path) -> tuple[Open, int]:
    return (lambda: path.open("rb")), path.stat().st_size


def _from_memory(raw: bytes) -> tuple[Open, int]:
    return (lambda: io.BytesIO(raw)), len(raw)


def _from_archive(archive: zipfile.ZipFile) -> dict[str, tuple[Open, int]]:
    found: dict[str, tuple[Open, int]] = {}
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise RosterError(
            f"The archive has {len(entries)} files; at most {MOST_FILES} are taken. Pack the CSV files alone."
        )
    if any(entry.filename.startswith("xl/") or entry.filename == "content.xml" for entry in entries):
        raise _workbook()
    for entry in entries:
        refuse_unsafe(entry)
        path = PurePosixPath(entry.filename)
        if not _is_csv(path.name) or path.parts[0] == "__MACOSX":
            continue
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            raise RosterError(
                f"{path.name} is packed so tightly that it looks like a trap, so nothing was read. Give the unpacked folder."
            )
        if path.name.lower() in found:
            raise RosterError(f"The archive has {path.name} twice, in two folders. Leave one of them out.")
        found[path.name.lower()] = (_opener(archive, entry), entry.file_size)
    return found


def _opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Open:
    return lambda: archive.open(entry)


def _source(found: dict[str, tuple[Open, int]]) -> Source:
    _check_sizes(found)
    return Source(files={name.lower(): _inspect(name.lower(), opened) for name, (opened, _) in found.items()})


def _check_sizes(found: dict[str, tuple[Open, int]]) -> None:
    if not found:
        raise RosterError(
            "There is no CSV file in it. A roster is a folder or ZIP with users.csv and others, or one CSV."
        )
    for name, (_, size) in found.items():
        if size > MOST_FILE:
            raise _too_large(name)


def _too_large(name: str) -> RosterError:
    return RosterError(
        f"{name} has more than {MOST_FILE // 1_000_000} MB, which no district needs. Export one school year only."
    )


def _inspect(name: str, opened: Open) -> File:
    """Read it once: sizes in a ZIP's directory may lie, so what is read is what counts."""
    digest, size, start = hashlib.sha256(), 0, b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    with opened() as stream:
        while chunk := stream.read(_CHUNK):
            start = start or chunk[:4]
            size += len(chunk)
            if size > MOST_FILE:
                raise _too_large(name)
            digest.update(chunk)
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    encoding = encoding or ("utf-8" if is_utf8 and _decodes(decoder, b"", final=True) else "cp1252")
    return File(name=name, size=size, digest=digest.hexdigest(), encoding=encoding, open=opened)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


class _Counted(io.RawIOBase):
    """A byte stream that counts what was read of it."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self.count = raw, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        chunk = self._raw.read(len(view))
        view[: len(chunk)] = chunk
        self.count += len(chunk)
        return len(chunk)
