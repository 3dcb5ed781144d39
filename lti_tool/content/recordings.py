"""Sounds, films and their captions in media/: how large they may be, and that they are what their names say."""

from __future__ import annotations

import re
from pathlib import Path

from lti_tool.content.problems import Place, Problems

MOST_BYTES = {
    ".mp3": 5_000_000,
    ".ogg": 5_000_000,
    ".wav": 5_000_000,
    ".m4a": 5_000_000,
    ".mp4": 20_000_000,
    ".webm": 20_000_000,
    ".vtt": 200_000,
}
"""They are kept in the database and sent to many at once, so a minute of speech or film is what this is made for."""
BEGINNINGS = {
    ".mp3": re.compile(rb"ID3|\xff[\xe2-\xff]"),
    ".ogg": re.compile(rb"OggS"),
    ".wav": re.compile(rb"RIFF.{4}WAVE", re.DOTALL),
    ".m4a": re.compile(rb".{4}ftyp", re.DOTALL),
    ".mp4": re.compile(rb".{4}ftyp", re.DOTALL),
    ".webm": re.compile(rb"\x1a\x45\xdf\xa3"),
}
TIMING = re.compile(r"(?:(\d+):)?([0-5]\d):([0-5]\d)\.(\d{3})")
ARROW = " --> "


def check_recording(raw: bytes, file: Path, problems: Problems) -> bool:
    """Whether a sound, film or file of captions is usable; what it lacks is noted."""
    if file.suffix == ".vtt":
        return check_captions(raw, file, problems)
    if BEGINNINGS[file.suffix].match(raw):
        return True
    message = f"The file is no {file.suffix[1:].upper()} inside."
    problems.error(Place(file=file), message, "Export it again in this format, or give it the right ending.")
    return False


def check_captions(raw: bytes, file: Path, problems: Problems) -> bool:
    """WebVTT as far as it is needed here: the heading, and cues whose times run forward (W3C WebVTT, section 4)."""
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        problems.error(Place(file=file), "The captions are not UTF-8.", "Save the file as UTF-8 text.")
        return False
    if not lines or not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        problems.error(
            Place(file=file),
            "The captions do not begin with WEBVTT.",
            "Write WEBVTT alone on the first line.",
        )
        return False
    timed = [(number, line) for number, line in enumerate(lines, start=1) if "-->" in line]
    if not timed:
        problems.error(
            Place(file=file),
            "The captions have no line of times.",
            "Write 00:00.000 --> 00:02.500 above each.",
        )
    checked = [is_timed(file, *each, problems) for each in timed]
    return bool(checked) and all(checked)


def is_timed(file: Path, number: int, line: str, problems: Problems) -> bool:
    start, _, rest = line.partition(ARROW)
    begins, ends = read_time(start), read_time(rest.split(" ")[0])
    if begins is None or ends is None:
        hint = "Write both as 00:02.500 --> 00:05.000, with three digits after the point."
        problems.error(Place(file=file, line=number), "These times of the captions cannot be read.", hint)
        return False
    if begins >= ends:
        problems.error(
            Place(file=file, line=number),
            "The caption ends before it begins.",
            "Put the earlier time first.",
        )
        return False
    return True


def read_time(text: str) -> int | None:
    """Milliseconds of a WebVTT time.

    >>> read_time("01:02.500"), read_time("1:02.5")
    (62500, None)
    """
    match = TIMING.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, thousandths = match.groups(default="0")
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(thousandths)
