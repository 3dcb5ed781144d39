"""CASE packages of a made-up framework, as servers of version 1.0 and 1.1 send them."""

import json
import uuid

DOCUMENT = "c1d3f0a0-0000-4000-8000-000000000001"
LICENSE = "c1d3f0a0-0000-4000-8000-00000000000c"
STRAND, FIND, CHECK, CITE = (f"c1d3f0a0-0000-4000-8000-00000000010{n}" for n in range(4))
WORDS = "Students find who made a source before they believe it."
OPEN = {
    "identifier": LICENSE,
    "uri": f"https://case.example/ims/case/v1p0/CFLicenses/{LICENSE}",
    "title": "Creative Commons Attribution 4.0 International",
    "licenseText": "See https://creativecommons.org/licenses/by/4.0/ for the words of the licence.",
    "lastChangeDateTime": "2025-01-01T00:00:00Z",
}
CLOSED = OPEN | {"title": "All rights reserved", "licenseText": "No part may be copied."}


def link(identifier, title="a title"):
    return {
        "title": title,
        "identifier": identifier,
        "uri": f"https://case.example/ims/case/v1p0/CFItems/{identifier}",
    }


def item(identifier, code, words=WORDS, **more):
    return {
        "identifier": identifier,
        "uri": f"https://case.example/uri/{identifier}",
        "fullStatement": words,
        "humanCodingScheme": code,
        "CFItemType": "Standard",
        "educationLevel": ["06", "07", "08"],
        "language": "en",
        "lastChangeDateTime": "2026-05-01T08:00:00+00:00",
    } | more


def is_child(child, parent, kind="isChildOf"):
    return {
        "identifier": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{child}{kind}{parent}")),
        "associationType": kind,
        "uri": "https://case.example/association",
        "originNodeURI": link(child),
        "destinationNodeURI": link(parent),
        "sequenceNumber": 1,
        "lastChangeDateTime": "2026-05-01T08:00:00+00:00",
    }


def items():
    return [
        item(STRAND, "LIB.1", "Sources", CFItemType="Strand", educationLevel=["KG", "01", "12", "PK"]),
        item(FIND, "LIB.1.A"),
        item(CHECK, "LIB.1.B"),
        item(CITE, "LIB.2"),
    ]


def package(
    *, license=CLOSED, changed="2026-05-01T08:00:00+00:00", found=None, associations=None, **document
):
    """Version 1.0, as most servers send it."""
    found = items() if found is None else found
    told = {
        "CFDocument": {
            "identifier": DOCUMENT,
            "uri": f"https://case.example/uri/{DOCUMENT}",
            "creator": "State of Somewhere",
            "title": "Somewhere Library Standards",
            "lastChangeDateTime": changed,
            "adoptionStatus": "Adopted",
            "CFPackageURI": link(DOCUMENT),
        }
        | ({"licenseURI": link(LICENSE, license["title"])} if license else {})
        | document,
        "CFItems": found,
        "CFAssociations": associations
        or [
            is_child(FIND, STRAND),
            is_child(CHECK, STRAND),
            is_child(STRAND, DOCUMENT),
            is_child(CITE, DOCUMENT),
        ],
        "CFDefinitions": {"CFLicenses": [license] if license else [], "CFItemTypes": [], "CFSubjects": []},
    }
    return json.dumps(told).encode()


def package_1p1(**changes):
    """Version 1.1: wrapped as some servers do, with its new properties, and grades as one text."""
    told = json.loads(package(**changes))
    told["CFDocument"] |= {"caseVersion": "1.1", "frameworkType": "competency", "extensions": {"x": 1}}
    told["CFItems"] = [
        each
        | {
            "subject": ["Library"],
            "educationLevel": ",".join(each["educationLevel"]),
            "extensions": {"x": []},
        }
        for each in told["CFItems"]
    ]
    told["CFRubrics"] = None
    return json.dumps({"CFPackage": told}).encode()
