"""Where LMSs tell of copied courses. Public, since nobody is logged in there: what is posted is believed for its signature only."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from lti_tool.upkeep import take_notices
from lti_tool.web.visit import the_tool

pages = Blueprint("notices", __name__)


@pages.post("/lti/notices")
def notices() -> ResponseReturnValue:
    """`{"notices": [{"jwt": …}]}`, answered with how many were of use. A bad one is refused with 400 and its reason."""
    return jsonify(accepted=take_notices(the_tool(), request.get_json(silent=True)))
