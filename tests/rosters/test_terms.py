"""A roster's terms: their ends are kept, so that levels are frozen then; a term that is frozen stays as it was."""

from sis import TERMS, WHOLE, write_roster

from lti_tool.rosters.work import Means

FALL = {
    "sourcedId": "T2",
    "title": "Fall 2026",
    "type": "semester",
    "schoolYear": "2027",
    "endDate": "2026-12-18",
}
FALL_ELSEWHERE = {**FALL, "sourcedId": "T3", "endDate": "2026-12-22"}
PERIOD = {**FALL, "sourcedId": "T4", "title": "Week 1", "type": "gradingPeriod"}


def with_terms(folder, *terms):
    return write_roster(folder, WHOLE | {"academicSessions.csv": [*TERMS, *terms]})


def ends(district):
    return district.rows(
        "SELECT name, ends_at::text FROM mastery_term WHERE tenant_id = :tenant ORDER BY name"
    )


def in_new_york(district, monkeypatch):
    means = district.means
    monkeypatch.setattr(
        district, "means", lambda progress=None: Means(**vars(means(progress)) | {"zone": "America/New_York"})
    )


def test_terms_end_where_the_last_school_ends_them(district, tmp_path, monkeypatch):
    in_new_york(district, monkeypatch)
    roster = with_terms(tmp_path / "roster", FALL, FALL_ELSEWHERE, PERIOD)

    counts, problems = district.take(roster)

    assert problems == [] and counts["terms"] == {"new": 1}
    assert ends(district) == [("Fall 2026", "2026-12-23 05:00:00+00")], "midnight after the last day there"
    assert district.take(roster)[0]["terms"] == {"same": 1}


def test_end_moves_until_the_term_is_frozen(district, tmp_path):
    district.take(with_terms(tmp_path / "one", FALL))
    assert district.take(with_terms(tmp_path / "two", FALL_ELSEWHERE))[0]["terms"] == {"changed": 1}
    (_, moved), *_ = ends(district)
    assert moved == "2026-12-23 00:00:00+00"

    with district.sessions.begin() as session:
        session.connection().exec_driver_sql("UPDATE mastery_term SET frozen_at = now()")
    assert district.take(with_terms(tmp_path / "three", FALL))[0]["terms"] == {"same": 1}
    assert ends(district) == [("Fall 2026", moved)]


def test_dry_run_and_a_day_that_is_none_keep_no_term(district, tmp_path):
    district.take(with_terms(tmp_path / "one", FALL), is_dry=True)
    _, problems = district.take(with_terms(tmp_path / "two", {**FALL, "endDate": "18/12/2026"}))

    assert ends(district) == []
    assert problems == ["academicSessions.csv:3"] or problems == ["academicsessions.csv:3"]
