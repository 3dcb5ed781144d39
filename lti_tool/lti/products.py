"""What LMS products do differently, as data: product, what, since when, where it is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Product:
    """One LMS product. Every field's default is what the specification says."""

    key: str
    name: str
    launches_without_link: bool = False
    """Sends LtiResourceLinkRequest without a resource link from its menus."""
    reads_columns_apart: bool = False
    """Lets columns be read only with the permission lineitem.readonly, not with the one for changing them."""
    takes_canvas_submission: bool = False
    """Reads Canvas's extension of a score. Schoology refuses a score with fields it does not know."""


PRODUCTS: tuple[Product, ...] = (
    # Canvas: the extension says whether a score is a further submission, lets a teacher's own grade stand, and gives
    # SpeedGrader the address of the student's work. Read 2026-11 in canvas-lms, doc/api/score.md.
    Product(key="canvas", name="Canvas", takes_canvas_submission=True),
    # Schoology: opening the app from the course's app menu names neither link nor course.
    # Seen 2026-10 in https://github.com/code-dot-org/code-dot-org/pull/68337
    Product(key="schoology", name="Schoology", launches_without_link=True),
    # Moodle: the service's scopes do not contain one another. Read 2026-11 in Moodle 5.1.3, public/mod/lti/service/gradebookservices.
    Product(key="moodle", name="Moodle", reads_columns_apart=True),
    Product(key="brightspace", name="D2L Brightspace"),
    # Blackboard: some placements send no resource link id.
    # Seen 2019-06 in https://github.com/dmitry-viskov/pylti1.3/issues/14
    Product(key="blackboard", name="Blackboard", launches_without_link=True),
    Product(key="demo", name="InfoLit demo LMS"),
)
_BY_KEY = {product.key: product for product in PRODUCTS}
_PLAIN = Product(key="plain", name="Another LMS")


def get_product(key: str | None) -> Product:
    """The product of a registration; one that follows the specification when it is unknown."""
    return _BY_KEY.get(key or "", _PLAIN)
