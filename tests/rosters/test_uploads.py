"""A roster that an administrator gives on a page: tried out by the worker, imported on their word, and its file gone afterwards."""

import io
import re
import signal
import subprocess
import sys
import time
import uuid
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import procrastinate
import pytest
from giving import archive, enter, give, say, work, zipped
from procrastinate.testing import InMemoryConnector
from sis import ALL_ENROLLED, USERS, WHOLE, Silent, changed
from sqlalchemy.exc import DataError
from stack import SPECIALIST, TEACHER
from structlog.testing import capture_logs

from lti_tool.app import roster_jobs
from lti_tool.app.roster_jobs import means_of
from lti_tool.db.connect import transaction
from lti_tool.rosters import upload_work
from lti_tool.rosters.importing import import_files
from lti_tool.rosters.oneroster import Reading
from lti_tool.rosters.runs import only_one
from lti_tool.rosters.source import GivenFile
from lti_tool.rosters.tables import RosterUpload
from lti_tool.rosters.uploads import expire_uploads
from lti_tool.rosters.work import Order
from lti_tool.web import roster_pages

BAD = WHOLE | {"users.csv": changed(USERS, "U1", grades="9th")}
TABLE = b"student id;first name;last name;grade;class\n1001;Ana;Silva;7;English 7\n"
NAMES = ("Ana", "Silva", "ana@")


@pytest.fixture
def slug():
    """A district of this test's own."""
    return f"d{uuid.uuid4().hex[:12]}"


@pytest.fixture
def administrator(shared_stack, slug):
    return enter(shared_stack, slug)


def uploads(browser, slug):
    return browser.stack.rows(
        "SELECT u.*, u.tenant_id AS district FROM roster_upload u JOIN tenant t ON t.id = u.tenant_id WHERE t.slug = :slug ORDER BY u.created_at",
        slug=slug,
    )


def people(browser, slug):
    (row,) = browser.stack.rows(
        "SELECT count(*) AS n FROM person p JOIN tenant t ON t.id = p.tenant_id WHERE t.slug = :slug",
        slug=slug,
    )
    return row["n"]


def runs(browser, slug):
    return browser.stack.rows(
        "SELECT r.* FROM roster_run r JOIN tenant t ON t.id = r.tenant_id WHERE t.slug = :slug", slug=slug
    )


def go_on(stack, upload_id, **options):
    return upload_work.go_on(means_of(stack.tool), stack.tool.seal, upload_id, **options)


def test_file_is_tried_out_then_imported_on_the_administrators_word(administrator, slug, tmp_path):
    page = give(administrator, zipped(tmp_path, BAD), "Harbor.zip")
    assert page.page.status_code == 200 and "being tried out" in page.text and "<progress" in page.text

    page = work(page)

    assert "waits for you" in page.text and "Nothing was changed yet" in page.text
    assert "People: 3 new, 1 passed over (guardians, parents and relatives)." in words(page)
    assert "Grade or school of this year: 2 would be set." in words(page)
    assert "users.csv:2" in page.text and "The grade “9th” is not known" in page.text
    assert people(page, slug) == 0 and runs(page, slug) == []
    page = say(page, "import")
    assert "being imported" in page.text
    page = work(page)

    assert "What was done" in page.text and "People: 3 new" in words(page) and people(page, slug) == 3
    (upload,) = uploads(page, slug)
    assert upload["state"] == "done" and upload["sealed"] is None
    assert page.page.url.path.endswith(str(upload["run_id"]))
    assert "Harbor.zip" in page.get_link("Rosters").text


def words(browser):
    """The page's words without its marks, with single spaces."""
    return re.sub(r"\s+([,.])", r"\1", " ".join(re.sub(r"<[^>]+>", "", browser.page.text).split()))


def test_nobody_is_named_on_the_pages_in_jobs_and_in_logs(administrator, slug, tmp_path):
    with capture_logs() as logs:
        page = give(administrator, zipped(tmp_path, BAD))
        jobs = str(
            page.stack.rows("SELECT args FROM procrastinate_jobs WHERE task_name LIKE 'import_roster%'")
        )
        told = [page.text, work(page).text, work(say(page, "import")).text]

    assert "upload_id" in jobs
    assert not [name for name in NAMES if name in "".join([*told, jobs, str(logs), str(page.page.url)])]


