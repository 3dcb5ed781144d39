"""Names and limits of LTI 1.3 Advantage, each once. Spec: https://www.imsglobal.org/spec/lti/v1p3 and its services."""

from __future__ import annotations

from typing import Final

LTI: Final = "https://purl.imsglobal.org/spec/lti/claim/"
VERSION: Final = LTI + "version"
MESSAGE_TYPE: Final = LTI + "message_type"
DEPLOYMENT_ID: Final = LTI + "deployment_id"
TARGET_LINK_URI: Final = LTI + "target_link_uri"
ROLES: Final = LTI + "roles"
RESOURCE_LINK: Final = LTI + "resource_link"
CONTEXT: Final = LTI + "context"
CUSTOM: Final = LTI + "custom"
LIS: Final = LTI + "lis"
PRESENTATION: Final = LTI + "launch_presentation"
AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NOTICES: Final = LTI + "platformnotificationservice"
NOTICE: Final = LTI + "notice"
ORIGIN_CONTEXTS: Final = LTI + "origin_contexts"
COPY_NOTICE: Final = "LtiContextCopyNotice"
NRPS: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DL: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
DEEP_LINKING: Final = DL + "deep_linking_settings"
DEEP_LINKING_ITEMS: Final = DL + "content_items"
DEEP_LINKING_DATA: Final = DL + "data"

SCOPE_LINE_ITEM: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCOPE_LINE_ITEM_READ: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
"""Moodle reads columns with this one only."""
SCOPE_RESULT: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCOPE_SCORE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
SCOPE_MEMBERS: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCOPE_NOTICES: Final = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
OUR_SCOPES: Final = (SCOPE_LINE_ITEM, SCOPE_SCORE, SCOPE_RESULT, SCOPE_MEMBERS)
"""What the tool asks an administrator to allow."""
EXTRA_SCOPES: Final = (SCOPE_LINE_ITEM_READ, SCOPE_NOTICES)
"""What it asks for where the LMS is known to have it: nothing is missing without."""

MEDIA_LINE_ITEM: Final = "application/vnd.ims.lis.v2.lineitem+json"
MEDIA_LINE_ITEMS: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"
MEDIA_SCORE: Final = "application/vnd.ims.lis.v1.score+json"
MEDIA_RESULTS: Final = "application/vnd.ims.lis.v2.resultcontainer+json"
MEDIA_MEMBERS: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
CANVAS_SUBMISSION: Final = "https://canvas.instructure.com/lti/submission"
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

TOOL_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"
CANVAS: Final = "https://canvas.instructure.com/lti/"

LOGIN_PATH: Final = "/lti/login"
LAUNCH_PATH: Final = "/lti/launch"
JWKS_PATH: Final = "/lti/jwks.json"
REGISTER_PATH: Final = "/lti/register"
NOTICES_PATH: Final = "/lti/notices"

ALGORITHM: Final = "RS256"
ID_LENGTH: Final = 255
URL_LENGTH: Final = 2048
LEEWAY_S: Final = 60
"""How far the clocks of LMS and tool may differ."""
