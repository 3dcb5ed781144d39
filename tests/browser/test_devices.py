"""One student on two devices: what one saved stands on the other, and the newest answer wins item by item."""

import pytest
from playwright.sync_api import expect
from stack import MODULE_LINK

FIRST, SECOND = "ltp-plain-next", "ltp-plain-verdict"
PAGE_WITH_TWO = "9"
ASK_FOR_NEWS = """() => { const now = Date.now() + 60000; Date.now = () => now; window.dispatchEvent(new Event("focus")) }"""
"""As when the page comes back to the front a minute later."""


@pytest.fixture
def devices(screen, pupils):
    """A phone and a laptop of one student."""
    person = next(pupils)
    return screen(person, viewport={"width": 320, "height": 640}), screen(person)


def go_to(device, step):
    device.open(MODULE_LINK)
    while device.step != step:
        device.next()
    return device


def stands(device, item_id, response):
    for value in response["picked"]:
        expect(device.find(f"#item-{item_id} input[value={value}]")).to_be_checked()


def test_student_goes_on_where_the_phone_was(devices):
    phone, laptop = devices
    go_to(phone, "3")
    phone.answer("ltp-order-watch", phone.right_answer("ltp-order-watch"))
    phone.expect_state("saved")

    laptop.open(MODULE_LINK)

    assert laptop.step == "3"
    steps = laptop.find("[data-step]").evaluate_all("steps => steps.map(step => step.dataset.step)")
    places = laptop.right_answer("ltp-order-watch")["places"]
    assert steps == sorted(places, key=places.get)


def test_newest_answer_wins(devices):
    phone, laptop = devices
    phone.open(MODULE_LINK)
    laptop.open(MODULE_LINK)
    for device, option in ((phone, "nasa"), (laptop, "charity"), (phone, "ninety")):
        device.answer("ltp-first-look", {"picked": [option]})
        device.expect_state("saved")

    assert phone.saved("ltp-first-look") == {"picked": ["ninety"]}


def test_older_page_leaves_the_other_answers_alone(devices):
    phone, laptop = devices
    go_to(phone, PAGE_WITH_TWO)
    laptop.open(MODULE_LINK)
    phone.answer(FIRST, phone.right_answer(FIRST))
    phone.expect_state("saved")

    laptop.answer(SECOND, laptop.right_answer(SECOND))
    laptop.expect_state("saved")

    assert phone.saved(FIRST) == phone.right_answer(FIRST)
    assert phone.saved(SECOND) == phone.right_answer(SECOND)


def test_both_devices_are_told_that_there_are_two(devices):
    phone, laptop = devices
    phone.open(MODULE_LINK)
    laptop.open(MODULE_LINK)
    for device, option in ((phone, "nasa"), (laptop, "charity")):
        device.answer("ltp-first-look", {"picked": [option]})
        device.expect_state("saved")
    expect(laptop.find("#elsewhere")).to_be_hidden()  # its own answer is the newest
    phone.answer("ltp-first-look", {"picked": ["ninety"]})
    phone.expect_state("saved")
    phone_told = phone.find("#elsewhere")

    laptop.frame.evaluate(ASK_FOR_NEWS)

    expect(laptop.find("#elsewhere")).to_contain_text("The newest answer to each activity counts.")
    with laptop.frame.expect_navigation():
        laptop.find("#elsewhere button").click()
    stands(laptop, "ltp-first-look", {"picked": ["ninety"]})
    laptop.answer("ltp-first-look", {"picked": ["nasa"]})
    laptop.expect_state("saved")
    phone.frame.evaluate(ASK_FOR_NEWS)
    expect(phone_told).to_be_visible()


def test_page_of_an_attempt_finished_elsewhere_says_so(devices):
    phone, laptop = devices
    phone.open(MODULE_LINK)
    laptop.open(MODULE_LINK)
    while not laptop.find("[value=finish]").count():
        laptop.next()
    laptop.press("finish")

    phone.answer("ltp-first-look", {"picked": ["nasa"]})

    phone.expect_state("finished")  # told when it asked for news, or by a refusal of the answer
    phone.complaints = [each for each in phone.complaints if "status of 409" not in each]
