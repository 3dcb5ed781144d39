"""Sentences of the domain come out in the page's language, with what stands in them."""

from datetime import UTC, datetime

import pytest
from flask import Flask, abort, g, render_template_string
from message_sources import find_messages, read_catalogue

from lti_tool.errors import InfoLitError, LaunchError, LaunchExpiredError, NotFoundError
from lti_tool.lti.platforms import PlatformFacts, check_facts
from lti_tool.web import errors, i18n
from lti_tool.web.retell import LONGEST, retell

SPANISH = read_catalogue("es")
DOMAIN = sorted(
    message
    for message, files in find_messages().items()
    if isinstance(message, str)
    and "%(" in message
    and any(file.startswith("lti_tool/lti/") for file in files)
)


@pytest.fixture
def app():
    app = Flask("words", template_folder=i18n._FOLDER.parent / "templates")
    i18n.install(app)
    errors.install(app)
    return app


@pytest.fixture
def spanish(app):
    with app.test_request_context("/"):
        g.locale = "es"
        yield


@pytest.mark.parametrize("message", DOMAIN)
def test_sentence_with_values_is_recognised(message, spanish):
    """Each with values of its own, so that no other pattern takes it."""
    values = {name: f"<{number}>" for number, name in enumerate(gaps_of(message))}

    told = retell(message % values)

    assert told == SPANISH.get(message).string % values


def gaps_of(message):
    return dict.fromkeys(part.partition(")")[0] for part in message.split("%(")[1:])


def test_values_are_told_in_the_language_too(spanish):
    sentence = "The LMS's signing keys cannot be read. The address answers with status 404."

    assert (
        retell(sentence)
        == "No se pueden leer las claves de firma del LMS. La dirección responde con el estado 404."
    )


def test_form_mistake_names_its_field_in_the_language(spanish):
    facts = PlatformFacts(name="", issuer="i", client_id="c", auth_url="", token_url="", jwks_url="")

    with pytest.raises(InfoLitError) as refused:
        check_facts(facts, allow_http=False)

    assert retell(refused.value.message).startswith("Nombre: está vacío.")


@pytest.mark.parametrize("text", ["Señora Ortiz, 3.º B", "x" * (LONGEST + 1), "%(host)s", "100 %", "a\x00b"])
def test_unknown_text_stays_as_it_is(text, spanish):
    assert retell(text) == text


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_stays_nothing(nothing, spanish):
    """The empty entry of a catalogue is its header: it must not be shown."""
    assert retell(nothing) == ""


def test_english_page_keeps_the_sentence(app):
    with app.test_request_context("/"):
        g.locale = "en"

        assert retell("The address answers with status 404.") == "The address answers with status 404."


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LaunchExpiredError(), "Este acceso ya se usó"),
        (
            LaunchError("The launch's claim `sub` is missing or is no time.", claim="sub"),
            "El dato `sub` del acceso",
        ),
        (
            NotFoundError(
                "This assignment asks for the quiz “x”, which this server does not have. "
                "Ask your library media specialist which name is right."
            ),
            "Esta tarea pide el cuestionario “x”",
        ),
    ],
)
def test_refusal_reaches_a_spanish_reader_in_spanish(app, error, told):
    @app.get("/refused")
    def refused():
        raise error

    answer = app.test_client().get(
        "/refused", headers={"Accept-Language": "es-MX", "Accept": "application/json"}
    )

    assert answer.status_code == error.status
    assert answer.json["error"].startswith(told)
    assert answer.json["next_step"] != error.next_step


@pytest.mark.parametrize("status", [400, 404, 405, 413, 500])
def test_plain_http_refusals_are_translated_too(app, status):
    app.add_url_rule("/away", "away", lambda: abort(status))

    answer = app.test_client().get("/away", headers={"Accept-Language": "es", "Accept": "application/json"})

    assert answer.status_code == status
    assert SPANISH.get(answer.json["error"]) is None
    assert answer.json["error"] in {message.string for message in SPANISH}


@pytest.mark.parametrize(
    ("locale", "day"),
    [("en", "Nov 23, 2026"), ("es", "23 nov 2026")],
)
def test_numbers_and_dates_are_written_as_in_the_region(app, locale, day):
    moment = datetime(2026, 11, 23, 15, 4, tzinfo=UTC)
    with app.test_request_context("/"):
        g.locale = locale
        text = render_template_string("{{ 0.853|percent }};{{ 8.5|points }};{{ moment|when }}", moment=moment)

    shown = text.split(";")
    assert shown[:2] == ["85%", "8.5"]
    assert shown[2].startswith(day)
