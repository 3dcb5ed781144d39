"""Who the people of a roster are: the rules of `people.linking`, for all of them at once (docs/people.md has them in words).

Linked without asking is only an exact strong id of one record of the district, or an e-mail under the district's own domain that
nothing speaks against, of a record without rights over others. All other likenesses become doubts, which the merge queue shows; the told person has a record of their own.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from lti_tool.rosters.staging import add_problems
from lti_tool.rosters.step import Step, mark_doubles, tally

_ROLES = """
UPDATE roster_staged_user u SET part = r.part, org = coalesce(u.org, r.org),
    grade = CASE r.part WHEN 'learner' THEN u.grade END
FROM (
    SELECT sourced_id, CASE WHEN bool_or(part = 'staff') THEN 'staff' WHEN bool_or(part = 'learner') THEN 'learner' ELSE 'other' END AS part,
        string_agg(org, ',' ORDER BY is_primary DESC, id) AS org
    FROM roster_staged_role WHERE run_id = :run GROUP BY sourced_id
) r WHERE u.run_id = :run AND u.part IS NULL AND r.sourced_id = u.sourced_id
"""
_OTHERS = "UPDATE roster_staged_user SET verdict = 'passed' WHERE run_id = :run AND verdict IS NULL AND part = 'other'"
_KNOWN = """
UPDATE roster_staged_user u SET person_id = a.person_id, part = coalesce(u.part, p.roster_part), verdict = CASE
    WHEN :is_delta AND u.modified_at < a.modified_at THEN 'old'
    WHEN u.is_gone THEN CASE WHEN a.retired_at IS NULL THEN 'ended' ELSE 'same' END
    WHEN a.retired_at IS NOT NULL THEN 'changed' ELSE 'same' END
FROM person_alias a JOIN person p ON p.id = a.person_id
WHERE u.run_id = :run AND u.verdict IS NULL
    AND a.tenant_id = :tenant AND a.kind = 'oneroster' AND a.namespace = :source AND a.value = u.sourced_id
"""
_NEVER_KNOWN = (
    "UPDATE roster_staged_user SET verdict = 'unknown' WHERE run_id = :run AND verdict IS NULL AND is_gone"
)
_WITHOUT_ROLE = """
UPDATE roster_staged_user SET verdict = 'refused' WHERE run_id = :run AND verdict IS NULL AND part IS NULL
RETURNING line, '' AS told
"""
_RECORDS = """
CREATE TEMP TABLE record ON COMMIT DROP AS
WITH RECURSIVE walk AS (
    SELECT id AS person_id, id AS root_id, merged_into_id AS onward FROM person WHERE tenant_id = :tenant
    UNION ALL SELECT w.person_id, p.id, p.merged_into_id FROM walk w JOIN person p ON p.id = w.onward
)
SELECT w.person_id, w.root_id, lower(p.email) AS email, lower(p.given_name) AS given, lower(p.family_name) AS family,
    p.created_at, p.merged_into_id IS NULL AND NOT p.is_test_student AS may_be_found,
    CASE WHEN p.roster_part = 'staff' OR g.person_id IS NOT NULL OR e.teaches THEN 'staff'
         WHEN p.roster_part = 'learner' OR e.learns THEN 'learner' END AS part
FROM walk w JOIN person p ON p.id = w.person_id
LEFT JOIN (SELECT DISTINCT person_id FROM access_grant WHERE tenant_id = :tenant) g ON g.person_id = p.id
LEFT JOIN (
    SELECT person_id, bool_or(role IN ('instructor', 'assistant', 'designer')) AS teaches, bool_or(role = 'learner') AS learns
    FROM enrollment WHERE tenant_id = :tenant GROUP BY person_id
) e ON e.person_id = p.id
WHERE w.onward IS NULL
"""
"""Every record of the district with the one that holds its history, and whether it learns or teaches (as `people.identity.find_part`)."""
_DOUBTS = """
CREATE TEMP TABLE doubt (sourced_id text, known_id uuid, reason varchar(16), value text) ON COMMIT DROP
"""
_OWNERS = """
CREATE TEMP TABLE owner ON COMMIT DROP AS
SELECT u.id, u.sourced_id, u.part AS told_part, s.kind, s.value, r.person_id, r.root_id, r.part,
    array_position(ARRAY['state', 'sis', 'master', 'clever'], s.kind::text) AS rank
FROM roster_staged_user u
JOIN roster_staged_alias s ON s.run_id = :run AND s.sourced_id = u.sourced_id
JOIN person_alias a ON a.tenant_id = :tenant AND a.kind = s.kind AND a.namespace = s.namespace AND a.value = s.value
JOIN record r ON r.person_id = a.person_id
WHERE u.run_id = :run AND u.verdict IS NULL
"""
_LINK_BY_ID = """
CREATE TEMP TABLE choice ON COMMIT DROP AS
SELECT id, sourced_id, count(DISTINCT root_id) AS roots, (array_agg(person_id ORDER BY rank))[1] AS person_id,
    (array_agg(root_id ORDER BY rank))[1] AS root_id, bool_or(part <> told_part) AS is_other_part, 0 AS turn
