"""An imported bank in a content folder: the files an author would have written. The one place of this package that writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lti_tool.errors import ConflictError
from lti_tool.interchange.bank import Imported
from lti_tool.interchange.packing import zip_of


def pack_bank(
    bank_id: str, *, bank_yaml: str, quiz_yaml: str | None, report: str, media: Mapping[str, bytes]
) -> bytes:
    """The same files as a ZIP, with the report beside them: to be unpacked into a content folder."""
    files = {f"quizzes/banks/{bank_id}.yaml": bank_yaml.encode(), "report.json": report.encode()}
    if quiz_yaml is not None:
        files[f"quizzes/{bank_id}.yaml"] = quiz_yaml.encode()
    return zip_of(files | {f"quizzes/media/{name}": raw for name, raw in media.items()})


def save_bank(
    imported: Imported, quizzes: Path, *, has_quiz: bool = True, replace: bool = False
) -> list[Path]:
    """The files written below `quizzes`. Raises ConflictError where a bank of that name is there and may not be replaced."""
    plan = imported.plan
    files = {quizzes / "banks" / f"{plan.bank_id}.yaml": imported.bank_yaml.encode()}
    if has_quiz and imported.quiz_yaml is not None:
        files[quizzes / f"{plan.bank_id}.yaml"] = imported.quiz_yaml.encode()
    taken = [file for file in files if file.exists()]
    if taken and not replace:
        raise ConflictError(
            f"{taken[0]} is there already. Name another bank, or replace this one with --replace."
        )
    files |= {quizzes / "media" / name: raw for name, raw in imported.media.items()}
    for file, raw in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    return list(files)
