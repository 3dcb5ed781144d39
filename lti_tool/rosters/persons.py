"""People of a run: who they are (`matching`), then their records, ids, doubts, and grade and school of this year."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from lti_tool.rosters.matching import match_people, tally_people
from lti_tool.rosters.places import SCHOOLS_BY_ID
from lti_tool.rosters.staging import add_problems
from lti_tool.rosters.step import Step

_HAS_LMS = "EXISTS (SELECT FROM person_alias a WHERE a.person_id = p.id AND a.kind = 'lti')"
_DIFFERS = f"""
    p.roster_part IS DISTINCT FROM u.part
    OR p.given_name IS NULL AND u.given_name IS NOT NULL OR p.family_name IS NULL AND u.family_name IS NOT NULL
    OR p.email IS NULL AND u.email IS NOT NULL
    OR (p.given_name <> u.given_name OR p.family_name <> u.family_name OR p.email <> u.email) AND NOT {_HAS_LMS}
"""
_CHANGED = f"""
UPDATE roster_staged_user u SET verdict = 'changed' FROM person p
WHERE u.run_id = :run AND u.verdict = 'same' AND NOT u.is_gone AND p.id = u.person_id AND ({_DIFFERS})
"""  # noqa: S608 - constants within a constant
_MAKE = """
INSERT INTO person (id, tenant_id, given_name, family_name, email, is_test_student, roster_part, created_at)
SELECT person_id, :tenant, given_name, family_name, email, false, part, :now FROM roster_staged_user
WHERE run_id = :run AND verdict = 'new' ON CONFLICT DO NOTHING
"""
_CHANGE = f"""
UPDATE person p SET roster_part = coalesce(u.part, p.roster_part),
    given_name = CASE WHEN {_HAS_LMS} THEN coalesce(p.given_name, u.given_name) ELSE coalesce(u.given_name, p.given_name) END,
    family_name = CASE WHEN {_HAS_LMS} THEN coalesce(p.family_name, u.family_name) ELSE coalesce(u.family_name, p.family_name) END,
    email = CASE WHEN {_HAS_LMS} THEN coalesce(p.email, u.email) ELSE coalesce(u.email, p.email) END
FROM roster_staged_user u WHERE u.run_id = :run AND u.verdict IN ('changed', 'linked') AND p.id = u.person_id AND ({_DIFFERS})
"""  # noqa: S608 - constants within a constant
"""Names and e-mail that an LMS told stand above the roster's: else each launch and each import would change them back."""
_KEEP_SOURCED_IDS = """
INSERT INTO person_alias (id, tenant_id, person_id, kind, namespace, value, first_seen_at, last_seen_at, modified_at)
SELECT gen_random_uuid(), :tenant, person_id, 'oneroster', :source, sourced_id, :now, :now, modified_at
FROM roster_staged_user WHERE run_id = :run AND verdict IN ('new', 'linked', 'changed', 'same') AND NOT is_gone
ON CONFLICT (tenant_id, kind, namespace, value) DO UPDATE
SET last_seen_at = excluded.last_seen_at, retired_at = NULL, modified_at = coalesce(excluded.modified_at, person_alias.modified_at)
WHERE person_alias.retired_at IS NOT NULL OR person_alias.last_seen_at < :now - interval '1 day'
    OR person_alias.modified_at IS DISTINCT FROM coalesce(excluded.modified_at, person_alias.modified_at)
"""
_KEEP_IDS = """
INSERT INTO person_alias (id, tenant_id, person_id, kind, namespace, value, first_seen_at, last_seen_at)
SELECT gen_random_uuid(), :tenant, person_id, kind, namespace, value, :now, :now FROM told_id
ON CONFLICT (tenant_id, kind, namespace, value) DO UPDATE SET last_seen_at = excluded.last_seen_at
WHERE person_alias.last_seen_at < :now - interval '1 day'
"""
_RETIRE = """
UPDATE person_alias a SET retired_at = :now, modified_at = coalesce(u.modified_at, a.modified_at)
FROM roster_staged_user u WHERE u.run_id = :run AND u.verdict = 'ended'
    AND a.tenant_id = :tenant AND a.kind = 'oneroster' AND a.namespace = :source AND a.value = u.sourced_id
"""
_OPEN_CASES = """
INSERT INTO merge_case (id, tenant_id, person_id, other_id, reason, value, opened_at)
SELECT gen_random_uuid(), :tenant, known_id, other_id, reason, value, :now FROM new_case ON CONFLICT DO NOTHING
"""