FROM owner GROUP BY id, sourced_id;
UPDATE choice c SET turn = t.turn FROM (
    SELECT id, row_number() OVER (PARTITION BY root_id ORDER BY id) AS turn FROM choice
    WHERE roots = 1 AND is_other_part IS NOT TRUE AND root_id NOT IN (
        SELECT r.root_id FROM roster_staged_user u JOIN record r ON r.person_id = u.person_id
        WHERE u.run_id = :run AND u.verdict IN ('same', 'changed', 'old'))
) t WHERE t.id = c.id;
UPDATE roster_staged_user u SET person_id = c.person_id, verdict = 'linked' FROM choice c WHERE c.turn = 1 AND u.id = c.id;
INSERT INTO doubt SELECT DISTINCT ON (o.sourced_id, o.person_id) o.sourced_id, o.person_id,
    CASE WHEN c.roots > 1 THEN 'sis_taken' WHEN c.is_other_part THEN 'role' ELSE 'roster' END, o.value
FROM owner o JOIN choice c ON c.id = o.id AND c.turn <> 1 ORDER BY o.sourced_id, o.person_id, o.rank
"""
"""One record, of the same part, that nobody else of this roster is: linked. Two records, another part, or a record that is taken: doubts."""
_LIKE = """
    u.run_id = :run AND u.verdict IS NULL AND r.may_be_found
    AND NOT EXISTS (SELECT FROM doubt d WHERE d.sourced_id = u.sourced_id)
"""
_SPEAKS_AGAINST = """
    (r.part <> u.part) IS TRUE
    OR EXISTS (SELECT FROM person_alias a WHERE a.person_id = r.person_id AND a.retired_at IS NULL
        AND a.kind = 'oneroster' AND a.namespace = :source)
    OR EXISTS (SELECT FROM roster_staged_alias s JOIN person_alias a ON a.person_id = r.person_id
        AND a.kind = s.kind AND a.namespace = s.namespace AND a.value <> s.value AND a.retired_at IS NULL
        WHERE s.run_id = :run AND s.sourced_id = u.sourced_id AND s.kind IN ('state', 'sis'))
"""
"""Something stronger than an e-mail or a name says that these are two people."""
_LINK_BY_EMAIL = f"""
CREATE TEMP TABLE mail ON COMMIT DROP AS
SELECT u.id, u.sourced_id, r.person_id, u.email AS value, ({_SPEAKS_AGAINST}) AS is_another,
    count(*) OVER (PARTITION BY u.id) AS finds, count(*) OVER (PARTITION BY r.person_id) AS telling,
    EXISTS (SELECT FROM access_grant g WHERE g.person_id = r.person_id) AS holds_right,
    split_part(lower(u.email), '@', 2) = ANY ((SELECT email_domains FROM tenant WHERE id = :tenant)::text[]) AS is_owned,
    row_number() OVER (PARTITION BY u.id ORDER BY r.created_at, r.person_id) AS place
FROM roster_staged_user u JOIN record r ON r.email = lower(u.email) WHERE {_LIKE};
UPDATE roster_staged_user u SET person_id = m.person_id, verdict = 'linked' FROM mail m
WHERE u.id = m.id AND m.finds = 1 AND m.telling = 1 AND NOT m.is_another AND NOT m.holds_right AND m.is_owned;
INSERT INTO doubt SELECT m.sourced_id, m.person_id, 'email', m.value FROM mail m JOIN roster_staged_user u ON u.id = m.id
WHERE u.verdict IS NULL AND NOT m.is_another AND m.place <= 4
"""  # noqa: S608 - constants within a constant
_SUGGEST_BY_NAME = f"""
INSERT INTO doubt SELECT sourced_id, person_id, 'name', NULL FROM (
    SELECT u.sourced_id, r.person_id, row_number() OVER (PARTITION BY u.id ORDER BY r.created_at, r.person_id) AS place
    FROM roster_staged_user u JOIN record r ON r.family = lower(u.family_name) AND r.given = lower(u.given_name)
    WHERE {_LIKE} AND u.part = 'learner' AND NOT ({_SPEAKS_AGAINST})
) found WHERE place <= 4
"""  # noqa: S608 - constants within a constant
_NEW = "UPDATE roster_staged_user SET person_id = gen_random_uuid(), verdict = 'new' WHERE run_id = :run AND verdict IS NULL"
_IDS_HELD = """
CREATE TEMP TABLE told_id ON COMMIT DROP AS
SELECT DISTINCT ON (s.kind, s.namespace, s.value) s.sourced_id, s.kind, s.namespace, s.value, u.person_id,
    a.person_id AS owner_id, u.part, u.verdict
