"""The gallery shows every kind that is found, in all states and languages, plays without scripts, and is absent in production."""

import html
import re

import pytest
from bare_chromium import bare_chromium
from looking import barriers
from playwright.sync_api import expect

from lti_tool.app.assemble import NO_CONTENT, create_app, create_tool
from lti_tool.app.gallery import create_gallery, file_of, write_gallery
from lti_tool.interactions import find_kinds, get_kind, is_scored, load_examples
from lti_tool.interactions.about import load_about
from lti_tool.settings import Settings
from lti_tool.web.gallery_pages import STATES, list_addresses


@pytest.fixture(scope="module")
def client():
    return create_gallery().test_client()


def hidden(page):
    """The fields that a page's form carries."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def played(page):
    """The activity alone: the rest of the page shows its source and key to authors."""
    return page.split('id="play"')[1].split("</form>")[0]


def post(client, address, page, fields, do):
    carried = {name: html.unescape(value) for name, value in hidden(page).items()}
    return client.post(address, data={**carried, **fields, "do": do}).text


def test_production_has_no_gallery(engine, tmp_path):
    def app(**settings):
        given = Settings(data=tmp_path, **settings)
        return create_app(create_tool(given, engine, library=NO_CONTENT)).test_client()

    assert app().get("/gallery").status_code == 404
    assert app().get("/gallery/choice").status_code == 404
    assert app(gallery=True).get("/gallery").status_code == 200


@pytest.mark.parametrize("lang", ["en", "es"])
def test_index_lists_every_kind_that_is_found(client, lang):
    page = html.unescape(client.get(f"/gallery?lang={lang}").text)

    for name in find_kinds():
        assert f'href="/gallery/{name}?lang={lang}"' in page
        assert load_about(name).name.within(lang) in page


@pytest.mark.parametrize("kind", find_kinds())
def test_every_state_of_every_example_is_shown(client, kind):
    for example in load_examples(kind):
        for state in STATES:
            lang = "es" if state in ("checked", "paper-key") else "en"
            answer = client.get(f"/gallery/{kind}/{example.id}?lang={lang}&state={state}")
            assert answer.status_code == 200, (example.id, state)
            assert f'<html lang="{lang}"' in answer.text and "style=" not in answer.text
    page = html.unescape(client.get(f"/gallery/{kind}?lang=es").text)
    for words in load_about(kind).accessibility.es.split("\n")[0].split(". ")[:1]:
        assert words.split("`")[0].split("*")[0][:40] in page


@pytest.mark.parametrize("kind", find_kinds())
def test_examples_play_without_scripts_as_their_cases_say(client, kind):
    """Each case's forms, posted one after the other with what the page carries, and then a check or the end."""
    for example in load_examples(kind):
        address = f"/gallery/{kind}/{example.id}?lang=en"
        for case in example.cases:
            page = client.get(address).text
            for form in (*case.steps, case.answer):
                fields = {
                    f"{example.id}.{name}": list(values) for name, values in form.items() if name != "act"
                }
                if "act" in form:
                    page = post(client, address, page, fields, f"act:{example.id}:{form['act'][0]}")
            page = post(client, address, page, fields, "finish")

            if is_scored(get_kind(kind)):
                # The whole item's stands last: questions within it have verdicts of their own.
                verdicts = re.findall(r'<div class="result" role="group" data-verdict="(\w+)"', page)
                assert verdicts and verdicts[-1] == case.verdict, (example.id, case.name)


def test_check_counts_tries_and_keeps_the_key(client):
    address, told = "/gallery/choice/who-runs-it?lang=en", "The button shows what the site is for."
    page = client.get(address).text
    for left in ("Tries left: 2", "Tries left: 1"):
        page = post(client, address, page, {"who-runs-it.pick": "school"}, "check:who-runs-it")
        assert "Not yet" in page and left in page and told not in played(page)

    page = post(client, address, page, {"who-runs-it.pick": "school"}, "check:who-runs-it")

    assert "Not right this time" in page and told in played(page)
    assert "Start again" in page


