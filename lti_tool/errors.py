"""One tree of errors, each a reason somebody acts on. The class docstring is its message, in words for a person.

    InfoLitError
    ├── BadRequestError         400  the request itself cannot be understood
    │   ├── BadFormError             a form field is missing or malformed
    │   ├── UnkeepableError          it holds a sign or number that no database keeps
    │   ├── PackageError             a file of questions from elsewhere cannot be used
    │   ├── StandardsError           a file of standards cannot be used
    │   └── RosterError              a roster cannot be read
    │       └── RosterLaterError     not now: another import runs, or the database is busy
    ├── LaunchError             400  the LMS's launch cannot be accepted
    │   ├── LaunchExpiredError       the launch was used already, or took too long
    │   ├── LaunchUntrustedError 401 its signature or its issuer cannot be trusted
    │   ├── BrowserMismatchError     it did not come back to the browser that began it
    │   ├── SignInNeededError    401 the LMS does not know the person any more
    │   ├── LaunchDeniedError    403 the LMS does not let the person, or the tool, in
    │   ├── UnknownPlatformError     the LMS is not registered here
    │   └── UnknownDeploymentError   the LMS is, this installation of it is not
    ├── RegistrationError       400  an LMS that registers itself cannot be registered
    ├── NoticeError             400  what an LMS tells by itself cannot be believed
    ├── SessionEndedError       401  the page's launch has ended
    ├── ForbiddenError          403  the person may not see or do this
    ├── NotFoundError           404  there is no such thing (or not for this person)
    ├── ConflictError           409  what the page shows is no longer so
    │   └── SetAsideError            the teacher gave a new start in place of the attempt
    ├── ContentError            500  the content folder cannot be used
    ├── SettingsError                the program cannot start as it is set up
    ├── DeliveryError                a message to the LMS did not get through
    │   ├── DeliveryRetryError       trying later may help
    │   └── DeliveryRefusedError     trying again as it is will not help
    │       ├── ColumnGoneError      the column is not where it was
    │       └── ScoreConflictError   the LMS holds a score with the same or a later time
    └── NotReadyError           503  a part the tool needs does not answer

Domain code raises these; `web/errors.py` turns them into pages, once. `data` is for logs and never holds anything personal.
"""

from __future__ import annotations

import inspect
from traceback import extract_tb
from typing import ClassVar


class InfoLitError(Exception):
    """Something went wrong in InfoLit. Nothing was lost; please try again."""

    status: ClassVar[int] = 500
    next_step: ClassVar[str] = "Go back to your course and open the activity again."

    def __init__(self, message: str | None = None, /, **data: object) -> None:
        self.message = message or inspect.getdoc(type(self)) or ""
        self.data = data
        super().__init__(self.message)


class BadRequestError(InfoLitError):
    """The page sent something InfoLit cannot read."""

    status = 400


class BadFormError(BadRequestError):
    """A field of the form is missing or has a value that cannot be used."""


class UnkeepableError(BadRequestError):
    """What was sent holds a sign or a number that cannot be kept. Nothing of it was saved."""

    next_step = "Go back, type the field again instead of pasting it, and send the page once more."


class PackageError(BadRequestError):
    """The file cannot be read as a package of questions. Nothing was taken over."""

    next_step = "Export the questions again from where they come from, and choose that file."


class StandardsError(BadRequestError):
    """The file cannot be read as standards. Nothing was imported."""

    next_step = "Get the framework's CASE package again from its publisher, or fill in the table that docs/skills.md describes."


class RosterError(BadRequestError):
    """The roster cannot be read. Nothing was changed."""


class RosterLaterError(RosterError):
    """The roster cannot be read just now. Try again in a minute."""


class LaunchError(InfoLitError):
    """Your school's LMS sent a launch that InfoLit cannot accept."""

    status = 400
    next_step = "Open the activity again from your course. If this page comes back, show it to your LMS administrator."


class LaunchExpiredError(LaunchError):
    """This launch was used already, or too much time went by before it arrived."""

    next_step = "Open the activity again from your course: each launch works once."


class LaunchUntrustedError(LaunchError):
    """InfoLit could not confirm that this launch came from your school's LMS."""

    status = 401


class BrowserMismatchError(LaunchError):
    """The launch did not come back to the browser that began it."""

    next_step = "Open the activity again from your course. If this page comes back, let your browser keep cookies for InfoLit, or choose “open in a new window” in your LMS."


class SignInNeededError(LaunchError):
    """Your LMS says that you are no longer signed in."""

    status = 401
    next_step = "Sign in to your LMS again, then open the activity from your course."


class LaunchDeniedError(LaunchError):
    """Your LMS does not let you open this activity."""

    status = 403
    next_step = "Ask your teacher whether you belong to this course. If you do, an LMS administrator can turn InfoLit on for it."


class UnknownPlatformError(LaunchError):
    """Your school's LMS is not registered with InfoLit yet."""

    next_step = "Ask your LMS administrator to register it: the page shows the values they need."


class UnknownDeploymentError(LaunchError):
    """This installation of InfoLit in your LMS has not been approved yet."""

    next_step = "Ask your InfoLit administrator to approve the deployment."


class RegistrationError(InfoLitError):
    """The LMS could not be registered. Nothing was saved."""

    status = 400
    next_step = "Start the registration again in the LMS. If this page comes back, register the LMS by hand: the administrator's pages list each value."


class NoticeError(InfoLitError):
    """This notice cannot be accepted."""

    status = 400
    next_step = "Notices are sent by a registered LMS, signed with its key."


class SessionEndedError(InfoLitError):
    """Your visit has ended because the page was not used for a while."""

    status = 401
    next_step = "Open the activity again from your course. Everything you saved is still there."


class ForbiddenError(InfoLitError):
    """This page is for somebody with another role."""

    status = 403


class NotFoundError(InfoLitError):
    """There is no such page, or it is not yours to see."""

    status = 404


class ConflictError(InfoLitError):
    """This changed while the page was open."""

    status = 409
    next_step = "Reload the page to see how it stands now."


class SetAsideError(ConflictError):
    """Your teacher gave you a new start here, so this attempt goes no further. Open the activity again from your course."""


class ContentError(InfoLitError):
    """The lessons on this server have a problem, so this one cannot be shown."""

    next_step = "Tell your library media specialist; `infolit content check` names the file and the line."


class SettingsError(InfoLitError):
    """A setting has a value that cannot be used."""


class DeliveryError(InfoLitError):
    """A message to the LMS did not get through."""

    status = 502


class DeliveryRetryError(DeliveryError):
    """The LMS did not take the message just now; it will be sent again."""

    def __init__(
        self, message: str | None = None, /, *, retry_after_s: float | None = None, **data: object
    ) -> None:
        super().__init__(message, **data)
        self.retry_after_s = retry_after_s


class DeliveryRefusedError(DeliveryError):
    """The LMS refused the message; sending it again will not help until something is changed."""


class ColumnGoneError(DeliveryRefusedError):
    """The gradebook column is gone."""


class ScoreConflictError(DeliveryRefusedError):
    """The LMS already holds a score with the same or a later time."""


class NotReadyError(InfoLitError):
    """InfoLit is starting or a part of it is being repaired."""

    status = 503
    next_step = "Wait a moment and reload the page."


def places_of(error: BaseException) -> list[str]:
    """Where it happened, for a log: file, line and function, without a word of what was worked on."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)]
