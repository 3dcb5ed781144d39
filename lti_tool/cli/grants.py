"""`infolit grant …`: who may see what beyond what their LMS says. The page *Rights* does the same for a district's administrator."""

from __future__ import annotations

import getpass

import click
from sqlalchemy.orm import Session

from lti_tool.cli.admin import DISTRICT
from lti_tool.cli.database import open_tool
from lti_tool.content.spine import show_grades
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError
from lti_tool.facts.grades import read_grades
from lti_tool.people.grant_history import GrantLine, count_classes, list_grants
from lti_tool.people.grants import ROLES, GrantRole, find_people, get_tenant, give_grant, take_grants
from lti_tool.people.standing import shown_name
from lti_tool.people.tables import Person

FROM_THE_LMS = ("student", "teacher")
"""Roles that nobody gives here: a class list says them."""
ROLE = click.argument("role", type=click.Choice([*ROLES, *FROM_THE_LMS]))
WHO = click.argument("who")
REASON = click.option("--reason", default="", help="Why; it is kept in the audit log.")


@click.group("grant")
def grant_commands() -> None:
    """Rights in this tool: give them, take them back, list them.

    specialist: board, classes and students of schools and grades. principal: figures of a school, groups only. coordinator: figures of every
    school of the district. administrator: connections and rights. Students and teachers have their part from the LMS.
    """


@grant_commands.command()
@ROLE
@WHO
@DISTRICT
@click.option(
    "--school",
    "schools",
    multiple=True,
    help="Only this school, by its name; may be repeated. Without it, the whole district.",
)
@click.option("--grades", default="", help="Only these grades, such as K-5 or 6,7 (specialists).")
@REASON
def give(role: str, who: str, district: str, schools: tuple[str, ...], grades: str, reason: str) -> None:
    """Give WHO (their e-mail, LMS user id or SIS id) a role. They need to have launched the tool once."""
    given, kept = _given_here(role), read_grades(grades)
    with open_tool() as tool, transaction(tool.sessions) as session:
        tenant = get_tenant(session, district)
        person = _one(find_people(session, tenant.id, who), who)
        for school in schools or (None,):
            give_grant(
                session,
                tenant_id=tenant.id,
                person_id=person.id,
                role=given,
                school=school,
                grades=kept,
                granted_by=f"command:{getpass.getuser()}"[:64],
                reason=reason,
                now=tool.clock(),
            )
    where = ", ".join(schools) or "the whole district"
    only = f", grades {show_grades(sorted(kept))}" if kept else ""
    click.echo(f"Given: {role} of {where}{only}. It holds from their next page.")


@grant_commands.command()
@ROLE
@WHO
@DISTRICT
@click.option("--school", help="Only the right for this school (default: every right of the role).")
@REASON
def take(role: str, who: str, district: str, school: str | None, reason: str) -> None:
    """Take every grant of a role back from WHO, or the one for a school. A district's last administrator stays."""
    given = _given_here(role)
    with open_tool() as tool, transaction(tool.sessions) as session:
        tenant = get_tenant(session, district)
        person = _one(find_people(session, tenant.id, who), who)
        count = take_grants(
            session,
            tenant_id=tenant.id,
            person_id=person.id,
            role=given,
            school=school,
            reason=reason,
            now=tool.clock(),
        )
    click.echo(f"Taken back: {count}.")


@grant_commands.command("list")
@click.argument("who", required=False)
@DISTRICT
def list_(who: str | None, district: str) -> None:
    """List the rights of a district, or those of WHO with their classes in the LMS."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        tenant = get_tenant(session, district)
        people = find_people(session, tenant.id, who) if who else None
        if who and not people:
            _one([], who)
        ids = None if people is None else [each.id for each in people]
        lines = list_grants(session, tenant.id, person_ids=ids)
        for line in lines:
            click.echo(_told(line))
        if not lines:
            click.echo("No right is given yet: infolit grant give --help")
        for person in people or ():
            _tell_classes(session, person)


def _tell_classes(session: Session, person: Person) -> None:
    for part, count in sorted(count_classes(session, person.tenant_id, person.id).items()):
        click.echo(f"from the LMS  {shown_name(person)}  {part} in {count} class{'es' if count > 1 else ''}")


def _told(line: GrantLine) -> str:
    grades = f", grades {show_grades(sorted(line.right.grades))}" if line.right.grades else ""
    who = f"{line.name} <{line.email}>" if line.email else line.name
    where = line.school or "the whole district"
    return f"{line.right.role:<13}  {who}  {where}{grades}  since {line.since:%Y-%m-%d}, by {line.granted_by}"


def _given_here(role: str) -> GrantRole:
    found = next((each for each in ROLES if each == role), None)
    if found is None:
        raise BadFormError(
            f"The role of {role} comes from the LMS: put the person into the class there. `infolit grant list WHO` shows what it says."
        )
    return found


def _one(found: list[Person], who: str) -> Person:
    if not found:
        raise BadFormError(
            f"Nobody called {who!r} has launched InfoLit in this district yet. Ask them to open it once."
        )
    if len(found) > 1:
        raise BadFormError(f"{len(found)} people share {who!r}: use the LMS user id instead.")
    return found[0]
