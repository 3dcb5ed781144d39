"""The page of a roster file keeps itself true while the worker is at it, and disturbs nobody who is doing something on it."""

from every_page import given_files, go_to
from playwright.sync_api import expect
from stack import ANA

from lti_tool.db.connect import transaction
from lti_tool.people.sessions import make_ticket
from lti_tool.rosters.tables import RosterUpload

PATIENCE_MS = 30_000


def enter(screen):
    stack = screen.stack
    with transaction(stack.tool.sessions) as session:
        ticket = make_ticket(session, stack.tenant_id, now=stack.tool.clock())
    screen.page.goto(f"{stack.tool_url}/admin/enter/{ticket}")
    with screen.page.expect_navigation():
        screen.page.get_by_role("button", name="Open").click()


def change(stack, upload_id, **values):
    with transaction(stack.tool.sessions) as session:
        upload = session.get(RosterUpload, upload_id)
        for name, value in values.items():
            setattr(upload, name, value)


def test_page_follows_the_worker_without_taking_the_focus(screen):
    administrator = screen(ANA)
    page, stack = administrator.page, administrator.stack
    upload = next(each for each in given_files(stack) if each.state == "checking")
    with transaction(stack.tool.sessions) as session:
        session.add(upload)
    enter(administrator)
    go_to(administrator, f"rosters/upload/{upload.id}")
    expect(page.get_by_role("status")).to_contain_text("step 3 of 7")
    button = page.get_by_role("button", name="Throw the file away")
    button.focus()

    change(stack, upload.id, done=5)

    expect(page.get_by_role("status")).to_contain_text("step 5 of 7", timeout=PATIENCE_MS)
    expect(page.get_by_label("step 5 of 7")).to_have_js_property("value", 5)
    expect(button).to_be_focused()
    change(stack, upload.id, state="checked", fingerprint="f", counts={"people": {"new": 3}})
    expect(page.get_by_role("button", name="Import now")).to_be_visible(timeout=PATIENCE_MS)
