"""Debian's Chromium, headless, with a profile that blocks third-party cookies or lets them through."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
BLOCKED, ALLOWED = 1, 0
"""Chromium's own numbers for `profile.cookie_controls_mode`: third-party cookies are blocked, or not."""
NOTHING = 2
"""Its number for a site that may keep nothing."""


@contextmanager
def chromium_with(playwright, profile, cookies, *, nothing_kept_for=None):
    """A browser whose profile has this setting for third-party cookies; contexts made from it have it, too.

    `nothing_kept_for` is a host that may keep no cookie of any sort and no storage, and the host of the page around it: `a,b` or `a,*`.
    """
    (profile / "Default").mkdir()
    settings = {"profile": {"cookie_controls_mode": cookies}}
    if nothing_kept_for:
        exceptions = {"cookies": {nothing_kept_for: {"setting": NOTHING}}}
        settings["profile"]["content_settings"] = {"exceptions": exceptions}
    (profile / "Default" / "Preferences").write_text(json.dumps(settings))
    own = playwright.chromium.launch_persistent_context(
        profile, executable_path=os.environ.get("INFOLIT_CHROMIUM", "/usr/bin/chromium"), args=FLAGS
    )
    yield own.browser
    own.close()
