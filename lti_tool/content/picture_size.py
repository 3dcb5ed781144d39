"""How large a picture is, from its first bytes: a page that knows keeps the place free, and nothing jumps when the picture arrives.

Formats: PNG (https://www.w3.org/TR/png-3/#11IHDR), JPEG (ITU T.81 B.2.2), WebP (RFC 9649), SVG (its viewBox).
"""

from __future__ import annotations

import re
import struct

Size = tuple[int, int]
_VIEW_BOX = re.compile(
    rb"<svg\b[^>]*?\bviewBox\s*=\s*[\"']\s*[-+.\d]+[\s,]+[-+.\d]+[\s,]+([.\d]+)[\s,]+([.\d]+)"
)
_NO_FRAME = {0xC4, 0xC8, 0xCC}
"""JPEG markers between C0 and CF that begin no frame."""


def picture_size(raw: bytes) -> Size | None:
    """Width and height in pixels (of an SVG: of its viewBox); None where the file does not say.

    >>> picture_size(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320">')
    (640, 320)
    >>> picture_size(b"no picture") is None
    True
    """
    try:
        size = _png(raw) or _webp(raw) or _jpeg(raw) or _svg(raw)
    except (struct.error, IndexError):  # the file ends too early
        return None
    return size if size and min(size) > 0 else None


def _png(raw: bytes) -> Size | None:
    if not raw.startswith(b"\x89PNG"):
        return None
    width, height = struct.unpack(">II", raw[16:24])
    return width, height


def _webp(raw: bytes) -> Size | None:
    if raw[:4] != b"RIFF":
        return None
    if raw[12:16] == b"VP8X":
        return 1 + int.from_bytes(raw[24:27], "little"), 1 + int.from_bytes(raw[27:30], "little")
    if raw[12:16] == b"VP8L":
        bits = int.from_bytes(raw[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", raw[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(raw: bytes) -> Size | None:
    if not raw.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at < len(raw):
        marker, length = raw[at + 1], struct.unpack(">H", raw[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            height, width = struct.unpack(">HH", raw[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _svg(raw: bytes) -> Size | None:
    found = _VIEW_BOX.search(raw[:4096])
    return (round(float(found[1])), round(float(found[2]))) if found else None
