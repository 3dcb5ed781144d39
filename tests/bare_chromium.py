"""Chromium for pages that need no profile: its headless shell where Debian's package is there, which does the same with half the work."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
SHELL = "chromium-headless-shell"


def find_bare_chromium() -> str:
    """The shell that lies beside the Chromium of the tests, else that Chromium itself."""
    whole = Path(os.environ.get("INFOLIT_CHROMIUM", "/usr/bin/chromium"))
    shell = whole.with_name(SHELL)
    return str(shell if shell.is_file() else whole)


@contextmanager
def bare_chromium(playwright):
    """A browser without third-party cookie rules or anything else that a profile says."""
    browser = playwright.chromium.launch(executable_path=find_bare_chromium(), args=FLAGS)
    yield browser
    browser.close()