FROM roster_staged_alias s
JOIN roster_staged_user u ON u.run_id = :run AND u.sourced_id = s.sourced_id AND u.verdict IN ('same', 'changed', 'linked', 'new')
LEFT JOIN person_alias a ON a.tenant_id = :tenant AND a.kind = s.kind AND a.namespace = s.namespace AND a.value = s.value
WHERE s.run_id = :run ORDER BY s.kind, s.namespace, s.value, u.verdict = 'new', s.id;
INSERT INTO doubt SELECT t.sourced_id, t.owner_id, CASE WHEN r.part <> t.part THEN 'role' ELSE 'sis_taken' END, t.value
FROM told_id t JOIN record r ON r.person_id = t.owner_id LEFT JOIN record mine ON mine.person_id = t.person_id
WHERE t.verdict <> 'new' AND r.root_id <> mine.root_id;
INSERT INTO doubt SELECT s.sourced_id, t.person_id, 'sis_taken', s.value
FROM told_id t JOIN roster_staged_alias s ON s.run_id = :run AND s.kind = t.kind AND s.namespace = t.namespace
    AND s.value = t.value AND s.sourced_id <> t.sourced_id
JOIN roster_staged_user u ON u.run_id = :run AND u.sourced_id = s.sourced_id AND u.verdict IN ('same', 'changed', 'linked', 'new')
WHERE t.owner_id IS NULL;
DELETE FROM told_id WHERE owner_id IS DISTINCT FROM person_id AND owner_id IS NOT NULL;
INSERT INTO doubt SELECT t.sourced_id, NULL, 'sis_changed', t.value FROM told_id t
WHERE t.owner_id IS NULL AND t.kind IN ('state', 'sis') AND t.verdict <> 'new' AND EXISTS (
    SELECT FROM person_alias a WHERE a.person_id = t.person_id AND a.kind = t.kind AND a.namespace = t.namespace AND a.retired_at IS NULL);
DELETE FROM told_id t USING doubt d WHERE d.reason = 'sis_changed' AND d.sourced_id = t.sourced_id AND d.value = t.value
"""
"""Ids beside the sourcedId that may be kept (`told_id`); those of somebody else, or against what the person has, are doubts and are held."""
_CASES = """
CREATE TEMP TABLE new_case ON COMMIT DROP AS
SELECT DISTINCT ON (least(known_id, other_id), greatest(known_id, other_id), single) known_id, other_id, reason, value FROM (
    SELECT coalesce(d.known_id, u.person_id) AS known_id, CASE WHEN d.known_id IS NOT NULL THEN u.person_id END AS other_id,
        d.reason, left(d.value, 255) AS value, CASE WHEN d.known_id IS NULL THEN d.value END AS single
    FROM doubt d JOIN roster_staged_user u ON u.run_id = :run AND u.sourced_id = d.sourced_id AND u.person_id IS NOT NULL
        AND u.verdict <> 'double'
) told WHERE known_id IS DISTINCT FROM other_id AND NOT EXISTS (
    SELECT FROM merge_case m WHERE m.tenant_id = :tenant AND (
        (m.person_id = told.known_id AND m.other_id IS NOT DISTINCT FROM told.other_id AND (told.other_id IS NOT NULL OR m.value = told.value))
        OR (m.person_id = told.other_id AND m.other_id = told.known_id)))
"""
_COUNT_CASES = "SELECT reason, count(*) AS n FROM new_case GROUP BY reason"
_ANALYZE = "ANALYZE record"


def match_people(session: Session, step: Step) -> None:
    """Say of every staged person who they are (`person_id`, `verdict`), and what has to wait for a decision (`new_case`)."""
    values = step.values("users.csv")
    mark_doubles(session, step, "user", "users.csv")
    for statement in (_ROLES, _OTHERS, _KNOWN, _NEVER_KNOWN):
        session.execute(text(statement), values)
    add_problems(
        session,
        step.run,
        step.file("users.csv"),
        _WITHOUT_ROLE,
        "Nothing says whether the person learns or teaches, so they were passed over.",
        "Give the column role (OneRoster 1.1), or a row in roles.csv (1.2).",
    )
    for statements in (
        *(_DOUBTS, _RECORDS, _ANALYZE, _OWNERS, _LINK_BY_ID, _LINK_BY_EMAIL),
        *(_SUGGEST_BY_NAME, _NEW, _IDS_HELD, _CASES),
    ):
        for statement in statements.split(";"):
            session.execute(text(statement), values)
    found = session.execute(text(_COUNT_CASES))
    step.count("cases", **{row.reason: row.n for row in found})


def tally_people(session: Session, step: Step) -> None:
    tally(session, step, "people", "user")
