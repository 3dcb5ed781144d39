"""Opening what somebody uploads: a ZIP within strict bounds, or a single file. Nothing is ever unpacked to a disk.

Refused with a sentence: paths that leave the archive, absolute paths, symbolic links, encrypted entries, too many or too large
entries, and entries that shrink suspiciously well (a ZIP bomb). Sizes are counted while reading, since a header may lie.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath

from lti_tool.errors import PackageError

MOST_PACKED = 20_000_000
MOST_UNPACKED = 100_000_000
MOST_ENTRY = 30_000_000
MOST_ENTRIES = 3000
MOST_RATIO = 250
SMALL = 1_000_000
"""Entries up to this size may shrink as well as they like: a file of empty lines does."""
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, kw_only=True)
class Package:
    """The files of an archive by their paths; of a single file, that file alone."""

    name: str
    files: Mapping[str, bytes] = field(repr=False)
    is_archive: bool = False

    def find(self, path: str, beside: str = "") -> str | None:
        """The full path of a file that another one (`beside`) refers to; also where only the file's name fits."""
        wanted = _joined(beside, path)
        if wanted in self.files:
            return wanted
        name = PurePosixPath(path).name
        fitting = [known for known in self.files if PurePosixPath(known).name == name]
        return fitting[0] if name and len(fitting) == 1 else None

    def with_ending(self, *endings: str) -> list[str]:
        return sorted(path for path in self.files if path.lower().endswith(endings))


def _joined(beside: str, path: str) -> str:
    steps: list[str] = list(PurePosixPath(beside).parent.parts)
    for step in PurePosixPath(path.lstrip("/")).parts:
        if step == "..":
            steps = steps[:-1]
        elif step != ".":
            steps.append(step)
    return "/".join(steps)


def open_package(raw: bytes, name: str) -> Package:
    """The files in `raw`, which was called `name`. Raises PackageError."""
    if len(raw) > MOST_PACKED:
        raise PackageError(
            f"The file has {len(raw) // 1_000_000} MB; at most {MOST_PACKED // 1_000_000} MB are taken. Export fewer questions at a time."
        )
    if not raw.strip():
        raise PackageError("The file is empty.")
    if not raw.startswith(ZIP_STARTS):
        return Package(name=name, files={PurePosixPath(name).name or "file": raw})
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            return Package(name=name, files=_read_all(archive), is_archive=True)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise PackageError("The archive is damaged: it cannot be opened to its end.") from error


def _read_all(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_ENTRIES:
        raise PackageError(f"The archive has {len(entries)} files; at most {MOST_ENTRIES} are taken.")
    files: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        refuse_unsafe(entry)
        files[entry.filename] = _read(archive, entry)
        total += len(files[entry.filename])
        if total > MOST_UNPACKED:
            raise PackageError(
                f"Unpacked, the archive has more than {MOST_UNPACKED // 1_000_000} MB, so it was not read further."
            )
    return files


def refuse_unsafe(entry: zipfile.ZipInfo) -> None:
    # zipfile turns backslashes into slashes on Windows only, so both are looked at.
    path = entry.filename.replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/") or "\0" in path:
        raise PackageError("The archive has a file whose path leads out of it, so nothing in it was used.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise PackageError("The archive has a link in place of a file, so nothing in it was used.")
    if entry.flag_bits & 0x1:
        raise PackageError("The archive is protected by a password. Export it without one.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        raw = stream.read(MOST_ENTRY + 1)
    if len(raw) > MOST_ENTRY:
        raise PackageError(f"A file in the archive has more than {MOST_ENTRY // 1_000_000} MB.")
    if len(raw) > SMALL and len(raw) > MOST_RATIO * max(1, entry.compress_size):
        raise PackageError(
            "A file in the archive is packed so tightly that it looks like a trap, so it was not read."
        )
    return raw
