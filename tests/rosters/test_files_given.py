"""What an administrator may give by mistake, or a stranger on purpose: refused with a sentence, and nothing is changed."""

import zipfile

import pytest
from sis import ORGS, USERS, WHOLE, packed, write_roster

from lti_tool.errors import InfoLitError
from lti_tool.rosters import source


def refused(district, path):
    before = district.everything()
    with pytest.raises(InfoLitError) as refusal:
        district.take(path)
    after = district.everything()
    for each in (before, after):
        each.pop("roster_run")
    assert after == before
    return refusal.value.message


def test_missing_path_is_said(district, tmp_path):
    assert "There is no file or folder" in refused(district, tmp_path / "nowhere")


def test_folder_without_tables_is_said(district, tmp_path):
    assert "no CSV file" in refused(district, tmp_path)


def test_manifest_that_promises_what_is_not_there(district, roster):
    (roster / "users.csv").unlink()

    assert "users.csv is there" in refused(district, roster)


@pytest.mark.parametrize(
    ("line", "word"),
    [("file.users,whole", "bulk, delta or absent"), ("oneroster.version,2.0", "1.1 and 1.2")],
)
def test_manifest_that_is_not_understood(district, roster, line, word):
    (roster / "manifest.csv").write_text(f"propertyName,value\n{line}\n")

    assert word in refused(district, roster)


def test_file_the_manifest_calls_absent_is_not_read(district, tmp_path):
    folder = write_roster(tmp_path / "r", {"orgs.csv": ORGS})
    (folder / "users.csv").write_text("sourcedId,role\nU1,student\n")

    assert "people" not in {key for key, value in district.take(folder)[0].items() if value}


def test_required_column_is_named(district, roster):
    (roster / "enrollments.csv").write_text("sourcedId,userSourcedId,role\nE1,U1,student\n")

    assert "classSourcedId" in refused(district, roster)


def test_damaged_archive_is_said(district, roster):
    path = packed(roster)
    path.write_bytes(path.read_bytes()[:-40])

    assert "damaged" in refused(district, path)


def test_path_that_leads_out_of_the_archive_is_refused(district, tmp_path):
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../users.csv", "sourcedId,role\n")

    assert "leads out" in refused(district, path)


def test_table_that_is_packed_like_a_trap_is_refused(district, tmp_path):
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.csv", "sourcedId,role\n" + "\n" * 8_000_000)

    assert "trap" in refused(district, path)


@pytest.mark.parametrize("is_packed", [False, True])
def test_table_too_large_is_refused_by_what_is_read(district, roster, monkeypatch, is_packed):
    monkeypatch.setattr(source, "MOST_FILE", 300)

    assert "Export one school year only" in refused(district, packed(roster) if is_packed else roster)


def test_one_table_twice_in_an_archive_is_refused(district, roster):
    path = packed(roster)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("old/users.csv", "sourcedId,role\n")

    assert "twice" in refused(district, path)


def test_field_without_an_end_is_said_with_its_line(district, roster):
    with (roster / "users.csv").open("a") as stream:
        stream.write('U9,"' + "x" * 200_000)

    assert "users.csv:" in refused(district, roster)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_names_survive_every_encoding(district, tmp_path, encoding):
    users = [{**USERS[0], "givenName": "Zoë", "familyName": "Muñoz"}]
    folder = write_roster(tmp_path / "r", WHOLE | {"users.csv": users, "enrollments.csv": []})
    file = folder / "users.csv"
    file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))

    district.take(folder)

    assert district.rows("SELECT given_name, family_name FROM person WHERE tenant_id = :tenant") == [
        ("Zoë", "Muñoz")
    ]
