"""One student's work (the victim's), and a session for each kind of person who might ask for it.

Students, teacher and district specialist come by real launches; the others, of whom the demo district has none, get sessions of
the tool's own making.
"""

import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from bringing_in import keep, package, replace, upload
from sqlalchemy import select
from stack import ANA, BEN, BOARD_LINK, MODULE_LINK, OTHER_TEACHER, SPECIALIST, TEACHER

from lti_tool.db.connect import transaction
from lti_tool.people.cases import open_case
from lti_tool.people.grants import ensure_tenant, give_grant
from lti_tool.people.sessions import make_ticket, open_session, use_ticket
from lti_tool.people.tables import Enrollment, MergeCase, Person, PersonAlias, School, Section
from lti_tool.rosters.tables import RosterRun, RosterUpload

OTHER_SCHOOL = "Cedar Elementary"
VICTIM_SCHOOL = "Harbor Middle & High"


@dataclass
class World:
    """Tokens of the actors, ids of the victim, and a client that asks as one of them."""

    stack: object
    tokens: dict = field(default_factory=dict)
    cookies: dict = field(default_factory=dict)
    ids: dict = field(default_factory=dict)
    names: tuple = ()
    """Words that only those who may see the victim may read."""

    def ask(self, actor, method, path, **request):
        """The answer to `path` (with ids in braces) asked by an actor; redirects are not followed."""
        address = self.stack.tool_url + path.format(token=self.tokens[actor], **self.ids)
        headers = {"Cookie": self.cookies[actor]} if actor in self.cookies else {}
        return httpx.request(method, address, headers=headers, timeout=30, **request)

    def state(self):
        """What a refused request must leave as it is."""
        tables = (
            "attempt",
            "response",
            "grade",
            "event",
            "notebook",
            "platform",
            "merge_case",
            "access_grant",
            "framework",
            "alignment",
            "deployment",
            "audit_entry",
            "level_decision",
            "mastery_method",
            "mastery_state",
            "roster_upload",
            "own_bank",
            "own_edition",
            "own_revision",
            "procrastinate_jobs",
        )
        return {
            table: self.stack.rows(f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608 - a test's own words
            for table in tables
        }


def make_world(stack):
    world = World(stack=stack)
    _victim(world)
    _launched(world, "another student", BEN, MODULE_LINK)
    _launched(world, "own teacher", TEACHER, MODULE_LINK)
    _launched(world, "another teacher", OTHER_TEACHER, "grade-8-leave-the-page")
    _own_bank(world, _launched(world, "district specialist", SPECIALIST, BOARD_LINK))
    stack.launch("grade-2-who-made-this", "student-001")  # makes the other school known
    with transaction(stack.tool.sessions) as session:
        _insert_others(world, session)
    world.tokens["nobody"] = "x" * 43
    return world


def _launched(world, actor, login, link):
    browser = world.stack.launch(link, login)
    assert browser.page.status_code == 200
    world.tokens[actor], world.cookies[actor] = browser.token, browser._cookie
    return browser


def _victim(world):
    """Ana has finished once and is in the middle of a second try."""
    stack = world.stack
    browser = _launched(world, "own student", ANA, MODULE_LINK)
    finished = browser.attempt_id
    browser.at_step(2).submit("goto:11")
    browser.save({}, client="a" * 16, seq=1)
    stack_answer = {"ltp-first-look.pick": ["nasa"]}
    browser.save(stack_answer, client="a" * 16, seq=2)
    browser.save({"ltp-who-pays.text": ["A plant seller"]}, client="a" * 16, seq=3)
    browser.submit("finish")
    (row,) = stack.rows("SELECT * FROM attempt WHERE id = :a", a=finished)
    browser.post(f"{browser.visit}/begin/{row['placement_id']}")
    ana = stack.person(ANA)
    (section,) = stack.rows("SELECT * FROM section WHERE id = :s", s=row["section_id"])
    world.names = (ana.family_name, ana.email, section["title"])
    world.ids = {
        "finished": finished,
        "advised": "ltp-who-pays",
        "open": browser.attempt_id,
        "placement": row["placement_id"],
        "person": row["person_id"],
        "section": row["section_id"],
        "school": row["school_id"],
        "platform": stack.platform_id,
        "hash": row["snapshot_hash"],
    }


def _own_bank(world, specialist):
    """Questions that the district keeps for itself, with a picture and a deed to undo; and a report that waits."""
    bank_id = keep(specialist)
    replace(specialist, bank_id, package(keys=("no", "yes")))
    page = specialist.get(f"{specialist.visit}/library/quiz/{bank_id}").page.text
    shown = re.search(r"/media/([0-9a-f]{64})/(owl-[^\"]+)\"", page)
    upload(specialist, package("Waits"))
    (entry,) = world.stack.rows("SELECT max(id) AS id FROM audit_entry WHERE item_id = :b", b=bank_id)
    world.ids |= {
        "bank": bank_id,
        "bank_entry": entry["id"],
        "bank_hash": shown[1],
        "bank_picture": shown[2],
        "waiting": specialist.path.rsplit("/", 1)[1],
    }


def _insert_others(world, session):
    stack, now = world.stack, world.stack.tool.clock()
    here, other = stack.tenant_id, ensure_tenant(session, "other-district", "Other District").id

    def stay(actor, *, tenant_id, person_id, platform_id=None, moment=now):
        token, _ = open_session(
            session,
            limits=stack.tool.limits,
            now=moment,
            tenant_id=tenant_id,
            person_id=person_id,
            platform_id=platform_id,
            role="none",
            locale="en",
        )
        world.tokens[actor] = token

    def newcomer(tenant_id, name):
        person = Person(id=uuid.uuid4(), tenant_id=tenant_id, name=name)
        session.add(person)
        session.flush()
        return person.id

    def grant(tenant_id, person_id, role, school=None, grades=None):
        return give_grant(
            session,
            tenant_id=tenant_id,
            person_id=person_id,
            role=role,
            school=school,
            grades=grades,
            granted_by="test",
            now=now,
        )

    def newcomer_with(actor, tenant_id, role, school=None, grades=None):
        person_id = newcomer(tenant_id, actor.title())
        grant(tenant_id, person_id, role, school, grades)
        stay(actor, tenant_id=tenant_id, person_id=person_id)

    far = stack.tool.limits.longest
    stay("expired", tenant_id=here, person_id=world.ids["person"], moment=now - far)
    newcomer_with("specialist of the other school", here, "specialist", OTHER_SCHOOL)
    newcomer_with("specialist of the school", here, "specialist", VICTIM_SCHOOL)
    newcomer_with("specialist of the grade", here, "specialist", grades=[6, 7])
    newcomer_with("specialist of the school's grade", here, "specialist", VICTIM_SCHOOL, [7])
    newcomer_with("specialist of another grade", here, "specialist", VICTIM_SCHOOL, [8])
    newcomer_with("principal of the school", here, "principal", VICTIM_SCHOOL)
    newcomer_with("principal of the other school", here, "principal", OTHER_SCHOOL)
    newcomer_with("coordinator", here, "coordinator")
    newcomer_with("administrator", here, "administrator")
    world.ids["colleague"] = newcomer(here, "A Colleague")
    grant(here, world.ids["colleague"], "coordinator")
    world.ids["entry"] = grant(here, newcomer(here, "Another Colleague"), "coordinator").id
    observer = newcomer(here, "A Parent")
    # Came after the class list that a route reads anew, and does not name this parent, was made.
    _enroll(session, here, world.ids["section"], observer, "observer", now + timedelta(days=1))
    stay("observer of the class", tenant_id=here, person_id=observer)

    world.ids["run"] = _run(session, here, now)
    world.ids["upload"] = _upload(session, here, now)
    world.ids["case"] = _case(session, here, world.ids["person"], stack.person(BEN).sub, now)
    session.add(School(tenant_id=other, name=VICTIM_SCHOOL))
    session.flush()
    for role in ("specialist", "coordinator", "administrator"):
        newcomer_with(f"{role} of another district", other, role)
    newcomer_with("principal of another district", other, "principal", VICTIM_SCHOOL)
    use = use_ticket(session, make_ticket(session, other, now=now), now=now)
    stay("administrator by link of another district", tenant_id=use, person_id=None)
    stay("administrator by link", tenant_id=here, person_id=None)
    section_id = _section(session, world, other, now)
    for actor, role in (("teacher", "instructor"), ("student", "learner")):
        person_id = newcomer(other, f"Other {actor}")
        _enroll(session, other, section_id, person_id, role, now)
        stay(f"{actor} of another district", tenant_id=other, person_id=person_id)


def _run(session, tenant_id, now):
    """An import of the victim's district."""
    run = RosterRun(
        id=uuid.uuid4(),
        tenant_id=tenant_id,
        source="sis",
        kind="oneroster",
        fingerprint="f",
        state="done",
        position={},
        counts={"people": {"new": 3}},
        began_at=now,
        seen_at=now,
        ended_at=now,
    )
    session.add(run)
    session.flush()
    return run.id


def _upload(session, tenant_id, now):
    """A roster that an administrator of the victim's district gave, and that waits for their word."""
    upload = RosterUpload(
        id=uuid.uuid4(),
        tenant_id=tenant_id,
        source="given",
        sis_field="sourcedId",
        file_name="roster.csv",
        sealed=b"sealed",
        state="checked",
        created_at=now,
    )
    session.add(upload)
    session.flush()
    return upload.id


def _case(session, tenant_id, person_id, other_sub, now):
    """Two students of one school who may be one."""
    other_id = session.scalars(select(PersonAlias.person_id).where(PersonAlias.value == other_sub)).one()
    open_case(session, tenant_id, person_id, other_id, "name", value=None, now=now)
    return session.scalars(select(MergeCase.id)).one()


def _section(session, world, tenant_id, now):
    section = Section(
        id=uuid.uuid4(),
        tenant_id=tenant_id,
        platform_id=_other_platform(session, tenant_id, now),
        context_id="far-away",
        title="Far Away",
        grade=7,
        created_at=now,
    )
    session.add(section)
    session.flush()
    return section.id


def _other_platform(session, tenant_id, now):
    from lti_tool.lti.platforms import PlatformFacts, add_platform

    facts = PlatformFacts(
        name="Other LMS",
        issuer="https://other.example",
        client_id="other",
        auth_url="https://other.example/auth",
        token_url="https://other.example/token",
        jwks_url="https://other.example/jwks",
        product="canvas",
    )
    return add_platform(
        session, facts, tenant_id=tenant_id, now=now, allow_http=False, deployment_ids=["1"]
    ).id


def _enroll(session, tenant_id, section_id, person_id, role, now):
    """Seen after anything that tests of this world do: the LMS's class list knows nothing of them, and would let them go."""
    session.add(
        Enrollment(
            section_id=section_id,
            person_id=person_id,
            tenant_id=tenant_id,
            role=role,
            lms_subject=None,
            last_seen_at=now + timedelta(days=1),
        )
    )
    session.flush()
