"""Reading a CASE 1.0 or 1.1 package (CFPackage as JSON): bytes in, facts out. https://www.imsglobal.org/activity/case

1.1 adds properties to 1.0 and takes none away (facts/mastery.md, section 4), so one reader serves both; `caseVersion` says which it was.
Taken are codes, GUIDs, links, kinds, grades, the tree, what replaces what, and, where the licence is open, statements. Nothing else is kept.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lti_tool.errors import StandardsError
from lti_tool.standards.license import is_open
from lti_tool.standards.model import FrameworkFacts, StandardFacts

_LONGEST_URI, _LONGEST_TEXT = 2048, 255
_KINDERGARTEN = frozenset({"k", "kg", "0", "00"})


def _listed(value: object) -> object:
    """Some servers write lists as `09,10`, or null."""
    return value.split(",") if isinstance(value, str) else value or []


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Link(_Part):
    identifier: str | None = None
    uri: str | None = None
    title: str | None = None


class _Document(_Part):
    identifier: UUID
    title: str
    uri: str | None = None
    adoptionStatus: str | None = None
    licenseURI: _Link | None = None
    lastChangeDateTime: datetime | None = None
    caseVersion: str | None = None


class _Item(_Part):
    identifier: UUID
    uri: str | None = None
    fullStatement: str | None = None
    humanCodingScheme: str | None = None
    CFItemType: str | None = None
    educationLevel: Annotated[list[str], BeforeValidator(_listed)] = Field(default_factory=list)
    statusEndDate: date | None = None
    licenseURI: _Link | None = None


class _Association(_Part):
    associationType: str
    originNodeURI: _Link
    destinationNodeURI: _Link


class _License(_Part):
    identifier: str | None = None
    uri: str | None = None
    title: str | None = None
    licenseText: str | None = None


class _Definitions(_Part):
    CFLicenses: Annotated[list[_License], BeforeValidator(_listed)] = Field(default_factory=list)


class _Package(_Part):
    CFDocument: _Document
    CFItems: Annotated[list[_Item], BeforeValidator(_listed)] = Field(default_factory=list)
    CFAssociations: Annotated[list[_Association], BeforeValidator(_listed)] = Field(default_factory=list)
    CFDefinitions: _Definitions | None = None


def read_case(raw: bytes, *, today: date) -> FrameworkFacts:
    """A framework from a package. Raises StandardsError saying what is wrong with it, and nothing is taken."""
    package = _parse(raw)
    document = package.CFDocument
    licenses = package.CFDefinitions.CFLicenses if package.CFDefinitions else []
    words = _license_words(document.licenseURI, licenses)
    is_kept = is_open(words)
    parents, successors = _relations(package.CFAssociations)
    known: dict[UUID, StandardFacts] = {}
    for item in package.CFItems:
        if item.identifier in known:
            raise StandardsError(f"The item {item.identifier} stands in the package twice.")
        own = is_kept if item.licenseURI is None else is_open(_license_words(item.licenseURI, licenses))
        known[item.identifier] = StandardFacts(
            guid=item.identifier,
            uri=_cut(item.uri, _LONGEST_URI),
            code=_cut(item.humanCodingScheme, _LONGEST_TEXT),
            kind=_cut(item.CFItemType, _LONGEST_TEXT),
            grades=_grades(item.educationLevel),
            parent=parents.get(item.identifier),
            statement=item.fullStatement if own else None,
            replaced_by=successors.get(item.identifier),
            has_ended=item.statusEndDate is not None and item.statusEndDate < today,
        )
    return FrameworkFacts(
        guid=document.identifier,
        title=document.title.strip()[:_LONGEST_TEXT] or str(document.identifier),
        uri=_cut(document.uri, _LONGEST_URI),
        source="case",
        version=_cut(document.caseVersion, 8) or "1.0",
        adoption_status=_cut(document.adoptionStatus, 64),
        license=_cut(next(iter(filter(None, words)), None), _LONGEST_TEXT),
        keeps_statements=is_kept,
        changed_at=_aware(document.lastChangeDateTime),
        standards=tuple(known.values()),
    )


def _parse(raw: bytes) -> _Package:
    try:
        told: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise StandardsError("This is not JSON, so it is no CASE package.") from error
    if isinstance(told, dict) and isinstance(told.get("CFPackage"), dict):
        told = told["CFPackage"]  # some servers wrap the package in its own name
    if not isinstance(told, dict) or "CFDocument" not in told:
        raise StandardsError(_otherwise(told))
    try:
        return _Package.model_validate(told)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        places = [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in found[:5]]
        more = f" … and {len(found) - 5} more." if len(found) > 5 else ""
        raise StandardsError(
            f"The CASE package has {len(found)} mistakes. {'; '.join(places)}.{more}"
        ) from error


def _otherwise(told: object) -> str:
    """What it is instead of a package."""
    if isinstance(told, dict) and "imsx_codeMajor" in told:
        return (
            "The CASE server answered with an error in place of a package: compare the address and its GUID."
        )
    if isinstance(told, dict) and "CFDocuments" in told:
        return "This is a list of frameworks. Give the address of one package, such as …/ims/case/v1p1/CFPackages/<GUID>."
    return "This JSON has no CFDocument, so it is no CASE package. A package comes from …/ims/case/v1p1/CFPackages/<GUID>."


def _relations(associations: list[_Association]) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
    """By item: its parent, and what replaces it. What names no GUID is no part of the tree."""
    found: dict[str, dict[UUID, UUID]] = {"isChildOf": {}, "replacedBy": {}}
    for each in associations:
        origin, destination = _guid(each.originNodeURI), _guid(each.destinationNodeURI)
        if each.associationType in found and origin and destination:
            found[each.associationType].setdefault(origin, destination)
    return found["isChildOf"], found["replacedBy"]


def _guid(link: _Link) -> UUID | None:
    try:
        return UUID(link.identifier or "")
    except ValueError:
        return None


def _license_words(link: _Link | None, licenses: list[_License]) -> list[str | None]:
    """All that the package says of one licence: the link's own words, and those of the definition it names."""
    if link is None:
        return []
    named = [each for each in licenses if link.identifier and each.identifier == link.identifier]
    more = [words for each in named for words in (each.uri, each.title, each.licenseText)]
    return [link.title, link.uri, *more]


def _grades(levels: list[str]) -> tuple[int, ...]:
    """K to 12 of the CEDS codes (`KG`, `01` … `12`); others, such as `PK` and `AD`, are no grade here."""
    words = {each.strip().casefold() for each in levels}
    numbers = {int(each) for each in words if each.isascii() and each.isdigit()}
    return tuple([0] * bool(words & _KINDERGARTEN) + sorted(each for each in numbers if 1 <= each <= 12))


def _cut(text: str | None, most: int) -> str | None:
    return text.strip()[:most] or None if text else None


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
