"""Packages of QTI 2.1 and 3.0: a manifest, a test that asks every item in order, an item a file, and the pictures.

https://www.imsglobal.org/question/qtiv2p1/imsqti_intgv2p1.html and https://www.imsglobal.org/spec/qti/v3p0/impl
"""

from __future__ import annotations

from dataclasses import dataclass

from lti_tool.interchange.packing import Parcel, zip_of
from lti_tool.interchange.qti_names import ident, to_qti3
from lti_tool.interchange.trees import Element, make, to_bytes
from lti_tool.interchange.write_qti2 import QTI21, write_item


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What differs between the two."""

    manifest: str
    schema: str
    version: str
    item_type: str
    test_type: str
    namespace: str
    is_three: bool


QTI_21 = Edition(
    manifest="http://www.imsglobal.org/xsd/imscp_v1p1",
    schema="QTIv2.1 Package",
    version="1.0.0",
    item_type="imsqti_item_xmlv2p1",
    test_type="imsqti_test_xmlv2p1",
    namespace=QTI21,
    is_three=False,
)
QTI_30 = Edition(
    manifest="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    schema="QTI Package",
    version="3.0.0",
    item_type="imsqti_item_xmlv3p0",
    test_type="imsqti_test_xmlv3p0",
    namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    is_three=True,
)


def write_qti21(parcel: Parcel) -> bytes:
    return _write(parcel, QTI_21)


def write_qti30(parcel: Parcel) -> bytes:
    return _write(parcel, QTI_30)


def _write(parcel: Parcel, edition: Edition) -> bytes:
    paths = {item.id: f"items/{number:03}-{item.id}.xml" for number, item in enumerate(parcel.items, start=1)}
    return zip_of(
        {
            "imsmanifest.xml": to_bytes(_manifest(parcel, edition, paths)),
            "test.xml": to_bytes(_named(_test(parcel, paths), edition)),
            **{paths[item.id]: to_bytes(_named(write_item(item), edition)) for item in parcel.items},
            **{f"media/{name}": raw for name, raw in parcel.shown().items()},
        }
    )


def _named(root: Element, edition: Edition) -> Element:
    return to_qti3(root, edition.namespace) if edition.is_three else root


def _manifest(parcel: Parcel, edition: Edition, paths: dict[str, str]) -> Element:
    pictures = [f"media/{name}" for name in parcel.shown()]
    return make(
        "manifest",
        make("metadata", make("schema", edition.schema), make("schemaversion", edition.version)),
        make("organizations"),
        make(
            "resources",
            make(
                "resource",
                make("file", href="test.xml"),
                *(make("dependency", identifierref=ident(item.id)) for item in parcel.items),
                identifier="test",
                type=edition.test_type,
                href="test.xml",
            ),
            *(
                make(
                    "resource",
                    make("file", href=path),
                    identifier=ident(item_id),
                    type=edition.item_type,
                    href=path,
                )
                for item_id, path in paths.items()
            ),
            *(
                make(
                    "resource",
                    make("file", href=path),
                    identifier=f"picture_{number}",
                    type="webcontent",
                    href=path,
                )
                for number, path in enumerate(pictures)
            ),
        ),
        identifier="manifest",
        xmlns=edition.manifest,
    )


def _test(parcel: Parcel, paths: dict[str, str]) -> Element:
    refs = (
        make("assessmentItemRef", identifier=ident(item_id), href=path) for item_id, path in paths.items()
    )
    section = make("assessmentSection", *refs, identifier="section", title=parcel.title, visible="true")
    part = make(
        "testPart", section, identifier="part", navigationMode="nonlinear", submissionMode="simultaneous"
    )
    return make("assessmentTest", part, identifier=ident(parcel.ident), title=parcel.title, xmlns=QTI21)
