"""A reader who clicks gets somewhere."""

import pytest
from doc_pages import PAGES, ROOT, anchors, code_lines, inline_code, links, name_of

TARGETS = {
    line.partition(":")[0]
    for line in (ROOT / "Makefile").read_text().splitlines()
    if ": " in line or line.endswith(":")
}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    for link in links(page):
        path, _, anchor = link.partition("#")
        if path.startswith(("https://", "http://", "word:")):  # word: stands in examples of a glossary
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_exists(page):
    words = [line.removeprefix("$ ").split() for line in [*code_lines(page), *inline_code(page)]]

    named = {line[1] for line in words if len(line) > 1 and line[0] == "make"}

    assert named <= TARGETS


def test_every_page_of_the_docs_is_in_the_index():
    index = ROOT / "docs" / "README.md"

    missing = {page.name for page in index.parent.glob("*.md")} - set(links(index)) - {"README.md"}

    assert not missing


def test_no_page_speaks_of_a_package_registry_by_its_host():
    for page in PAGES:
        assert "pypi" + ".org" not in page.read_text(), page
