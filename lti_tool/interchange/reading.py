"""Any file with questions: which format it is in is told by what it holds, never by its name alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lti_tool.errors import PackageError
from lti_tool.interchange.archive import Package, open_package
from lti_tool.interchange.bank import Imported, Plan, make_bank
from lti_tool.interchange.csv_table import read_csv
from lti_tool.interchange.drafts import Desk, Draft, clean
from lti_tool.interchange.read_gift import is_gift, read_gift
from lti_tool.interchange.read_moodle import is_moodle, read_moodle
from lti_tool.interchange.read_own import head_of, own_banks, read_own
from lti_tool.interchange.read_qti2 import is_qti2, read_qti2
from lti_tool.interchange.read_qti12 import is_qti12, read_qti12
from lti_tool.interchange.trees import child, each, parse_xml, text_of

XML_ENDINGS = (".xml", ".qti", ".dat")
SIGNS = (b"questestinterop", b"assessmentItem", b"qti-assessment-item", b"<quiz")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 4000
MOST_DRAFTS = 5000
CANVAS_FULL = "non_cc_assessments/"
NOTHING = (
    "No questions were found in this file. InfoLit reads QTI 1.2, 2.1, 2.2 and 3.0 (as a ZIP or a single file), "
    "Common Cartridges, exports of Canvas, Moodle XML, GIFT, CSV, and InfoLit's own banks in YAML."
)


def import_questions(raw: bytes, name: str, plan: Plan) -> Imported:
    """The bank that a file's questions make. Raises PackageError where none of it can be used."""
    package = open_package(raw, name)
    desk = Desk(package=package, language=plan.language)
    drafts: list[Draft] = []
    for draft in read_package(desk):
        drafts.append(draft)
        if len(drafts) > MOST_DRAFTS:
            raise PackageError(f"The file has more than {MOST_DRAFTS} questions. Export fewer at a time.")
    if not drafts:
        raise PackageError(NOTHING)
    return make_bank(drafts, desk.media, plan)


def read_package(desk: Desk) -> Iterator[Draft]:
    """Every question of a package, in its order."""
    package = desk.package
    banks = own_banks(package)
    if banks:
        return chain.from_iterable(_read_bank(path, desk) for path in banks)
    if not package.is_archive:
        return _read_single(desk)
    return chain.from_iterable(
        _read_xml(path, desk) for path in _in_order(package) if _has_questions(package, path)
    )


def title_of(raw: bytes, name: str) -> str:
    """What the package calls itself: the title of its assessment, or else the file's name."""
    package = open_package(raw, name)
    for path in own_banks(package)[:1]:
        told = head_of(package.files[path], path).get("title")
        if isinstance(told, str) and told.strip():
            return clean(told).strip()[:120]
    for path in _in_order(package):
        if _has_questions(package, path) or path.endswith("assessment_meta.xml"):
            root = parse_xml(package.files[path], path)
            found = next((element.get("title", "") for element in each(root, "assessment")), "")
            found = found or (text_of(child(root, "title")) if root.tag == "quiz" else "")
            if found:
                return clean(found)[:120]
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return stem.replace("_", " ").replace("-", " ").strip()[:120] or "Imported questions"


def _read_bank(path: str, desk: Desk) -> Iterator[Draft]:
    desk.path = path
    yield from read_own(desk.package.files[path], desk)


def _read_single(desk: Desk) -> Iterator[Draft]:
    ((name, raw),) = desk.package.files.items()
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or (
        raw[:2] in (b"\xff\xfe", b"\xfe\xff") and b"<" in raw[:8]
    ):
        return _read_xml(name, desk)
    text = _decoded(raw)
    first = text.split("\n", 1)[0].lower()
    if name.lower().endswith((".csv", ".tsv")) or "prompt" in first or ("question" in first and "," in first):
        return read_csv(text, desk)
    if is_gift(text):
        return read_gift(text, desk)
    raise PackageError(NOTHING)


def _decoded(raw: bytes) -> str:
    """Spreadsheets write UTF-8, UTF-16 with a mark, or what Windows uses."""
    encoding = "utf-16" if raw[:2] in UTF16 else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _has_questions(package: Package, path: str) -> bool:
    start = package.files[path][:LOOKED_AT]
    return path.lower().endswith(XML_ENDINGS) and any(sign in start for sign in SIGNS)


def _read_xml(path: str, desk: Desk) -> Iterator[Draft]:
    desk.path = path
    raw = desk.package.files[path]
    root = parse_xml(raw, path)
    if is_qti12(root):
        yield from read_qti12(raw, desk)
    elif is_qti2(root):
        yield from read_qti2(raw, desk)
    elif is_moodle(root):
        yield from read_moodle(raw, desk)


def _in_order(package: Package) -> list[str]:
    """The files as the manifest lists them, then the others; of a quiz that Canvas wrote twice the fuller document."""
    paths = package.with_ending(*XML_ENDINGS)
    listed: list[str] = []
    if "imsmanifest.xml" in package.files:
        root = parse_xml(package.files["imsmanifest.xml"], "imsmanifest.xml")
        listed = [found.get("href", "") for found in each(root, "file")]
    order = {path: number for number, path in reversed(list(enumerate(listed)))}
    kept = [path for path in paths if not _is_twin(path, package)]
    return sorted(kept, key=lambda path: (order.get(path, len(order)), path))


def _is_twin(path: str, package: Package) -> bool:
    folder = path.rpartition("/")[0]
    return (
        bool(folder)
        and not path.startswith(CANVAS_FULL)
        and f"{CANVAS_FULL}{folder}.xml.qti" in package.files
    )
