"""A small LTI 1.3 Advantage platform with a seeded school district, for `make demo`, for tests, and for learning LTI.

It knows nothing of the tool: everything the two say to each other goes over HTTP, and all of it can be read at `/log`.
People are chosen, not authenticated, so it must never hold real data. It serves this machine only, unless told otherwise.
"""

from lti_tool.demo_lms.app import create_app
from lti_tool.demo_lms.config import DemoConfig, LinkSeed
from lti_tool.demo_lms.district import District, seed_district
from lti_tool.demo_lms.flavors import FLAVOR_NAMES, FLAVORS, Flavor

__all__ = [
    "FLAVORS",
    "FLAVOR_NAMES",
    "DemoConfig",
    "District",
    "Flavor",
    "LinkSeed",
    "create_app",
    "seed_district",
]
