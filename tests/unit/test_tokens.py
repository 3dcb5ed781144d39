"""The colours a person chooses are the colours of the device's own wish, and each choice says all of them."""

import re
from pathlib import Path

import lti_tool

TOKENS = (Path(lti_tool.__file__).parent / "web/static/css/tokens.css").read_text()


def colors(selector):
    block = re.search(re.escape(selector) + r" \{\n(.*?)\n *\}", TOKENS, re.S).group(1)
    return dict(re.findall(r"(--(?:color|shadow)-[a-z0-9-]+): ([^;]+);", block))


def test_dark_by_choice_is_dark_by_device():
    assert colors(':root[data-colors="dark"]') == colors(":root:not([data-colors])")


def test_every_choice_of_colors_says_every_color():
    names = set(colors(":root:not([data-colors])"))

    for choice in ("dark", "black_on_white", "white_on_black"):
        assert set(colors(f':root[data-colors="{choice}"]')) == names