def plan_people(session: Session, step: Step) -> None:
    match_people(session, step)
    session.execute(text(_CHANGED), step.values("users.csv"))
    tally_people(session, step)


def apply_people(session: Session, step: Step) -> None:
    """What is there is changed first, and the statistics are made anew after what is added, for the steps that follow."""
    for statement in (_CHANGE, _RETIRE, _MAKE, _KEEP_SOURCED_IDS, _KEEP_IDS, _OPEN_CASES):
        session.execute(text(statement), step.values("users.csv"))
    for table in ("person", "person_alias", "roster_staged_user"):
        session.execute(text(f"ANALYZE {table}"))


# ---- grade and school of the year -------------------------------------------------------------------------------------

_TOLD_YEARS = f"""
CREATE TEMP TABLE told_year ON COMMIT DROP AS
WITH school_of AS MATERIALIZED ({SCHOOLS_BY_ID})
SELECT DISTINCT ON (u.person_id) u.person_id, u.grade, u.line, u.org, coalesce(one.school_id, (
    SELECT s.school_id FROM unnest(string_to_array(u.org, ',')) WITH ORDINALITY o(sid, place)
    JOIN school_of s ON s.sourced_id = o.sid WHERE u.org LIKE '%,%' ORDER BY o.place LIMIT 1)) AS school_id
FROM roster_staged_user u LEFT JOIN school_of one ON one.sourced_id = u.org
WHERE u.run_id = :run AND u.part = 'learner' AND NOT u.is_gone AND u.verdict IN ('new', 'linked', 'changed', 'same')
ORDER BY u.person_id, u.id
"""  # noqa: S608 - constants within a constant
_COUNT_YEARS = """
SELECT count(*) FROM told_year t LEFT JOIN person_year y ON y.person_id = t.person_id AND y.school_year = :year
WHERE (t.grade IS NOT NULL OR t.school_id IS NOT NULL) AND (y.person_id IS NULL OR y.source <> 'roster'
    OR coalesce(t.grade, y.grade) IS DISTINCT FROM y.grade OR coalesce(t.school_id, y.school_id) IS DISTINCT FROM y.school_id)
"""
_NO_SCHOOL = (
    "SELECT line, org AS told FROM told_year WHERE org IS NOT NULL AND school_id IS NULL ORDER BY line"
)
_REMEMBER_YEARS = """
INSERT INTO person_year (person_id, school_year, tenant_id, school_id, grade, source)
SELECT person_id, :year, :tenant, school_id, grade, 'roster' FROM told_year WHERE grade IS NOT NULL OR school_id IS NOT NULL
ON CONFLICT (person_id, school_year) DO UPDATE SET school_id = coalesce(excluded.school_id, person_year.school_id),
    grade = coalesce(excluded.grade, person_year.grade), source = 'roster'
WHERE person_year.source <> 'roster' OR coalesce(excluded.grade, person_year.grade) IS DISTINCT FROM person_year.grade
    OR coalesce(excluded.school_id, person_year.school_id) IS DISTINCT FROM person_year.school_id
"""
"""As `people.person_years.remember_year`, where a roster is the strongest source."""


def plan_years(session: Session, step: Step) -> None:
    session.execute(text(_TOLD_YEARS), step.values("users.csv"))
    add_problems(
        session,
        step.run,
        step.file("users.csv"),
        _NO_SCHOOL,
        "The student's school “%(told)s” is no school of this roster, so they have none here.",
        "Add the school to orgs.csv with the type school.",
    )
    step.count("years", told=session.scalar(text(_COUNT_YEARS), step.values("users.csv")) or 0)


def apply_years(session: Session, step: Step) -> None:
    session.execute(text(_REMEMBER_YEARS), step.values("users.csv"))
