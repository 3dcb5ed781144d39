"""The names LTI gives to things: claims, roles, scopes, media types. One place to look them up.

Specifications: https://www.imsglobal.org/spec/lti/v1p3, lti-ags/v2p0, lti-nrps/v2p0, lti-dl/v2p0.
"""

from __future__ import annotations

LTI_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DL_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
PNS_CLAIM = f"{LTI_CLAIM}platformnotificationservice"
COPY_NOTICE = "LtiContextCopyNotice"
CANVAS_SUBMISSION = "https://canvas.instructure.com/lti/submission"

MEMBERSHIP_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
SUB_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership/"
TEST_USER_ROLE = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
INSTITUTION_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
COURSE_TYPE = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"

SCOPE_LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCOPE_LINE_ITEM_READ = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
SCOPE_RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCOPE_SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
SCOPE_MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS_SCOPES = (SCOPE_LINE_ITEM, SCOPE_LINE_ITEM_READ, SCOPE_RESULT, SCOPE_SCORE)
SCOPE_NOTICES = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
ALL_SCOPES = (*AGS_SCOPES, SCOPE_MEMBERS, SCOPE_NOTICES)

MEDIA_LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
MEDIA_LINE_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
MEDIA_SCORE = "application/vnd.ims.lis.v1.score+json"
MEDIA_RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
MEDIA_MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

COLUMN_PLACEMENTS = ("assignment_selection", "course_assignments_menu", "module_index_menu_modal")
"""Places in Canvas from which a line item makes an assignment."""

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ACTIVITY_PROGRESS = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING_PROGRESS = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")
