"""A calendar that cannot be read: guests are told so, and its owner once."""

import email
import re
from email import policy

import pytest
from bookend_lab import Lab, Radicale, until
from bookend_lab.facade import new_key, request

# So short that a test can wait for what takes minutes otherwise.
SHORT = ("--set", "availability.busyCacheSeconds=0", "--set", "availability.staleSeconds=2")


@pytest.fixture
def radicale(tmp_path):
    with Radicale(tmp_path / "radicale") as running:
        yield running


@pytest.fixture
def lab(tmp_path, radicale):
    """Two calendars of one account count; meetings go into the first."""
    with Lab(tmp_path / "data", *SHORT, radicale=radicale, calendars=("work", "private")) as running:
        yield running


def notices(lab):
    """What the owner was mailed about calendars."""
    found = []
    for letter in (lab.data / "outbox").glob("*.eml"):
        message = email.message_from_bytes(letter.read_bytes(), policy=policy.default)
        if "cannot be read" in message["Subject"]:
            found.append(message)
    return found


def notices_at_rest(lab):
    """The same when all is done that what was asked before has brought about: what a page finds out is written
    in the order of the writes, so that it stands when ours does."""
    lab.create_link()
    until(
        lambda: not lab.everything("/v1/jobs?kind=invitation&state=available&state=executing"), 30,
        "no mail to be on its way")
    return notices(lab)


def both(lab):
    return lab.create_link(calendars={
        "destination": lab.calendars["work"], "conflicts": list(lab.calendars.values())})


def slots(lab, link):
    return lab.client().get(f"/b/{link['slug']}/slots?from=2031-01-01&to=2031-01-02")


def unreadable(answer):
    return answer.status == 503 and answer.problem == "calendar-unreadable"


def test_S9_one_unreadable_calendar_of_two(lab, radicale):
    link = both(lab)
    start = lab.slots(link)[5]
    asked = f"/b/{link['slug']}"
    client = lab.client()
    radicale.stop()
    # What was read a moment ago stands in, and says so.
    if (answer := client.get(asked, Accept="text/html")).status == 200:
        assert "cannot be read" in answer.text or "slow to answer" in answer.text
    page = until(
        lambda: "cannot be read" in (p := client.get(asked, Accept="text/html")).text and p, 20,
        "the page to say so")
    assert page.status == 200 and 'data-state="calendar-unreadable"' in page.text
    assert "No free times" not in page.text and "start=" not in page.text
    refused = client.post(f"{asked}/bookings", request(start), Idempotency_Key=new_key())
    assert unreadable(refused) and refused.headers["Retry-After"]

    # Two calendars of one account that is down are one thing to hear of.
    told = until(lambda: notices(lab), 20, "the owner's mail")[0]
    assert re.search("“(.*)”", told["Subject"])[1] in ("work", "private")
    for _ in range(5):
        client.get(asked, Accept="text/html")
    assert len(notices_at_rest(lab)) == 1

    # A restart in the middle of it tells nobody again.
    lab.server.kill()
    lab.server.start()
    client = lab.client()
    for _ in range(3):
        assert "cannot be read" in client.get(asked, Accept="text/html").text
    assert len(notices_at_rest(lab)) == 1

    # It is back: times return without a restart of ours.
    radicale.start()
    until(lambda: lab_slots(lab, link), 30, "times to return")
    booked = lab.book(link, start, wait=30)
    assert booked.json()["state"] == "confirmed", booked
    assert len(notices_at_rest(lab)) == 1

    # The next incident is another one.
    radicale.stop()
    until(lambda: client.get(asked, Accept="text/html") and len(notices(lab)) == 2, 30, "a new mail")
    radicale.start()


def test_each_link_has_its_own_limit_for_what_was_read(lab, radicale):
    """Two links on one calendar share what is read of it, and not how old it may be."""
    patient = lab.create_link(maximumBusyAgeSeconds=3600)
    usual = lab.create_link()
    strict = lab.create_link(maximumBusyAgeSeconds=0)
    client = lab.client()
    page = lambda link: client.get(f"/b/{link['slug']}", Accept="text/html").text
    for link in (patient, usual, strict):
        assert lab.slots(link)
    radicale.stop()
    assert "cannot be read" in page(strict)
    until(lambda: "cannot be read" in page(usual), 20, "what was read to be too old for it")
    answer = client.get(f"/b/{patient['slug']}/slots?from=2031-01-01&to=2031-01-02")
    assert answer.status == 200, answer
    assert "slow to answer" in page(patient) and lab.slots(patient)

    # The host thinks again.
    path = f"/v1/links/{patient['id']}"
    changed = client.request("PATCH", path, {"maximumBusyAgeSeconds": None}, headers={"If-Match": '"1"'})
    assert changed.status == 200 and changed.json()["maximumBusyAgeSeconds"] is None
    assert "cannot be read" in page(patient)
    refused = client.request("PATCH", path, {"maximumBusyAgeSeconds": -1}, headers={"If-Match": '"2"'})
    assert refused.status == 422
    assert refused.json()["errors"][0]["pointer"] == "#/maximumBusyAgeSeconds"
    radicale.start()


def lab_slots(lab, link):
    try:
        return lab.slots(link)
    except AssertionError:
        return None