def test_file_is_kept_encrypted_and_opens_for_its_own_row_only(administrator, slug):
    page = give(administrator, TABLE, "table.csv")
    (upload,) = uploads(page, slug)
    assert b"Silva" not in bytes(upload["sealed"])

    names = ("tenant_id", "sis_field", "file_name", "sealed", "state", "created_at")
    with transaction(page.stack.tool.sessions) as session:
        session.add(other := RosterUpload(source="swapped", **{name: upload[name] for name in names}))

    assert go_on(page.stack, other.id) == "refused"
    assert go_on(page.stack, upload["id"]) == "checked"


def test_plain_table_and_the_chosen_field_are_taken(administrator, slug, tmp_path):
    page = work(give(administrator, TABLE, "C:\\fakepath\\table.csv", roster="clubs"))
    assert "table.csv" in page.text and "fakepath" not in page.text and "People: 1 new" in words(page)
    work(say(page, "import"))

    page = give(administrator, zipped(tmp_path), sis_field="identifier")
    work(say(work(page), "import"))

    assert sis_ids(administrator, slug) == ["1001", "1002", "9001"]
    form = administrator.get(f"{administrator.visit}/rosters").page.text
    assert '<option value="identifier" selected>' in form


def sis_ids(browser, slug):
    found = browser.stack.rows(
        "SELECT a.value FROM person_alias a JOIN tenant t ON t.id = a.tenant_id WHERE t.slug = :slug AND kind = 'sis' ORDER BY 1",
        slug=slug,
    )
    return [each["value"] for each in found]


def import_by_command(browser, slug, raw, progress=None):
    """The same district's files, as the command takes them: by their sourcedId."""
    order = Order(
        tenant_id=uploads(browser, slug)[0]["district"],
        source="sis",
        reading=Reading(sis_field="sourcedId"),
    )
    return import_files(means_of(browser.stack.tool, progress), order, GivenFile(name="roster.zip", raw=raw))


def test_commands_import_by_another_field_is_not_taken_for_the_pages(administrator, slug, tmp_path):
    raw = zipped(tmp_path)
    page = say(work(give(administrator, raw, sis_field="identifier")), "import")
    import_by_command(page, slug, raw)

    page = work(page)

    (upload,) = uploads(page, slug)
    assert upload["state"] == "done" and len(runs(page, slug)) == 2
    assert upload["counts"]["cases"] == {
        "sis_changed": 3
    }  # somebody looks before an id takes another's place


def test_only_changes_are_taken_as_changes(administrator, slug, tmp_path):
    work(say(work(give(administrator, zipped(tmp_path))), "import"))

    gone = {"users.csv": [{**USERS[1], "status": "tobedeleted", "dateLastModified": "2027-01-01T00:00:00Z"}]}
    page = work(give(administrator, zipped(tmp_path / "delta", gone, mode="delta")))

    assert "People: 1 ended." in words(page) and "not in the file" not in page.text


def test_second_file_for_a_roster_is_refused_until_the_first_is_settled(administrator, slug):
    first = give(administrator, TABLE, "first.csv").page.url.path

    page = give(administrator, TABLE, "second.csv")

    assert page.page.status_code == 409 and "Another file for this roster is here already" in page.text
    assert first in page.page.text and page.stack.count("roster_upload", file_name="second.csv") == 0
    assert give(administrator, TABLE, "other.csv", roster="other").page.status_code == 200
    administrator.post(first, {"do": "throw"})
    assert give(administrator, TABLE, "second.csv").page.status_code == 200


def workbook():
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as packing:
        packing.writestr("[Content_Types].xml", "<Types/>")
        packing.writestr("xl/workbook.xml", "<workbook/>")
    return into.getvalue()


