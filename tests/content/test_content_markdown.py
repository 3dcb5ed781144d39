"""Markdown becomes safe HTML, whatever an author or a translator wrote."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.content.markdown import plain_text, render_block, render_inline


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**a** and *b*", "<strong>a</strong> and <em>b</em>"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        (
            "[a](https://a.org)",
            '<a href="https://a.org" target="_blank" class="external" rel="noopener">a</a>',
        ),
        ("[a](mailto:a@b.org)", '<a href="mailto:a@b.org" rel="noopener">a</a>'),
        ("![owl](media/owl.svg)", '<img src="media/owl.svg" alt="owl" loading="lazy">'),
        ("![owl](https://a.org/owl.png)", '<img src="" alt="owl" loading="lazy">'),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_inline(markdown, html):
    assert render_inline(markdown) == html


def test_inline_has_no_blocks():
    assert render_inline("# not a heading") == "# not a heading"


def test_picture_gets_the_address_of_the_caller():
    html = render_block("![owl](media/owl.svg)", media_url=lambda name: f"/media/abc/{name}")

    assert '<img src="/media/abc/owl.svg" alt="owl" loading="lazy">' in html


def test_headings_have_ids_that_differ():
    html = render_block("## ¿Quién?\n\n## Quien\n\n### !", id_prefix="p-")

    assert re.findall(r'id="([^"]+)"', html) == ["p-quien", "p-quien-2", "p-section"]


def test_table_keeps_alignment_without_a_style_attribute():
    html = render_block("| a | b |\n|---|--:|\n| 1 | 2 |")

    assert html.startswith('<div class="table"><table>')
    assert '<th class="align-right" scope="col">b</th>' in html
    assert "style" not in html


def test_plain_text_has_the_words_alone():
    assert plain_text("## A *b*\n\n- [c](https://d.org)\n- `e`\nf") == "A b\nc\ne f"


@given(text=st.text(st.sampled_from(list("<>&\"'/=()[]!#*_`:|-\n abcimgscriptonhref")), max_size=60))
@settings(deadline=None, max_examples=200)
def test_nothing_a_text_holds_becomes_active(text):
    html = render_block(text) + render_inline(text)

    tags = re.findall(r"<\s*/?\s*([a-z0-9]+)([^>]*)>", html)
    assert all(tag not in {"script", "style", "iframe", "object", "form", "input"} for tag, _ in tags)
    assert not any(re.search(r"\son[a-z]+=|javascript:", attributes) for _, attributes in tags)
