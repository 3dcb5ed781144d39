"""What arrives may be a trap: nothing is obeyed, nothing is written, and there is always a sentence."""

import io
import random
import stat
import zipfile
import zlib

import pytest
from items_for_exchange import parcel_of, plan, real_library

from lti_tool.content.markdown import render_block, render_inline
from lti_tool.errors import PackageError
from lti_tool.interchange import archive
from lti_tool.interchange.formats import FORMATS, prepare
from lti_tool.interchange.reading import import_questions

QTI12 = """<questestinterop><assessment title="T"><section><item ident="q1" title="Q"><itemmetadata><qtimetadata><qtimetadatafield>
<fieldlabel>question_type</fieldlabel><fieldentry>multiple_choice_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material><mattext texttype="text/html">%s</mattext></material><response_lid ident="r" rcardinality="Single"><render_choice>
<response_label ident="A"><material><mattext>Yes</mattext></material></response_label>
<response_label ident="B"><material><mattext>No</mattext></material></response_label></render_choice></response_lid></presentation>
<resprocessing><respcondition><conditionvar><varequal respident="r">A</varequal></conditionvar><setvar>100</setvar></respcondition>
</resprocessing></item></section></assessment></questestinterop>"""


def zipped(files, **infos):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = infos.get("mode", 0o644) << 16
            packed.writestr(info, raw, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def imported(html, files=None):
    document = (QTI12 % html.replace("&", "&amp;").replace("<", "&lt;")).encode()
    return import_questions(zipped({"quiz.xml": document, **(files or {})}), "quiz.zip", plan())


@pytest.mark.proves("interchange-safe")
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (zipped({"../../etc/cron.d/x": b"x", "q.xml": b"<a/>"}), "leads out"),
        (zipped({"a/../../x.xml": b"x"}), "leads out"),
        (zipped({"/etc/passwd": b"x"}), "leads out"),
        (zipped({"C:\\x.xml": b"x"}), "leads out"),
        (zipped({"..\\..\\x.xml": b"x"}), "leads out"),
        (zipped({"link.xml": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777), "link in place"),
        (zipped({"bomb.xml": b"\0" * 12_000_000}), "trap"),
        (zipped({f"{number}.xml": b"" for number in range(archive.MOST_ENTRIES + 1)}), "at most 3000"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"\0" * 100, "No questions"),
        (b"\0" * (archive.MOST_PACKED + 1), "at most 20 MB"),
        (zipped({"readme.txt": b"hello"}), "No questions"),
        (b"<html><body>hello</body></html>", "No questions"),
        (b"<quiz><question", "not well-formed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_trap_is_refused_with_a_sentence(raw, words):
    with pytest.raises(PackageError, match=words) as refusal:
        import_questions(raw, "x.zip", plan())

    assert refusal.value.message.endswith(".") and refusal.value.next_step


@pytest.mark.proves("interchange-safe")
@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE q [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_not_read(doctype, encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    raw = (head + doctype + (QTI12 % "Hi &x;")).encode(encoding)

    with pytest.raises(PackageError):
        import_questions(raw, "q.xml", plan())


def test_a_document_type_elsewhere_is_not_fetched():
    raw = (
        '<!DOCTYPE questestinterop SYSTEM "http://127.0.0.1:9/qti.dtd">' + QTI12 % "Where&nbsp;first?"
    ).encode()

    assert import_questions(raw, "q.xml", plan()).items[0].spec.prompt == "Where first?"


def test_an_archive_that_lies_about_sizes_is_counted_while_reading(monkeypatch):
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1000)

    with pytest.raises(PackageError, match="was not read further"):
        import_questions(
            zipped({f"{number}.xml": random.Random(number).randbytes(400) for number in range(9)}),
            "x.zip",
            plan(),
        )


@pytest.mark.proves("interchange-safe")
@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>Which?",
        "Which? <img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>Which?</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>Which?</a>",
        "<iframe src='https://evil.example'></iframe>Which?",
        "<svg onload=alert(1)>x</svg>Which?",
        "<p onclick=alert(1) style='position:fixed'>Which?</p>",
        "&lt;script&gt;alert(1)&lt;/script&gt; Which?",
        "Which? ![x](https://evil.example/track.png)",
        "<style>body{display:none}</style>Which? <object data=x></object><embed src=x>",
        "<!-- [if IE]><script>x</script><![endif]-->Which?",
        "<a href='https://a.example\" onmouseover=alert(1)'>Which?</a>",
        "<" * 500 + "Which?",
        "<div>" * 300 + "Which?" + "</div>" * 300,
    ],
)
def test_foreign_markup_is_never_obeyed(html):
    (item,) = imported(html).items

    shown = render_inline(item.spec.prompt) + render_block(item.spec.stimulus or "")

    assert "Which?" in shown
    for danger in (
        "<script",
        "onerror=",
        "javascript:",
        "data:",
        "<iframe",
        "<svg",
        "onclick",
        "style=",
        "<img",
        "<object",
        "<embed",
    ):
        assert danger not in shown.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


def test_pictures_come_along_once_they_are_checked():
    files = {
        "img/owl.svg": SVG,
        "img/evil.svg": SVG.replace(b"<rect", b"<script>1</script><rect"),
        "img/fake.png": b"GIF89a",
    }
    html = "".join(
        f"<img src='img/{name}' alt='An owl on a branch'>"
        for name in ("owl.svg", "evil.svg", "fake.png", "gone.png")
    )

    found = imported(f"{html}<img src='img/owl.svg'> Which?", files)

    assert list(found.media.values()) == [SVG]
    assert found.items[0].status == "draft"
    assert {"evil.svg", "fake.png"} <= {
        word for line in found.lines for note in line.notes for word in note.split()
    }
    assert any("no words for those who cannot see it" in note for note in found.lines[0].notes)


def list_mutations(raw, rng, count):
    """The bytes with pieces lost, doubled, swapped for others or cut short."""
    for _ in range(count):
        changed = bytearray(raw)
        for _ in range(rng.randint(1, 8)):
            at = rng.randrange(len(changed))
            width = rng.randint(1, 60)
            match rng.randrange(5):
                case 0:
                    del changed[at : at + width]
                case 1:
                    changed[at:at] = changed[at : at + width]
                case 2:
                    changed[at] = rng.randrange(256)
                case 3:
                    changed[at : at + width] = rng.choice(
                        [b"", b"&#x0;", b"</p>", b'"', b"\xff", b"<![CDATA[", b"%", b"{", b"NaN", b"1e999"]
                    )
                case _:
                    del changed[at + 1 :]
            if not changed:
                changed = bytearray(b"x")
        yield bytes(changed)


def list_texts_within(raw):
    """The XML and text within a package, so that a mutation is not just a broken archive."""
    if not raw.startswith(b"PK"):
        return [raw]
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return [packed.read(name) for name in packed.namelist() if name.endswith(".xml")]


@pytest.mark.proves("interchange-fuzz")
@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_get_a_clear_answer(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = random.Random(zlib.crc32(name.encode()))
    kinds = {}
    for item in real_library().list_items():
        kinds.setdefault(item.kind, item)
    raw = prepare(parcel_of(kinds.values()), name).to_bytes()
    answered = 0

    for text in list_texts_within(raw)[:6]:
        for changed in list_mutations(text, rng, 8):
            try:
                found = import_questions(changed, f"x{FORMATS[name].suffix}".replace(".zip", ".xml"), plan())
            except PackageError as refusal:
                assert refusal.message
            else:
                assert found.bank_yaml and all(
                    line.notes for line in found.lines if line.outcome == "refused"
                )
            answered += 1
    for changed in list_mutations(raw, rng, 10):
        with pytest.MonkeyPatch.context():
            try:
                import_questions(changed, f"x{FORMATS[name].suffix}", plan())
            except PackageError as refusal:
                assert refusal.message

    assert answered and not list(tmp_path.iterdir())


@pytest.mark.proves("interchange-fuzz")
def test_made_up_gift_and_tables_get_a_clear_answer():
    rng = random.Random(7)
    words = [
        "{",
        "}",
        "=",
        "~",
        "#",
        "####",
        "->",
        "%50%",
        "::",
        "T",
        "[html]",
        "\\",
        "owl",
        "\n\n",
        ":0.5",
        "1..2",
        '"',
        ",",
        "prompt",
        "<b>",
        "NaN",
        "1e999",
    ]

    for number in range(250):
        told = " ".join(rng.choice(words) for _ in range(rng.randint(1, 25)))
        raw = (f"prompt,answer,option_1,kind\n{told}" if number % 2 else f"Q? {{{told}}}\n\n{told}").encode()
        try:
            found = import_questions(raw, "x.csv" if number % 2 else "x.txt", plan())
        except PackageError as refusal:
            assert refusal.message
        else:
            assert found.lines
