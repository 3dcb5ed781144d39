"""When the LMS itself refuses a launch, it posts an error code instead of a token. Here each gets words that help.

Codes: https://www.imsglobal.org/spec/security/v1p0 5.1.1.4, OpenID Connect Core 3.1.2.6, and Canvas's own launch_no_longer_valid.
"""

from __future__ import annotations

from lti_tool.errors import LaunchDeniedError, LaunchError, LaunchExpiredError, SignInNeededError

_REFUSALS: dict[str, tuple[type[LaunchError], str]] = {
    "login_required": (SignInNeededError, "Your LMS says that you are no longer signed in."),
    "interaction_required": (
        SignInNeededError,
        "Your LMS needs you to do something first, such as signing in again.",
    ),
    "consent_required": (
        SignInNeededError,
        "Your LMS needs your consent first. Look for a message there, then open the activity again.",
    ),
    "account_selection_required": (SignInNeededError, "Your LMS needs you to choose an account first."),
    "launch_no_longer_valid": (
        LaunchExpiredError,
        "Your LMS let this launch lapse: it was opened twice, or waited too long.",
    ),
    "access_denied": (LaunchDeniedError, "Your LMS does not let you open this activity."),
    "unauthorized_client": (
        LaunchDeniedError,
        "Your LMS says that InfoLit is not turned on for this course or school.",
    ),
    "invalid_client": (LaunchError, "Your LMS does not know InfoLit's client id."),
    "invalid_request": (
        LaunchError,
        "Your LMS could not read InfoLit's request. Most often the redirect address registered there is not ours.",
    ),
    "invalid_request_object": (
        LaunchError,
        "Your LMS could not read InfoLit's request. Most often the redirect address registered there is not ours.",
    ),
    "invalid_scope": (LaunchError, "Your LMS did not accept the permissions InfoLit asked for."),
    "server_error": (
        LaunchError,
        "Your LMS had a problem of its own. Wait a minute, then open the activity again.",
    ),
    "temporarily_unavailable": (
        LaunchError,
        "Your LMS is busy just now. Wait a minute, then open the activity again.",
    ),
}
"""Code to what it is and the sentence for it."""


def refusal(code: str) -> LaunchError:
    """The error for a code. The LMS's own description is left out: it may name people."""
    kind, sentence = _REFUSALS.get(code, (LaunchError, ""))
    if not sentence:
        return LaunchError(
            "Your LMS refused to open this activity and gave no reason that InfoLit knows.", lms_error="other"
        )
    return kind(sentence, lms_error=code)
