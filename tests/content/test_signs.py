"""Signs in texts for small children: pictures of our own on pages, without a name that would be read aloud."""

from pathlib import Path

import pytest

from lti_tool.content.library import find_content
from lti_tool.content.markdown import render_block, render_inline
from lti_tool.content.signs import SIGN
from lti_tool.interactions import FOLDER
from lti_tool.web.rendering import SIGNS


def address(sign):
    return f"/signs/{ord(sign):x}.svg" if sign != "🚲" else None


@pytest.mark.parametrize("render", [render_inline, render_block])
def test_a_sign_becomes_a_picture_that_says_nothing(render):
    html = render("🐲 The **🖍️ Dragon**", sign_url=address)

    assert '<img src="/signs/1f432.svg" class="sign" alt=""> The' in html
    assert '<strong><img src="/signs/1f58d.svg" class="sign" alt=""> Dragon</strong>' in html


def test_a_sign_without_a_picture_stays_and_so_does_code():
    assert render_inline("🚲 Bikes & `🐲`", sign_url=address) == "🚲 Bikes &amp; <code>🐲</code>"
    assert render_inline("🐲 Dragons") == "🐲 Dragons"


def test_every_sign_of_a_shipped_lesson_has_a_picture():
    files = [
        file for folder in find_content(None) for file in folder.rglob("*") if file.suffix in (".yaml", ".md")
    ]
    files += FOLDER.glob("*/examples*.yaml")
    signs = {sign for file in map(Path, files) for sign in SIGN.findall(file.read_text("utf-8"))}

    assert len(signs) > 40
    assert {sign for sign in signs if f"{ord(sign):x}.svg" not in SIGNS} == set()
