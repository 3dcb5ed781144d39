"""Every word a person reads has its translation, says the same values, and stands in a template only through `_()`."""

import re
from html.parser import HTMLParser

import pytest
from message_sources import LOCALES as TRANSLATED
from message_sources import ROOT, WORDS, find_messages, keys, list_templates, read_catalogue

from lti_tool.web.i18n import LOCALES, REGIONS

FOUND = find_messages()
CATALOGUES = {locale: read_catalogue(locale) for locale in TRANSLATED}
GAP = re.compile(r"%\(\w+\)[sd]|(?<!%)\{\w+\}")


def texts_of(message):
    """The English and the translated forms of an entry, each as a tuple."""
    forms = (message.id, message.string)
    return tuple(each if isinstance(each, tuple | list) else (each,) for each in forms)


def test_every_offered_language_has_a_catalogue_and_a_region():
    assert set(LOCALES) == {"en", *CATALOGUES} == set(REGIONS)


@pytest.mark.parametrize("locale", CATALOGUES)
def test_every_message_is_in_the_catalogue(locale):
    assert not FOUND.keys() - keys(CATALOGUES[locale]), "run .ci/messages --write and translate them"


@pytest.mark.parametrize("locale", CATALOGUES)
def test_catalogue_holds_nothing_unused(locale):
    assert not keys(CATALOGUES[locale]) - FOUND.keys(), "run .ci/messages --write"


@pytest.mark.parametrize("locale", CATALOGUES)
def test_every_entry_is_translated_in_all_its_forms(locale):
    catalogue = CATALOGUES[locale]

    for message in catalogue:
        english, told = texts_of(message)
        assert len(told) == (catalogue.num_plurals if len(english) > 1 else 1), message.id
        assert all(text.strip() for text in told), message.id


@pytest.mark.parametrize("locale", CATALOGUES)
def test_translation_names_the_same_values(locale):
    for message in CATALOGUES[locale]:
        if message.id:
            english, told = texts_of(message)
            wanted = [set(GAP.findall(text)) for text in english]
            named = [set(GAP.findall(text)) for text in told]
            assert named[0] in wanted, message.id  # "One question" need not say the number.
            assert named[1:] == wanted[1:], message.id


@pytest.mark.parametrize("locale", CATALOGUES)
def test_spaces_and_marks_at_the_ends_are_kept(locale):
    """A sentence stays one, and words that something follows (a colon, an arrow) do not run into it."""
    for message in CATALOGUES[locale]:
        if message.id:
            english, told = texts_of(message)
            for text in told:
                assert text == text.strip(), message.id
                assert text.endswith(":") == english[-1].endswith(":"), message.id
                assert text.endswith(".") == english[-1].endswith("."), message.id
                assert text.endswith("?") == english[-1].endswith("?"), message.id
                assert locale != "es" or text.count("¿") == text.count("?"), message.id


@pytest.mark.parametrize("locale", CATALOGUES)
def test_percent_signs_can_be_filled_in_templates(locale):
    """Templates fill every message, also one without values, so a lone percent sign would stop the page."""
    for key, files in FOUND.items():
        if any(file.endswith(".html") for file in files):
            english, told = texts_of(CATALOGUES[locale].get(key[0] if isinstance(key, tuple) else key))
            values = dict.fromkeys(re.findall(r"%\((\w+)\)", "".join(english)), 1)
            for text in (*english, *told):
                assert "%%" not in text % values


@pytest.mark.parametrize("file", WORDS)
def test_words_inside_sentences_are_still_in_their_module(file):
    source = (ROOT / file).read_text("utf-8")

    assert [word for word in WORDS[file] if f'"{word}"' not in source and f"'{word}'" not in source] == []


class TextReader(HTMLParser):
    """The texts of a template that are not made by an expression: between tags, and in attributes that are read out."""

    READ_OUT = ("aria-label", "title", "alt", "placeholder")
    NOT_READ = ("code", "style", "script")
    NAMES = ("InfoLit", "Canvas", "Schoology", "Moodle")
    ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"]*\"")
    """Macros and blocks may give the attributes of a tag."""

    def __init__(self):
        super().__init__()
        self.bare, self.within = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in ("input", "img", "meta", "link", "br"):
            self.within.append(tag)
        for name, value in attrs:
            if name in self.READ_OUT or name.startswith("data-text-"):
                self.note(value or "")

    def handle_endtag(self, tag):
        if tag in self.within:
            while self.within.pop() != tag:
                pass

    def handle_data(self, data):
        if not set(self.within) & set(self.NOT_READ):
            self.note(data)

    def note(self, text):
        for name in self.NAMES:
            text = text.replace(name, "")
        text = self.ATTRIBUTE.sub("", text)
        if re.search(r"[^\W\d_]", text):
            self.bare.append(" ".join(text.split()))


def bare_texts(source):
    reader = TextReader()
    reader.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL))
    return reader.bare


@pytest.mark.parametrize("file", list_templates(), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_template_holds_no_bare_text(file):
    assert bare_texts(file.read_text("utf-8")) == []


def test_bare_text_is_found_wherever_it_is_read():
    source = "<p title='Hi'>{{ _('Fine') }} not {# fine #}<code>x</code><img alt='A cat'></p>"

    assert bare_texts(source) == ["Hi", "not", "A cat"]


def list_scripts():
    tool = ROOT / "lti_tool"
    return sorted([*(tool / "interactions").rglob("*.js"), *(tool / "web" / "static").rglob("*.js")])


@pytest.mark.parametrize("file", list_scripts(), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_script_speaks_only_in_words_of_its_page(file):
    """Scripts take their sentences from data attributes, which templates translate."""
    code = re.sub(
        r"/\*.*?\*/|^\s*//.*?$|\s//\s.*?$", "", file.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    literals = re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", code)

    assert [text for text in map("".join, literals) if re.match(r"[A-Z][a-z]+ [a-z]+", text)] == []