WRONG = {
    "empty": (b" \n", "roster.csv", "The file is empty"),
    "Excel named csv": (workbook(), "roster.csv", "This is a workbook of a spreadsheet program"),
    "old Excel": (b"\xd0\xcf\x11\xe0rest", "roster.csv", "save it as CSV (UTF-8)"),
    "damaged": (archive(users__csv="a")[:-20], "roster.zip", "The archive is damaged"),
    "no csv inside": (archive(readme__txt="Hello"), "roster.zip", "There is no CSV file in it"),
    "leads out": (archive(**{"../users__csv": "sourcedId\n"}), "roster.zip", "whose path leads out of it"),
    "bomb": (archive(users__csv="0" * 30_000_000), "roster.zip", "looks like a trap"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_file_is_refused_at_once_and_the_form_keeps_its_entries(administrator, slug, wrong):
    raw, name, sentence = WRONG[wrong]

    page = give(administrator, raw, name, roster="clubs", sis_field="username")

    assert page.page.status_code == 400 and sentence in page.text
    assert 'value="clubs"' in page.page.text and '<option value="username" selected>' in page.page.text
    assert uploads(page, slug) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"roster": " "}, "Give the roster a name"),
        ({"roster": "x" * 65}, "Give the roster a name"),
        ({"roster": "a\x00b"}, "Give the roster a name"),
        ({"sis_field": "password"}, "Choose from the list"),
    ],
)
def test_wrong_entry_is_said(administrator, slug, fields, sentence):
    page = give(administrator, TABLE, "t.csv", **fields)

    assert page.page.status_code == 400 and sentence in page.text and uploads(page, slug) == []


def test_form_without_a_file_says_so(administrator):
    page = administrator.post(f"{administrator.visit}/rosters", {"roster": "sis"})

    assert page.page.status_code == 400 and "Choose a file first." in page.text


def test_too_large_a_file_is_refused_with_what_to_do(administrator, slug, monkeypatch):
    monkeypatch.setattr(roster_pages, "MOST_UPLOAD", 1_000_000)

    page = give(administrator, b"x" * 1_200_000, "large.csv")

    assert page.page.status_code == 413 and "The file has more than 1 MB" in page.text
    assert uploads(page, slug) == []


def spoiled(method):
    """A ZIP whose directory can be read, and its file cannot."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", method) as packing:
        packing.writestr("users.csv", "sourcedId,givenName\n" + "".join(f"U{n},Ana\n" for n in range(3000)))
    raw = bytearray(into.getvalue())
    at = raw.index(b"users.csv") + 60
    raw[at : at + 20] = b"\xff" * 20
    return bytes(raw)


DOS = "student id;first name;last name\n1001;Zoë;Müller\n".encode("cp850")  # ü is a byte that cp1252 has not
HALF_A_LETTER = "\ufeffstudent id;first name\n1;\ud800a\n".encode("utf-16-le", "surrogatepass")
NO_MANIFEST = archive(classes__csv="sourcedId,title\nC1,English\n", orgs__csv="sourcedId,name\nS1,A\n")
FOUND_OUT = {
    "neither manifest nor users": (NO_MANIFEST, "x.zip", "it has neither manifest.csv nor users.csv"),
    "manifest without its columns": (
        archive(manifest__csv="a,b\n1,2\n", users__csv="sourcedId\nU1\n"),
        "x.zip",
        "manifest.csv has no column “name”, “value”",
    ),
    "told and not there": (
        archive(manifest__csv="propertyName,value\nfile.users,bulk\n", orgs__csv="sourcedId,name\n"),
        "x.zip",
        "The manifest says that users.csv is there",
    ),
    "no column": (b"locker;shoe size\n1;2\n", "shoes.csv", "has no column “student_id” or “email”"),
    "no rows": (b"student_id\n", "none.csv", "has no rows below its header"),
    "letters of DOS": (DOS, "dos.csv", "export it again as CSV (UTF-8)"),
    "half a letter": (HALF_A_LETTER, "half.csv", "export it again as CSV (UTF-8)"),
    "bzip2 damaged inside": (spoiled(zipfile.ZIP_BZIP2), "x.zip", "The archive is damaged"),
    "LZMA damaged inside": (spoiled(zipfile.ZIP_LZMA), "x.zip", "The archive is damaged"),
}


@pytest.mark.parametrize("wrong", FOUND_OUT)
def test_file_that_cannot_be_used_is_found_out_before_anything_changes(administrator, slug, wrong):
    raw, name, sentence = FOUND_OUT[wrong]

    page = work(give(administrator, raw, name))

    assert "This file cannot be used, so nothing was changed." in page.text and sentence in page.text
    assert (people(page, slug), runs(page, slug)) == (0, [])
    (upload,) = uploads(page, slug)
    assert upload["state"] == "refused" and upload["sealed"] is None
    assert give(administrator, TABLE, "t.csv").page.status_code == 200


def test_one_districts_file_holds_up_no_other_districts(administrator, slug, shared_stack, monkeypatch):
    give(administrator, TABLE, "bad.csv")
    other = enter(shared_stack, f"{slug}x")
    give(other, TABLE, "good.csv")
    bad, taken = uploads(administrator, slug)[0]["id"], roster_jobs.go_on

    def break_at_the_first(means, seal, upload_id, **options):
        if upload_id == bad:
            raise ValueError("Ana Silva")
        return taken(means, seal, upload_id, **options)

    monkeypatch.setattr(roster_jobs, "go_on", break_at_the_first)
    with capture_logs() as logs:
        each_minute(shared_stack)

    assert [each["state"] for each in uploads(other, f"{slug}x")] == ["checked"]
    assert "ValueError" in str(logs) and "Ana" not in str(logs)


def each_minute(stack):
    """The worker's round."""
    jobs = procrastinate.App(connector=InMemoryConnector())
    roster_jobs.add_upload_tasks(jobs, stack.tool, lambda: False)
    jobs.tasks["go_on_importing"](timestamp=0)


