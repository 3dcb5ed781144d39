"""The tables of people and places."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, created, short_str, tenant_fk, uuid_pk
from lti_tool.facts.reading import CHOICES


class Tenant(Base):
    """A district: the wall no record crosses."""

    __tablename__ = "tenant"
    __table_args__ = (CheckConstraint("smallest_group BETWEEN 5 AND 30", name="smallest_group_is_sensible"),)
    id: Mapped[uuid_pk]
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[short_str]
    email_domains: Mapped[list[str]] = mapped_column(ARRAY(String(255)), server_default=text("'{}'"))
    """Domains, in lower case, in which the district gives out every address: only there may an e-mail say who somebody is."""
    smallest_group: Mapped[int] = mapped_column(default=10, server_default=text("10"))
    """Of fewer students than these, figures for principals and coordinators say nothing."""
    created_at: Mapped[created]


class School(Base):
    """A school of a district. An LMS tells its name only; rosters bring its id."""

    __tablename__ = "school"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        UniqueConstraint("tenant_id", "source", "sourced_id"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    name: Mapped[short_str]
    source: Mapped[str | None] = mapped_column(String(64))
    """Which roster `sourced_id` is from; None: known from launches only."""
    sourced_id: Mapped[str | None] = mapped_column(String(255))
    modified_at: Mapped[datetime | None]
    """When the roster changed what it tells of the school, by its own word."""


class Section(Base):
    """A class as one LMS course (LTI context) in one platform."""

    __tablename__ = "section"
    __table_args__ = (
        UniqueConstraint("platform_id", "context_id"),
        CheckConstraint("grade IS NULL OR grade BETWEEN 0 AND 12", name="grade_is_k_to_12"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    context_id: Mapped[short_str]
    title: Mapped[short_str]
    label: Mapped[str | None] = mapped_column(String(255))
    school_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("school.id", ondelete="SET NULL"), index=True
    )
    grade: Mapped[int | None]
    """0 is kindergarten. Told by the launch's custom `grade`, or by a roster."""
    memberships_url: Mapped[str | None] = mapped_column(String(2048))
    """Where the LMS gives the class list, as the newest launch said; None where it gives none."""
    roster_synced_at: Mapped[datetime | None]
    """When the whole class list was read last."""
    roster_error: Mapped[str | None] = mapped_column(String(500))
    """Why the newest try to read it failed, in plain words, for the teacher."""
    sis_ids: Mapped[list[str]] = mapped_column(ARRAY(String(255)), server_default=text("'{}'"))
    """What the SIS calls the classes that are taught in this course, as launches told: a roster's class with such an id is this one."""
    created_at: Mapped[created]


class RosterClass(Base):
    """A class as a roster (SIS) tells it, kept beside what an LMS tells: neither ever drops what the other says."""

    __tablename__ = "roster_class"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source", "sourced_id"),
        CheckConstraint("grade IS NULL OR grade BETWEEN 0 AND 12", name="grade_is_k_to_12"),
        CheckConstraint("status IN ('active', 'inactive')", name="status_is_known"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    source: Mapped[str] = mapped_column(String(64))
    """Which roster `sourced_id` is from."""
    sourced_id: Mapped[short_str]
    title: Mapped[short_str]
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id", ondelete="SET NULL"))
    grade: Mapped[int | None]
    school_year: Mapped[int]
    status: Mapped[str] = mapped_column(String(8), default="active", server_default="active")
    modified_at: Mapped[datetime | None]
    """When the roster changed it, by its own word; None where it does not say."""
    section_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("section.id", ondelete="SET NULL"), index=True
    )
    """The LMS's course in which it is taught: only where a launch told this very `sourced_id`."""


