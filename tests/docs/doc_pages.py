"""The pages people read, taken apart: code, prose, links, headings."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("benchmarks", "lti_tool", "migrations", "modules", "quizzes", "tests")
PAGES = sorted(
    [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / each / "README.md" for each in FOLDERS)]
)

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^(?: {4}.*)\n)+", re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")


def name_of(page):
    return str(page.relative_to(ROOT))


def fences(page, language=None):
    """The fenced code of a page, or that of one language."""
    return [code for found, code in FENCE.findall(page.read_text()) if language in (None, found)]


def prose(page):
    """The page without its fenced code."""
    return FENCE.sub("", page.read_text())


def code_lines(page):
    """Every line of code, a line that goes on after a backslash joined to its next."""
    blocks = [*fences(page), *INDENTED.findall(prose(page))]
    return [line.strip() for block in blocks for line in re.sub(r"\\\n\s*", "", block).splitlines()]


def inline_code(page):
    return INLINE.findall(prose(page))


def links(page):
    return LINK.findall(INLINE.sub("", prose(page))) + LINK.findall(prose(page))


def anchors(page):
    """What `#…` may name on a page, as code hosts make it from headings."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    bare = [re.sub(r"[^\w\- ]", "", LINK.sub(r"", heading).lower()) for heading in headings]
    return {words.strip().replace(" ", "-") for words in bare}


def table_after(page, heading):
    """The first table below a heading: its rows as lists of cells, without the head."""
    after = page.read_text().partition(f"{heading}\n")[2]
    rows = re.search(r"^\|.*\n\|[-|]+\|\n((?:\|.*\n)+)", after, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1].splitlines()]