NOUGHT = {
    name: archive(users__csv=f"sourcedId,role,grades,orgSourcedIds,userIds\nU1,{row}\n")
    for name, row in {
        "role": "stu\0dent,7,S1,",
        "grades": "student,se\0ven,S1,",
        "schools": "student,7,S\0001,",
        "user ids": "student,7,S1,{State:N\000Y}",
    }.items()
}
NOUGHT |= {
    "role of a table": b"student id;role\n1;a\0b\n",
    "grade of a table": b"student id;grade\n1;a\0b\n",
}


@pytest.mark.parametrize("cell", NOUGHT)
def test_nought_byte_in_a_cell_spoils_no_file(administrator, slug, cell):
    work(give(administrator, NOUGHT[cell], "t.csv" if "table" in cell else "t.zip"))

    (upload,) = uploads(administrator, slug)
    assert (upload["state"], upload["error"]) == ("checked", None)


def test_nought_byte_in_the_manifest_is_refused(administrator, slug):
    raw = archive(manifest__csv="propertyName,value\nfile.users,bu\0lk\n", users__csv="sourcedId\nU1\n")

    page = work(give(administrator, raw, "t.zip"))

    assert "The manifest says “bu lk” of users.csv" in page.text


def test_thrown_away_file_is_gone_and_was_never_imported(administrator, slug):
    page = work(give(administrator, TABLE, "table.csv"))

    page = say(page, "throw")

    (upload,) = uploads(page, slug)
    assert "thrown away" in page.text and upload["sealed"] is None and people(page, slug) == 0
    late = page.post(f"{page.visit}/rosters/upload/{upload['id']}", {"do": "import"})
    assert late.page.status_code == 409 and "stands otherwise now" in late.text


class AtStep(Silent):
    """Does something else once an import has come to this step."""

    def __init__(self, step, do):
        super().__init__()
        self.step, self.do = step, do

    def advance(self, done):
        super().advance(done)
        if [label for label, _ in self.told].count("Applying") == self.step:
            self.do()


def test_throwing_a_file_away_leaves_the_commands_import_of_it_whole(administrator, slug, tmp_path):
    raw = zipped(tmp_path)
    page = work(give(administrator, raw))

    outcome = import_by_command(page, slug, raw, AtStep(3, lambda: say(page, "throw")))

    assert outcome.run.state == "done" and enrolled(page, slug) == len(ALL_ENROLLED)


def enrolled(browser, slug):
    (row,) = browser.stack.rows(
        "SELECT count(*) AS n FROM roster_enrollment e JOIN tenant t ON t.id = e.tenant_id WHERE t.slug = :slug AND status = 'active'",
        slug=slug,
    )
    return row["n"]


def test_file_thrown_away_while_it_is_tried_out_stays_so(administrator, slug, monkeypatch):
    page = give(administrator, TABLE, "table.csv")
    (upload,) = uploads(page, slug)
    taken = upload_work.import_files

    def throw_first(means, order, held):
        say(page, "throw")
        return taken(means, order, held)

    monkeypatch.setattr(upload_work, "import_files", throw_first)

    assert go_on(page.stack, upload["id"]) == "stopped"
    (upload,) = uploads(page, slug)
    assert upload["state"] == "thrown" and upload["counts"] == {}


def test_pressing_import_twice_imports_once(administrator, slug):
    page = work(give(administrator, TABLE, "table.csv"))
    path = page.page.url.path

    for _ in range(2):
        page = page.post(path, {"do": "import"})
        assert page.page.status_code == 200
    page = work(page)
    assert page.post(path, {"do": "import"}).page.status_code == 200

    assert len(runs(page, slug)) == 1


