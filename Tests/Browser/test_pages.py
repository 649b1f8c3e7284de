"""A guest with a real browser books, moves and cancels without JavaScript; how the pages look."""

from pathlib import Path

import pytest
from bookend_lab import Lab, until
from bookend_lab.server import ROOT
from browser import Browser

SCREENSHOTS = ROOT / ".build/screenshots"
CHECKS = (Path(__file__).parent / "page_checks.js").read_text()
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
# A slot is chosen by whichever of these the page uses.
SLOT = "button[name=start], input[name=start][type=radio], a[href*='start='], a[href*='move=']"
EMAIL = "input[type=email]"
NAME = "input[autocomplete=name], input[name=name], input[name='guest.name']"


@pytest.fixture(scope="module")
def browser():
    with Browser() as running:
        yield running


@pytest.fixture
def guest(browser):
    return browser.page(javascript=False)


def url(lab, path):
    return f"http://127.0.0.1:{lab.server.port}{path}"


def choose_slot(page):
    assert page.has(SLOT), page.text
    page.click(SLOT, loads=not page.has("input[name=start][type=radio]"))


def submit(page):
    page.click("main form button:not([name]), main form input[type=submit]", loads=True)


def settled(page, word):
    """Reloads, as the page without JavaScript does by itself, until it says `word`."""
    def says():
        page.reload()
        return word in page.text.lower()

    until(says, 20, f"the page to say {word}")


def look(page, name):
    """Screenshots at both sizes and schemes, and the checks that hold for every page."""
    complaints = {}
    for size, (width, height) in SIZES.items():
        for dark in (False, True):
            page.resize(width, height, dark)
            view = f"{name}-{size}-{'dark' if dark else 'light'}"
            page.screenshot(SCREENSHOTS / f"{view}.png")
            found = page.evaluate(CHECKS)
            if found:
                complaints[view] = found
    page.resize(*SIZES["desktop"])
    assert complaints == {}


def book(lab, page, name="Grace Hopper"):
    link = lab.create_link(title="Half an hour with Alex", visibility={"rollingDays": 3})
    page.open(url(lab, f"/b/{link['slug']}"))
    look(page, "link")
    choose_slot(page)
    page.type(NAME, name)
    page.type(EMAIL, "grace@example.com")
    look(page, "form")
    submit(page)
    assert "/r/" in page.url, page.text
    return link


def test_book_move_and_cancel_without_javascript(lab, guest):
    book(lab, guest)
    settled(guest, "confirmed")
    look(guest, "confirmed")
    [booking] = lab.everything("/v1/bookings")
    home = guest.url

    guest.click("a[href*=reschedule], a[href*=move]", loads=True)
    look(guest, "reschedule")
    choose_slot(guest)
    if "/reschedule" in guest.url or guest.has("form[action$='/reschedule'] button"):
        guest.click("form[action$='/reschedule'] button", loads=True)
    guest.open(home)
    settled(guest, "confirmed")
    [moved] = lab.everything("/v1/bookings")
    assert moved["id"] == booking["id"] and moved["start"] != booking["start"]

    guest.open(home)
    if not guest.has("form[action$='/cancel'] button"):
        guest.click("a[href*=cancel]", loads=True)
    guest.click("form[action$='/cancel'] button", loads=True)
    settled(guest, "cancelled")
    look(guest, "cancelled")
    assert lab.everything("/v1/bookings")[0]["state"] == "cancelled"


def test_a_mistake_keeps_what_was_typed(lab, guest):
    link = lab.create_link()
    guest.open(url(lab, f"/b/{link['slug']}"))
    choose_slot(guest)
    guest.type(NAME, "Grace Hopper")
    # The browser's own check would keep a bad address from us; a blank name passes it.
    guest.type(NAME, "   ")
    guest.type(EMAIL, "grace@example.com")
    submit(guest)
    assert guest.evaluate(f'document.querySelector("{EMAIL}").value') == "grace@example.com"
    assert guest.has("[aria-invalid=true], [role=alert]")
    look(guest, "mistake")
    assert lab.everything("/v1/bookings") == []