def test_hints_open_one_by_one(client):
    address = "/gallery/choice/who-runs-it?lang=en"
    page = played(post(client, address, client.get(address).text, {}, "hint:who-runs-it"))

    assert "Look at what the page wants you to do." in page and "Who earns money" not in page


@pytest.mark.parametrize(
    "past", ["{", "[1]", '[{"a": 1}]', '[{"a": [1]}]', "[" * 100_000, "x" * 300_000, "[" + "{}," * 99 + "{}]"]
)
def test_hostile_page_is_refused_with_a_sentence(client, past):
    answer = client.post("/gallery/choice/who-runs-it", data={"past": past, "do": "check:who-runs-it"})

    assert answer.status_code == 400 and "Open the example again." in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "choice/nothing",
        "choice/evidence?state=x",
        "choice/evidence?case=99",
        "choice/evidence?case=-1",
    ],
)
def test_unknown_address_says_so(client, path):
    assert client.get(f"/gallery/{path}").status_code == 404


def test_paper_shows_the_key_only_where_asked(client):
    address = "/gallery/short_text/lateral?state={}&lang=en"
    plain, keyed = (client.get(address.format(state)).text for state in ("paper", "paper-key"))

    assert "paper-key" not in plain.split('id="play"')[1].split("</article>")[0]
    assert "lateral reading / reading laterally" in keyed.split('id="play"')[1].split("</article>")[0]


def test_written_gallery_holds_every_page_and_all_it_links_to(tmp_path, monkeypatch):
    monkeypatch.setattr("lti_tool.web.gallery_pages.find_kinds", lambda: {"choice": get_kind("choice")})
    addresses = [address for lang in ("en", "es") for address in list_addresses(lang)]

    assert write_gallery(tmp_path) == len(addresses) == len({file_of(address) for address in addresses})
    for file in tmp_path.glob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#]+)', file.read_text()):
            assert (tmp_path / link).is_file(), (file.name, link)


@pytest.fixture(scope="module")
def browse(browser_driver, client):
    """A browser whose requests the app answers itself."""

    def answer(route):
        asked = route.request
        address = asked.url.removeprefix("http://gallery.test").partition("#")[0]
        told = client.open(
            address,
            method=asked.method,
            data=asked.post_data,
            content_type="application/x-www-form-urlencoded",
        )
        route.fulfill(status=told.status_code, headers=dict(told.headers), body=told.data)
        told.close()

    def open_page(address, **context):
        page = chromium.new_context(**context).new_page()
        page.route("**/*", answer)
        page.goto(f"http://gallery.test{address}")
        return page

    with bare_chromium(browser_driver) as chromium:
        yield open_page


@pytest.mark.browser
@pytest.mark.parametrize(
    "address",
    [
        "/gallery?lang=es",
        "/gallery/choice?lang=en",
        "/gallery/order?lang=es&state=paper-key",
        "/gallery/lateral_lab?lang=en",
    ],
)
def test_pages_are_accessible_and_narrow(browse, address):
    page = browse(address, viewport={"width": 320, "height": 800}, reduced_motion="reduce")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert barriers(page) == []


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_memory_kind_is_played_in_the_browser(browse, scripts):
    page = browse("/gallery/search_lab/plastic-sea?lang=en", java_script_enabled=scripts)
    for words in ("plastic", "plastic pollution"):
        page.get_by_label("Search words").fill(words)
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.get_by_text("records found")).to_be_visible()
        expect(page.get_by_label("Search words")).to_have_value(words)
        expect(page.locator(".lab-for")).to_have_text(words)

    expect(page.get_by_text("0 new, 7 gone, 8 as before.")).to_be_visible()
    page.get_by_role("button", name="Check this answer").click()

    expect(page.get_by_text("Partly right")).to_be_visible()
    expect(page.get_by_text("Tries left: 2")).to_be_visible()