def test_import_waits_for_another_one_of_the_district(administrator, slug):
    page = give(administrator, TABLE, "table.csv")
    district = uploads(page, slug)[0]["district"]

    with only_one(page.stack.tool.sessions, district):
        page = work(page)
        assert "Another import of your district is running" in page.text and "<progress" not in page.page.text
    page = work_again(page)

    assert "waits for you" in page.text


def work_again(browser):
    """What the worker does each minute."""
    for upload in browser.stack.rows("SELECT id FROM roster_upload WHERE state IN ('checking', 'importing')"):
        go_on(browser.stack, upload["id"])
    return browser.get(browser.page.url.path)


def test_page_says_how_far_it_is(administrator, slug):
    page = give(administrator, TABLE, "table.csv")
    for values, told in (
        ("part = 'reading', done = 25, total = 100", "Read: 25% of the file"),
        ("part = 'applying', done = 3, total = 7", "step 3 of 7"),
    ):
        with transaction(page.stack.tool.sessions) as session:
            session.connection().exec_driver_sql(f"UPDATE roster_upload SET {values} WHERE source = 'sis'")  # noqa: S608 - a test's own words

        page = page.get(page.page.url.path)

        assert told in page.text and '<progress class="run-progress" id="far"' in page.page.text


def test_worker_notes_how_far_it_is(administrator, slug, monkeypatch, tmp_path):
    page = give(administrator, zipped(tmp_path))
    (upload,) = uploads(page, slug)
    seen, write = [], upload_work._Marks._write

    def note_then(marks):
        write(marks)
        seen.append(tuple(uploads(page, slug)[0][name] for name in ("part", "done", "total")))

    monkeypatch.setattr(upload_work._Marks, "_write", note_then)
    assert go_on(page.stack, upload["id"]) == "checked"

    assert seen[0][:2] == ("reading", 0) and seen[0][2] > 500
    assert [each for each in seen if each[0] == "applying"] == [("applying", done, 7) for done in range(8)]


def test_worker_that_ends_leaves_the_import_to_the_next(administrator, slug, tmp_path):
    page = say(work(give(administrator, zipped(tmp_path))), "import")
    (upload,) = uploads(page, slug)
    asked = []

    def is_stopping():
        asked.append(1)
        return len(asked) > 8

    assert go_on(page.stack, upload["id"], is_stopping=is_stopping) == "stopped"
    assert uploads(page, slug)[0]["state"] == "importing"
    assert go_on(page.stack, upload["id"]) == "done"

    assert people(page, slug) == 3 and [run["state"] for run in runs(page, slug)] == ["done"]


IMPORT = """
import sys, time, uuid
from lti_tool.db.base import utcnow
from lti_tool.db.connect import open_engine, session_factory
from lti_tool.lti.seal import Seal
from lti_tool.rosters import upload_work
from lti_tool.rosters.work import Means
write = upload_work._Marks._write
def slow(marks):
    write(marks)
    if marks._part == "applying" and marks._done == 3:
        print("under way", flush=True)
        time.sleep(60)
upload_work._Marks._write = slow
means = Means(sessions=session_factory(open_engine(sys.argv[1])), clock=utcnow)
upload_work.go_on(means, Seal(sys.stdin.readline().strip()), uuid.UUID(sys.argv[2]))
"""


def test_killed_worker_leaves_an_import_that_goes_on(administrator, slug, tmp_path):
    page = say(work(give(administrator, zipped(tmp_path))), "import")
    (upload,), stack = uploads(page, slug), page.stack
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", IMPORT, stack.database_url, str(upload["id"])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    process.stdin.write((stack.tool.settings.data / "secret_key").read_text().strip() + "\n")
    process.stdin.flush()
    assert process.stdout.readline().strip() == "under way"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (cut_off,) = runs(page, slug)
    assert cut_off["state"] == "applying" and cut_off["position"]["done"] == ["schools", "people"]
    assert "See how far the uploaded file is." in page.get(f"{page.visit}/rosters/{cut_off['id']}").text

    until_free(stack, upload["id"])

    (run,) = runs(page, slug)
    assert run["state"] == "done" and run["id"] == cut_off["id"] and run["counts"]["people"]["new"] == 3
    assert uploads(page, slug)[0]["state"] == "done"