def test_a_spent_link_says_so(lab, browser, guest):
    link = lab.create_link(kind="singleUse")
    lab.confirmed(link, lab.slots(link)[0])
    guest.open(url(lab, f"/b/{link['slug']}"))
    look(guest, "spent")
    assert "Grace" not in guest.text


def test_what_is_not_there_is_said_in_words(lab, guest):
    guest.open(url(lab, "/b/never-was"))
    look(guest, "not-found")
    assert guest.text.strip()


def test_nothing_goes_wrong_with_javascript(lab, browser):
    page = browser.page()
    page.call("Runtime.enable")
    page.call("Log.enable")
    browser.events.clear()
    book(lab, page)
    until(lambda: "confirmed" in page.text.lower(), 20, "the page to say confirmed by itself")
    errors = [
        event for event in browser.events
        if event.get("method") == "Runtime.exceptionThrown"
        or event.get("params", {}).get("entry", {}).get("level") == "error"
    ]
    assert errors == []


def test_questions_guests_and_place_without_javascript(lab, guest):
    link = lab.create_link(
        visibility={"rollingDays": 3}, location={"kind": "phone", "text": "+1 555 0100"},
        maximumAdditionalGuests=2, questions=[
            {"id": "company", "label": "Which company are you with?", "required": True},
            {"id": "how", "label": "How shall we talk?", "kind": "choice",
             "choices": ["By phone", "By video"], "required": True},
            {"id": "more", "label": "Anything that we should read before?"},
        ])
    guest.open(url(lab, f"/b/{link['slug']}"))
    assert "By phone: +1 555 0100" in guest.text
    choose_slot(guest)
    guest.type(NAME, "Grace Hopper")
    guest.type(EMAIL, "grace@example.com")
    # The browser's own check would keep these from us; white space and a stray address pass it.
    guest.type("[name=answer-company]", "   ")
    guest.evaluate('document.querySelector("[name=answer-how]").value = "By video"')
    guest.type("[name=additionalGuests]", "ada@example.com, not an address")
    look(guest, "questions")
    submit(guest)
    assert guest.has("#answer-company[aria-invalid=true]"), guest.text
    assert guest.has("#additionalGuests[aria-invalid=true]")
    assert guest.evaluate('document.querySelector("[name=answer-how]").value') == "By video"
    look(guest, "questions-mistake")
    guest.evaluate('''
        document.querySelector("[name=answer-company]").value = "Acme & Sons";
        document.querySelector("[name=additionalGuests]").value = "ada@example.com";
    ''')
    submit(guest)
    settled(guest, "confirmed")
    look(guest, "answered")
    for words in ("Which company are you with?", "Acme & Sons", "By video", "ada@example.com"):
        assert words in guest.text, guest.text
    [booking] = lab.everything("/v1/bookings")
    assert booking["answers"] == {"company": "Acme & Sons", "how": "By video"}
    assert booking["additionalGuests"] == ["ada@example.com"]


def test_a_link_that_is_paused_or_has_expired(lab, guest):
    link = lab.create_link()
    lab.client().post(f"/v1/links/{link['id']}/pause")
    guest.open(url(lab, f"/b/{link['slug']}"))
    look(guest, "paused")
    assert "no bookings at the moment" in guest.text
    lab.client().post(f"/v1/links/{link['id']}/resume")
    expired = lab.client().request(
        "PATCH", f"/v1/links/{link['id']}", {"expiresAt": "2020-01-01T00:00:00Z"})
    assert expired.status == 200
    guest.open(url(lab, f"/b/{link['slug']}"))
    look(guest, "expired")
    assert "expired" in guest.text.lower()


def test_a_rehearsal_is_seen_to_be_one(tmp_path, guest):
    with Lab(tmp_path / "data", "--wall-clock", "2026-03-06T12:00:00Z") as rehearsal:
        link = rehearsal.create_link()
        guest.open(url(rehearsal, f"/b/{link['slug']}"))
        assert guest.has(".rehearsal[role=status]")
        look(guest, "rehearsal")
