"""What is asked of a page that is open: no barrier, no sideways scrolling, nothing inline, one title; and pictures to look at."""

from __future__ import annotations

import os
import re
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 256}
"""The narrow one is also what 1280 by 1024 pixels become at 400 % zoom."""
INLINE = re.compile(r"<style|<script(?![^>]*\ssrc=)|<[^>]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE)


TOO_WIDE = """() => [...document.body.querySelectorAll("*")].filter(each => each.checkVisibility()
    && each.getBoundingClientRect().right > innerWidth && !each.closest(".table-wrap > *"))
    .map(each => each.outerHTML.slice(0, 120)).slice(0, 3)"""
RUN = "options => axe.run(document, options).then(found => found.violations)"
"""Only what is wrong comes back: the rest is much, and was half of the time."""
SETTLED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    .then(() => Promise.allSettled(document.getAnimations().map(each => each.finished)))"""


def barriers(frame, **options):
    """What axe finds, briefly. `options` are axe's own (`runOnly`). Colours that still fade from light to dark are waited for: they would be neither."""
    frame.evaluate(SETTLED)
    if not frame.evaluate("'axe' in window"):
        frame.evaluate(AXE_SCRIPT)
    violations = frame.evaluate(RUN, {"resultTypes": ["violations"]} | options)
    return [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in violations]


def faults(screen, name):
    """Everything wrong with the page that is open, narrow and dark, wide and light: each width and each set of colours once."""
    found = [f"{name}: inline {match!r}" for match in INLINE.findall(screen.document.text())]
    if (count := screen.page.locator("h1").count()) != 1:
        found.append(f"{name}: {count} h1")
    for label, size, scheme in (("320", NARROW, "dark"), ("1280", WIDE, "light")):
        screen.page.set_viewport_size(size)
        screen.page.emulate_media(color_scheme=scheme)
        if screen.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name}: scrolls sideways at {label}: {screen.page.evaluate(TOO_WIDE)}")
        found += [f"{name} at {label}, {scheme}: {barrier}" for barrier in barriers(screen.page)]
    keep_pictures(screen.page, name)
    return found


def keep_pictures(page, name):
    """Only for people who want to look: INFOLIT_SHOTS names the folder."""
    if not (folder := os.environ.get("INFOLIT_SHOTS")):
        return
    for label, size in (("320", NARROW), ("1280", WIDE)):
        page.set_viewport_size(size)
        page.screenshot(
            path=Path(folder) / f"story-{re.sub(r'[^a-z0-9]+', '-', name)}-{label}.png", full_page=True
        )
