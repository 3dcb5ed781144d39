"""Dry runs, imports that are cut off, and two at once."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sis import ALL_ENROLLED, USERS, WHOLE, Silent, changed, write_roster

from lti_tool.errors import RosterError
from lti_tool.rosters import work
from lti_tool.rosters.runs import give_up_open, only_one


def test_dry_run_says_what_would_be_done_and_writes_nothing(district, roster):
    before = district.everything()

    told, _ = district.take(roster, is_dry=True)

    assert district.everything() == before
    assert district.one("SELECT count(*) FROM roster_staged_user") == 0
    assert told == district.take(roster)[0]


def test_dry_run_of_changes_promises_what_is_done_then(district, roster, tmp_path):
    district.take(roster)
    users = [*changed(USERS, "U1", grades="08"), {**USERS[0], "sourcedId": "U5"}]
    new = write_roster(tmp_path / "new", WHOLE | {"users.csv": users})
    before = district.everything()

    told, problems = district.take(new, is_dry=True)

    assert district.everything() == before
    assert (told, problems) == district.take(new)
    assert told["cases"] == {"roster": 1} and told["years"] == {"told": 2}


@pytest.mark.parametrize("stop_at", [1, 3, 6, 7, 8, 9, 10, 11, 12])
def test_cut_off_import_goes_on_to_the_same_end(district, roster, stop_at):
    with pytest.raises(KeyboardInterrupt):
        district.take(roster, progress=Silent(stop_at))

    counts, problems = district.take(roster)

    assert problems == []
    assert counts["people"] == {"new": 3, "passed": 1} and counts["enrolments"]["new"] == 4
    assert district.enrolled() == ALL_ENROLLED
    assert district.rows("SELECT state FROM roster_run WHERE tenant_id = :tenant") == [("done",)]
    assert district.one("SELECT count(*) FROM roster_staged_enrollment") == 0


def test_what_was_read_is_not_read_again(district, roster):
    with pytest.raises(KeyboardInterrupt):
        district.take(roster, progress=Silent(9))
    read = district.one("SELECT position -> 'read' FROM roster_run WHERE tenant_id = :tenant")
    assert len(read) == 4  # the fifth file's rows went with its transaction

    district.take(roster)

    assert (
        district.one("SELECT position -> 'read' ->> 'users.csv' FROM roster_run WHERE tenant_id = :tenant")
        == "4"
    )


def test_rows_a_crash_of_the_server_emptied_are_read_again(district, roster):
    with pytest.raises(KeyboardInterrupt):
        district.take(roster, progress=Silent(11))
    with district.sessions.begin() as session:
        session.connection().exec_driver_sql("TRUNCATE roster_staged_user")

    counts, _ = district.take(roster)

    assert counts["people"] == {"new": 3, "passed": 1}
    assert sorted(district.rows("SELECT state FROM roster_run WHERE tenant_id = :tenant")) == [
        ("done",),
        ("failed",),
    ]


def test_another_file_takes_the_place_of_a_cut_off_run(district, roster, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        district.take(roster, progress=Silent(11))

    district.take(write_roster(tmp_path / "other", WHOLE | {"users.csv": USERS[:2]}))

    states = district.rows("SELECT state, error FROM roster_run WHERE tenant_id = :tenant ORDER BY began_at")
    assert states[0][0] == "failed" and "another import" in states[0][1]
    assert states[1] == ("done", None)
    assert district.one("SELECT count(*) FROM roster_staged_user") == 0


def test_another_field_for_the_sis_id_is_read_anew(district, roster):
    with pytest.raises(KeyboardInterrupt):
        district.take(roster, progress=Silent(11))

    district.take(roster, sis_field="identifier")

    ids = district.rows(
        "SELECT value FROM person_alias WHERE tenant_id = :tenant AND kind = 'sis' ORDER BY 1"
    )
    assert ids == [("1001",), ("1002",), ("9001",)]


class EndedBetween(Silent):
    """Ends the run between two of its steps, as who throws its file away does."""

    def __init__(self, district, at):
        super().__init__()
        self.district, self.at = district, at

    def advance(self, done):
        super().advance(done)
        if len(self.told) == self.at:
            end_runs(self.district)


def end_runs(district):
    told = district.rows("SELECT fingerprint FROM roster_run WHERE tenant_id = :tenant AND ended_at IS NULL")
    with district.sessions.begin() as session:
        for (fingerprint,) in told:
            give_up_open(
                session,
                district.tenant_id,
                source="sis",
                fingerprint=fingerprint,
                reason="Thrown away.",
                now=district.now,
            )


@pytest.mark.parametrize("at", [11, 12, 13, 14, 15, 16])
def test_run_that_was_ended_takes_nobody_out_of_a_class(district, roster, tmp_path, at):
    district.take(roster)
    new = write_roster(tmp_path / "new", WHOLE | {"users.csv": changed(USERS, "U1", grades="08")})

    with pytest.raises(RosterError, match="threw the file of this import away"):
        district.take(new, progress=EndedBetween(district, at))

    assert district.enrolled() == ALL_ENROLLED
    states = district.rows("SELECT state, error FROM roster_run WHERE tenant_id = :tenant ORDER BY began_at")
    assert states == [("done", None), ("failed", "Thrown away.")]
    assert district.take(new)[0]["enrolments"]["same"] == 4


def test_run_at_a_step_is_not_ended(district, roster, monkeypatch):
    name, plan, apply = work.STEPS[4]

    def plan_then(session, step):
        plan(session, step)
        end_runs(district)

    monkeypatch.setattr(work, "STEPS", (*work.STEPS[:4], (name, plan_then, apply), *work.STEPS[5:]))

    district.take(roster)

    assert district.enrolled() == ALL_ENROLLED


def test_second_import_of_a_district_at_once_is_refused(district, roster):
    with only_one(district.sessions, district.tenant_id), pytest.raises(RosterError, match="Another import"):
        district.take(roster)

    assert district.take(roster)[0]["people"]["new"] == 3


IMPORT = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from sis import District, Silent
from lti_tool.db.connect import open_engine
class Slow(Silent):
    def advance(self, done):
        super().advance(done)
        if self.label == "Applying":
            print(len(self.told), flush=True)
            time.sleep(30)
district = District.__new__(District)
from datetime import UTC, datetime
from lti_tool.db.connect import session_factory
import uuid
district.sessions, district.tenant_id, district.now = session_factory(open_engine(sys.argv[2])), uuid.UUID(sys.argv[3]), datetime(2026, 11, 2, 9, tzinfo=UTC)
district.take(Path(sys.argv[4]), progress=Slow())
"""


def test_killed_process_leaves_a_run_that_goes_on(district, roster, module_database_url):
    here = str(Path(__file__).parent)
    process = subprocess.Popen(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            IMPORT,
            here,
            module_database_url,
            str(district.tenant_id),
            str(roster),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().strip(), "it never came to apply"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    counts = _take_when_free(district, roster)

    assert counts["people"]["new"] == 3
    assert district.enrolled() == ALL_ENROLLED


def _take_when_free(district, roster):
    """The killed process's lock goes when the server notices that its connection is closed."""
    for _ in range(100):
        try:
            return district.take(roster)[0]
        except RosterError as error:
            assert "Another import" in error.message
            time.sleep(0.05)
    raise AssertionError("the lock outlived its process")