def until_free(stack, upload_id):
    """The killed process's lock goes when the server notices that its connection is closed."""
    for _ in range(100):
        if go_on(stack, upload_id) == "done":
            return
        time.sleep(0.05)
    raise AssertionError("it never came to its end")


def test_worker_killed_after_the_end_imports_nothing_twice(administrator, slug):
    page = work(say(work(give(administrator, TABLE, "table.csv")), "import"))
    (upload,) = uploads(page, slug)
    with transaction(page.stack.tool.sessions) as session:
        row = session.get(RosterUpload, upload["id"])
        row.state, row.sealed, row.run_id = "importing", b"not needed", None

    assert go_on(page.stack, upload["id"]) == "done"

    assert len(runs(page, slug)) == 1 and uploads(page, slug)[0]["run_id"] == runs(page, slug)[0]["id"]


def test_two_workers_at_one_file_import_it_once(administrator, slug, monkeypatch):
    page = say(work(give(administrator, TABLE, "table.csv")), "import")
    (upload,), taken = uploads(page, slug), upload_work.import_files

    def be_late(means, order, held):
        monkeypatch.setattr(upload_work, "import_files", taken)
        assert go_on(page.stack, upload["id"]) == "done"
        return taken(means, order, held)

    monkeypatch.setattr(upload_work, "import_files", be_late)
    go_on(page.stack, upload["id"])

    assert len(runs(page, slug)) == 1 and uploads(page, slug)[0]["state"] == "done"


def test_second_worker_notices_an_import_that_is_done_and_not_yet_said_to_be(
    administrator, slug, monkeypatch
):
    page = say(work(give(administrator, TABLE, "table.csv")), "import")
    (upload,), taken = uploads(page, slug), upload_work.import_files

    def be_late(means, order, held):
        taken(means, replace(order, check=lambda: None), held)
        return taken(means, order, held)

    monkeypatch.setattr(upload_work, "import_files", be_late)
    go_on(page.stack, upload["id"])

    (run,) = runs(page, slug)
    (upload,) = uploads(page, slug)
    assert (upload["state"], upload["run_id"]) == ("done", run["id"])


def fail_with(error):
    def take(means, order, held):
        raise error

    return take


def test_row_that_the_database_refuses_names_nobody(administrator, slug, monkeypatch):
    page = give(administrator, TABLE, "table.csv")
    refusal = DataError("INSERT", {}, ValueError("Ana Silva is too long"))
    monkeypatch.setattr(upload_work, "import_files", fail_with(refusal))

    with capture_logs() as logs:
        page = work(page)

    assert "InfoLit does not know why" in page.text
    assert "roster_upload_failed" in {each["event"] for each in logs}
    assert "Ana" not in str(logs) + page.text


def test_what_nobody_foresaw_ends_the_work_and_names_nobody(administrator, slug, monkeypatch):
    page = give(administrator, TABLE, "table.csv")
    monkeypatch.setattr(upload_work, "import_files", fail_with(ValueError("Ana Silva is unforeseen")))

    with capture_logs() as logs:
        page = work(page)

    assert "InfoLit could not go on with this file" in page.text
    assert [each["state"] for each in uploads(page, slug)] == ["refused"]
    assert "ValueError" in str(logs) and "Ana" not in str(logs) + page.text


def test_stopped_import_goes_on_when_wanted(administrator, slug, monkeypatch):
    page = say(work(give(administrator, TABLE, "table.csv")), "import")
    refusal = DataError("INSERT", {}, ValueError("Ana Silva is too long"))
    with monkeypatch.context() as broken:
        broken.setattr(upload_work, "import_files", fail_with(refusal))
        page = work(page)
    assert "The import stopped before its end." in page.text

    page = work(say(page, "import"))

    assert "What was done" in page.text and people(page, slug) == 1


def test_stopped_import_that_is_thrown_away_leaves_no_staged_rows(administrator, slug, tmp_path):
    page = say(work(give(administrator, zipped(tmp_path))), "import")
    (upload,) = uploads(page, slug)
    go_on(page.stack, upload["id"], is_stopping=lambda: runs(page, slug)[0]["state"] == "applying")
    (run,) = runs(page, slug)
    staged = "SELECT count(*) AS n FROM roster_staged_user WHERE run_id = :run"
    assert page.stack.rows(staged, run=run["id"])[0]["n"] == 4
    with transaction(page.stack.tool.sessions) as session:
        session.get(RosterUpload, upload["id"]).state = "stopped"

    say(page, "throw")

    assert page.stack.rows(staged, run=run["id"])[0]["n"] == 0
    assert runs(page, slug)[0]["ended_at"] is not None


