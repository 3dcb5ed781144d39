"""Steps of bringing questions in, over HTTP: a Canvas quiz with a picture, its report, keeping it."""

import io
import re
import zipfile
from urllib.parse import urljoin

ITEM = """<item ident="{ident}" title="{ident}"><itemmetadata><qtimetadata><qtimetadatafield>
<fieldlabel>question_type</fieldlabel><fieldentry>multiple_choice_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material><mattext texttype="text/html">{html}</mattext></material><response_lid ident="r" rcardinality="Single"><render_choice>
<response_label ident="yes"><material><mattext>Yes</mattext></material></response_label>
<response_label ident="no"><material><mattext>No</mattext></material></response_label></render_choice></response_lid></presentation>
<resprocessing><respcondition><conditionvar><varequal respident="r">{key}</varequal></conditionvar><setvar>100</setvar></respcondition>
</resprocessing></item>"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60"><rect width="90" height="60"/></svg>'
OWL = "<img src='owl.svg' alt='An owl on a branch'> Is the owl asleep?"
SITE = "Does the site name its maker?"


def package(title="Unit 3", *, keys=("yes", "yes"), texts=(OWL, SITE), picture=SVG):
    """A quiz as Canvas exports it: by default one question with a picture and one without."""
    items = "".join(
        ITEM.format(ident=f"q{number}", html=text.replace("<", "&lt;"), key=key)
        for number, (text, key) in enumerate(zip(texts, keys, strict=True), start=1)
    )
    quiz = f'<questestinterop><assessment title="{title}"><section>{items}</section></assessment></questestinterop>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("quiz.xml", quiz)
        packed.writestr("owl.svg", picture)
    return stream.getvalue()


def upload(browser, raw, *, name="quiz.zip", **fields):
    """Post a file as the form does; the page it leads to is the browser's."""
    told = {"skill": "leave-the-page", "language": "en", "grades": "6-8"} | fields
    address = urljoin(browser.stack.tool_url, f"{browser.visit}/library/bring-in")
    answer = browser.http.post(
        address, data=told, files={"file": (name, raw)}, headers=browser._tool_cookies(address)
    )
    return browser._follow(answer)


def keep(browser, raw=None, **fields):
    """Bring a file in and keep it; gives the bank's id."""
    upload(browser, raw or package(), **fields)
    assert "/library/bring-in/" in browser.path, browser.text
    browser.post(f"{browser.path}/keep")
    assert browser.page.status_code == 200, browser.text
    return re.search(r"/library/own/([^/?]+)", browser.path)[1]


def replace(browser, bank_id, raw):
    return keep(browser, raw, bank=bank_id)


def act(browser, bank_id, deed):
    return browser.post(f"{browser.visit}/library/own/{bank_id}", {"do": deed})


def titles(browser):
    """What the person's library offers."""
    browser.get(f"{browser.visit}/library")
    return re.findall(r'library/(quiz|module)/([a-z0-9-]+)"', browser.page.text)


def play(browser, answers):
    """Answer an attempt's questions in their order, hand it in, and land on its result. Gives the pages seen."""
    seen = []
    for picked in answers:
        seen.append(browser.page.text)
        names = re.findall(r'name="([^"]+\.pick)"', browser.page.text)
        last = 'value="finish"' in browser.page.text
        browser.submit("next" if not last else "finish", **{names[0]: picked})
    if 'value="finish"' in browser.page.text:
        browser.submit("finish")
    return seen