class RosterEnrollment(Base):
    """A person's part in a roster's class. It gives no right: rights follow the LMS and grants."""

    __tablename__ = "roster_enrollment"
    __table_args__ = (
        CheckConstraint("role IN ('learner', 'instructor', 'assistant')", name="role_is_known"),
        CheckConstraint("status IN ('active', 'inactive')", name="status_is_known"),
    )
    tenant_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    """The class's. It refers to nothing, and goes with the class: a third check would cost a fifth of a large import."""
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    sourced_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    class_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("roster_class.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(8), default="active", server_default="active")
    """inactive: the roster ended it. It is never deleted."""
    modified_at: Mapped[datetime | None]


class CourseCopy(Base):
    """That a course of an LMS holds content copied from another one, as the LMS's notice told. Either may never have been opened here."""

    __tablename__ = "course_copy"
    __table_args__ = (CheckConstraint("context_id <> origin_context_id", name="is_no_copy_of_itself"),)
    platform_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("platform.id", ondelete="CASCADE"), primary_key=True
    )
    context_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    origin_context_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    noted_at: Mapped[created]


class Person(Base):
    """Somebody. Names come from the LMS and may be absent (pseudonymous platforms)."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_tenant_id_email", "tenant_id", text("lower(email)")),
        Index("ix_person_tenant_id_family_name", "tenant_id", text("lower(family_name)")),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    name: Mapped[str | None] = mapped_column(String(255))
    given_name: Mapped[str | None] = mapped_column(String(255))
    family_name: Mapped[str | None] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(255))
    locale: Mapped[str | None] = mapped_column(String(16))
    """The language the person chose in the tool; it outweighs what the LMS says."""
    is_test_student: Mapped[bool] = mapped_column(default=False)
    roster_part: Mapped[str | None] = mapped_column(String(8))
    """What a roster says they are: learner or staff; None: no roster names them."""
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    """The same student's other record, which holds what was learned from both; None: this is the only one, or that one."""
    created_at: Mapped[created]