def test_file_that_nobody_settles_is_deleted_after_a_week(administrator, slug):
    page = work(give(administrator, TABLE, "table.csv"))
    for days in (6, 8):
        expire_in(page.stack, days=days)
        is_kept = uploads(page, slug)[0]["sealed"] is not None
        assert is_kept == (days == 6)

    assert "Nobody decided for a week" in page.get(page.page.url.path).text


def expire_in(stack, *, days):
    """What the worker does at night, so many days from now."""
    with transaction(stack.tool.sessions) as session:
        expire_uploads(session, stack.tool.clock() + timedelta(days=days))


def test_file_that_is_to_be_imported_does_not_expire(administrator, slug):
    page = say(work(give(administrator, TABLE, "table.csv")), "import")

    expire_in(page.stack, days=8)

    work(page)
    assert uploads(page, slug)[0]["state"] == "done"


def test_stopped_import_is_kept_for_a_week_from_the_word_to_import(administrator, slug):
    page = say(work(give(administrator, TABLE, "table.csv")), "import")
    (upload,) = uploads(page, slug)
    with transaction(page.stack.tool.sessions) as session:
        row = session.get(RosterUpload, upload["id"])
        row.state, row.created_at = "stopped", row.created_at - timedelta(days=6)

    for days in (6, 8):
        expire_in(page.stack, days=days)
        assert uploads(page, slug)[0]["state"] == ("stopped" if days == 6 else "expired")


def test_expiring_ends_no_import_in_its_middle(administrator, slug, tmp_path, monkeypatch):
    page = say(work(give(administrator, zipped(tmp_path))), "import")
    (upload,), write = uploads(page, slug), upload_work._Marks._write

    def expire_in_the_middle(marks):
        write(marks)
        if (marks._part, marks._done) == ("applying", 3):
            expire_in(page.stack, days=8)

    monkeypatch.setattr(upload_work._Marks, "_write", expire_in_the_middle)

    assert go_on(page.stack, upload["id"]) == "done"
    assert enrolled(page, slug) == len(ALL_ENROLLED)


def test_deeds_are_in_the_audit_log(administrator, slug):
    say(work(give(administrator, TABLE, "table.csv")), "import")

    deeds = administrator.stack.rows(
        "SELECT action, after FROM audit_entry a JOIN tenant t ON t.id = a.tenant_id WHERE t.slug = :slug ORDER BY a.id",
        slug=slug,
    )

    assert [each["action"] for each in deeds] == ["upload_roster", "import_roster"]
    assert {each["after"]["roster"] for each in deeds} == {"sis"}


def test_others_can_neither_give_nor_see_nor_settle_a_file(administrator, slug):
    page = work(give(administrator, TABLE, "table.csv"))
    (upload,) = uploads(page, slug)
    teacher = page.stack.launch("grade-7-class", TEACHER)
    specialist = page.stack.launch("board", SPECIALIST)
    stranger = enter(page.stack, "elsewhere")

    for other, status in ((teacher, 403), (specialist, 403), (stranger, 404)):
        path = f"{other.visit}/rosters/upload/{upload['id']}"
        assert other.get(path).page.status_code == status
        for do in ("import", "throw"):
            assert other.post(path, {"do": do}).page.status_code == status
    assert give(teacher, TABLE, "theirs.csv").page.status_code == 403
    assert "table.csv" not in stranger.get(f"{stranger.visit}/rosters").text
    assert page.stack.count("roster_upload", file_name="theirs.csv") == 0
    assert [each["state"] for each in uploads(page, slug)] == ["checked"]


def test_pages_are_in_spanish(administrator, slug, tmp_path):
    administrator.post(
        f"{administrator.visit}/language", {"locale": "es", "back": administrator.page.url.path}
    )

    refused = give(administrator, b" ", "t.csv")
    assert "El archivo está vacío" in refused.text
    page = work(give(administrator, zipped(tmp_path, BAD)))

    assert "Importar ahora" in page.text and "El grado “9th” no se conoce" in page.text
    assert "Personas: 3" in words(page) and " new" not in words(page)