class PersonAlias(Base):
    """What another system calls a person. `kind` by strength: state; sis and oneroster; master and clever; lti; email."""

    __tablename__ = "person_alias"
    __table_args__ = (
        UniqueConstraint("tenant_id", "kind", "namespace", "value"),
        CheckConstraint(
            "kind IN ('state', 'sis', 'oneroster', 'master', 'clever', 'lti', 'email')", name="kind_is_known"
        ),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    namespace: Mapped[short_str]
    """Within which the value is unique: for `lti` the platform's id, for `oneroster` the roster, for `sis` the district."""
    value: Mapped[short_str]
    first_seen_at: Mapped[created]
    last_seen_at: Mapped[created]
    is_verified: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Told by a system in a signed launch or a roster, or confirmed by somebody here."""
    retired_at: Mapped[datetime | None]
    """Since when the other system does not use it for this person any more. It is never given to somebody else."""
    modified_at: Mapped[datetime | None]
    """Of `oneroster`: when the roster changed the person, by its own word."""


class MergeCase(Base):
    """Two records that may be one student, or an id that contradicts what is known: held until somebody decides."""

    __tablename__ = "merge_case"
    __table_args__ = (
        CheckConstraint("person_id <> other_id", name="is_about_two"),
        CheckConstraint(
            "reason IN ('sis_taken', 'sis_changed', 'role', 'email', 'name', 'roster')",
            name="reason_is_known",
        ),
        CheckConstraint("state IN ('open', 'merged', 'apart')", name="state_is_known"),
        Index(
            "uq_merge_case_pair",
            "person_id",
            "other_id",
            "value",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_merge_case_tenant_id_state", "tenant_id", "state"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    """The older record: it keeps the history when both become one."""
    other_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    """None: an id was told that contradicts this person's, and it belongs to nobody known."""
    reason: Mapped[str] = mapped_column(String(16))
    value: Mapped[str | None] = mapped_column(String(255))
    """The id or address that both have, or that contradicts."""
    state: Mapped[str] = mapped_column(String(8), default="open", server_default="open")
    opened_at: Mapped[created]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """None with a time: an administrator who came by a one-time link."""
    undo: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What stood before the merge, as plain values: what taking it apart needs."""


class ReadingSettings(Base):
    """How a person likes pages: text size, spacing, colours, motion, keyboard shortcuts (`facts.reading`)."""

    __tablename__ = "reading_settings"
    __table_args__ = tuple(
        CheckConstraint(f"{name} IN {values}", name=f"{name}_is_known") for name, values in CHOICES.items()
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[tenant_fk]
    text_size: Mapped[str] = mapped_column(String(16))
    spacing: Mapped[str] = mapped_column(String(16))
    colors: Mapped[str] = mapped_column(String(16))
    motion: Mapped[str] = mapped_column(String(16))
    shortcuts: Mapped[str] = mapped_column(String(16))


class Accommodation(Base):
    """What a person is given in every quiz (`facts.accommodations`). Somebody given nothing has no row."""

    __tablename__ = "accommodation"
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[tenant_fk]
    given: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """As `Accommodation.given` says it."""
    audit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_entry.id", ondelete="CASCADE"))
    """By whom, when and why."""


class PersonYear(Base):
    """Grade and school of a person in one school year (named by the year it ends in)."""

    __tablename__ = "person_year"
    __table_args__ = (CheckConstraint("grade IS NULL OR grade BETWEEN 0 AND 12", name="grade_is_k_to_12"),)
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    school_year: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[tenant_fk]
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id", ondelete="SET NULL"))
    grade: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(16), default="launch")
    """Who said so, the strongest first: roster, clever, schoology (graduation year), specialist, launch (the class), assumed (the year before)."""


class Enrollment(Base):
    """A person's part in a section."""

    __tablename__ = "enrollment"
    __table_args__ = (
        CheckConstraint(
            "role IN ('learner', 'instructor', 'assistant', 'designer', 'observer', 'none')",
            name="role_is_known",
        ),
        CheckConstraint("status IN ('active', 'inactive')", name="status_is_known"),
        CheckConstraint("source IN ('launch', 'roster')", name="source_is_known"),
    )
    section_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("section.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    tenant_id: Mapped[tenant_fk]
    role: Mapped[str] = mapped_column(String(16))
    lms_subject: Mapped[str | None] = mapped_column(String(255))
    """The person's `sub` in this section's platform: the user id that grades are sent for."""
    status: Mapped[str] = mapped_column(String(8), default="active", server_default="active")
    """inactive: gone from the LMS's class list. What they did stays; a teacher no longer sees the class."""
    source: Mapped[str] = mapped_column(String(8), default="launch", server_default="launch")
    """How we know of it: from a launch only, or from the class list."""
    section_names: Mapped[list[str]] = mapped_column(ARRAY(String(255)), server_default=text("'{}'"))
    """The person's sections within the LMS's course, as far as it tells them."""
    last_seen_at: Mapped[datetime | None]
    """Their last launch here; None while they are known from the class list only."""


class Grant(Base):
    """A right given in this tool, never by an LMS role: specialist, principal, coordinator or administrator (`people.grants`)."""

    __tablename__ = "access_grant"
    __table_args__ = (
        CheckConstraint(
            "role IN ('specialist', 'principal', 'coordinator', 'administrator')", name="role_is_known"
        ),
        CheckConstraint(
            "CASE role WHEN 'specialist' THEN true WHEN 'principal' THEN school_id IS NOT NULL"
            " ELSE school_id IS NULL END",
            name="school_fits_role",
        ),
        CheckConstraint(
            "grades IS NULL OR (role = 'specialist' AND cardinality(grades) > 0 AND 0 <= ALL (grades) AND 12 >= ALL (grades))",
            name="grades_fit_role",
        ),
        Index(
            "uq_access_grant_person_role_scope",
            "person_id",
            "role",
            "school_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"))
    """None: the whole district."""
    grades: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    """The grades it holds in, 0 being kindergarten; None: all of them."""
    granted_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[created]


class LaunchSession(Base):
    """What one launch may see and do, for a while. The token is in the page's links and forms; only its hash is here."""

    __tablename__ = "launch_session"
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    """Hash of what the launching browser calls itself, which each request must then bring along; None when it says nothing."""
    platform_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    """None only for an administrator who came by a one-time link, without an LMS."""
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    section_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("section.id", ondelete="CASCADE"))
    placement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(16))
    return_url: Mapped[str | None] = mapped_column(String(2048))
    parent_origin: Mapped[str | None] = mapped_column(String(255))
    """The LMS's origin, for frame-ancestors and postMessage; from the registration, never from a parameter."""
    created_at: Mapped[created]
    used_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AdminTicket(Base):
    """A one-time link into the administrator's pages, made on the command line."""

    __tablename__ = "admin_ticket"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
