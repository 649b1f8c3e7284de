"""S18: what hosts do by hand in Google, Outlook and CalDAV is followed, and guests are told once."""

import email
from email import policy
from datetime import timedelta

import pytest
from bookend_lab import Lab, until
from bookend_lab.accounts import connect, link_on
from bookend_lab.facade import instant
from bookend_lab.hosts_hand import CalDAVHand, SandboxHand, quick_following
from bookend_lab.signin import provider_settings

PROVIDERS = ["google", "outlook", "caldav"]
SECONDS = 40


class Host:
    """A lab on one provider's calendar, and the hand of whose calendar it is."""

    def __init__(self, lab, link, hand):
        self.lab, self.link, self.hand = lab, link, hand
        self.slots = lab.slots(link, days=20)

    def booked(self, number, name):
        """A confirmed booking in that slot, and its event by the provider's name."""
        start = self.slots[number]
        path = self.lab.confirmed(self.link, start, name=name)
        return path, until(lambda: self.hand.event(start), 10, "its event")

    def booking(self, path):
        return self.lab.client().get(path).json()

    def changes(self, path):
        return [entry["change"] for entry in self.booking(path)["history"]]

    def becomes(self, path, state, start=None):
        def has():
            booking = self.booking(path)
            at = start is None or instant(booking["start"]) == instant(start)
            return booking if booking["state"] == state and at else None

        return until(has, SECONDS, f"{path} to be {state} at {start}\n{self.lab.server.log()}")

    def letters(self, name):
        """Subjects of what left us for that guest, without the title and time, in order."""
        found = []
        files = (self.lab.data / "outbox").glob("*.eml")
        for file in sorted(files, key=lambda file: file.stat().st_mtime_ns):
            letter = email.message_from_bytes(file.read_bytes(), policy=policy.default)
            if f"{name.lower()}@example.com" in letter["To"]:
                found.append(letter["Subject"].split(":")[0])
        return found

    def has_read(self):
        """Waits until the calendar has been read from its beginning to its end once more."""
        done = len(self.lab.everything("/v1/jobs?kind=follow&state=completed"))
        until(lambda: len(self.lab.everything("/v1/jobs?kind=follow&state=completed")) >= done + 2,
              SECONDS, "two more readings")

    def is_quiet(self):
        """Until nobody looks at anything any more."""
        until(lambda: not self.lab.everything("/v1/jobs?kind=observe&state=available&state=executing"),
              SECONDS, "every look to end")


@pytest.fixture(params=PROVIDERS)
def host(request, tmp_path, sandbox):
    provider = request.param
    quick = quick_following(tmp_path)
    if provider == "caldav":
        radicale = request.getfixturevalue("radicale")
        with Lab(tmp_path / "data", *quick, radicale=radicale) as lab:
            yield Host(lab, lab.create_link(), CalDAVHand(radicale, "cal"))
        return
    sandbox.account(provider)
    settings = provider_settings(sandbox, tmp_path / "settings")
    with Lab(tmp_path / "data", *settings, *quick) as lab:
        yield Host(lab, link_on(lab, connect(lab, provider)), SandboxHand(sandbox, provider))


def test_s18_owner_deletes_the_event(host):
    path, event = host.booked(0, "Grace")
    other, _ = host.booked(2, "Ada")
    host.has_read()
    host.hand.delete(event)
    booking = host.becomes(path, "cancelled")
    assert host.changes(path) == ["booked", "confirmed", "cancelledInCalendar"]
    assert booking["history"][-1]["by"] == "host"
    assert booking["reason"] == "The host has taken this meeting off the calendar."
    # Free again, and nobody else's booking is touched.
    assert host.slots[0] in host.lab.slots(host.link, days=20)
    host.has_read()
    assert host.booking(other)["state"] == "confirmed"
    until(lambda: host.letters("Grace").count("Cancelled") == 1, SECONDS, "the guest to be told")
    assert host.letters("Grace").count("Cancelled") == 1
    assert "Cancelled" not in host.letters("Ada")
    page = host.lab.client().get(path, Accept="text/html").text
    assert "Taken off the calendar by" in page


def test_moved_twice_and_nothing_is_written_back(host):
    path, event = host.booked(0, "Grace")
    host.has_read()
    revision = 0
    for number, start in enumerate([host.slots[10], host.slots[20]], start=1):
        host.hand.move(event, start, minutes=45)
        booking = host.becomes(path, "confirmed", start)
        assert instant(booking["end"]) - instant(booking["start"]) == timedelta(minutes=45)
        # The SEQUENCE of what guests get; programs of CalDAV raise it as they like.
        assert booking["revision"] > revision
        revision = booking["revision"]
        assert host.hand.starts() == [instant(start)]
        until(lambda: host.letters("Grace").count("Moved") == number, SECONDS, "the guest to be told")
    page = host.lab.client().get(path, Accept="text/html").text
    assert "It was planned for:" in page
    # The guest goes on from there.
    answer = host.lab.client().post(f"{path}/reschedule", {"start": host.slots[30]}, Prefer="wait=30")
    assert answer.status == 200, answer
    assert host.hand.starts() == [instant(host.slots[30])]
    host.has_read()
    host.is_quiet()
    assert host.changes(path) == [
        "booked", "confirmed", "movedInCalendar", "movedInCalendar", "rescheduleRequested", "moved"]


def test_taken_back_within_the_grace(host):
    path, event = host.booked(0, "Grace")
    host.has_read()
    host.hand.move(event, host.slots[10])
    until(lambda: any(job["state"] == "scheduled"
                      for job in host.lab.everything("/v1/jobs?kind=observe")), SECONDS,
          "it to be seen")
    host.hand.move(event, host.slots[0])
    until(lambda: any("changeTakenBack" in line for line in host.lab.server.lines), SECONDS,
          "it to be seen again")
    assert host.changes(path) == ["booked", "confirmed"]
    assert "Moved" not in host.letters("Grace")


# Radicale cannot be told to lie.
@pytest.mark.parametrize("host", ["google", "outlook"], indirect=True)
def test_s18_phantom_deletion(host):
    path, event = host.booked(0, "Grace")
    host.has_read()
    host.hand.say_gone(event)
    until(lambda: any("phantomDeletion" in line for line in host.lab.server.lines), SECONDS,
          f"the warning\n{host.lab.server.log()}")
    host.is_quiet()
    assert host.changes(path) == ["booked", "confirmed"]
    assert "Cancelled" not in host.letters("Grace")


def test_deleted_during_our_downtime(host):
    path, event = host.booked(0, "Grace")
    other, moved = host.booked(2, "Ada")
    host.has_read()
    host.lab.server.kill()
    host.hand.delete(event)
    host.hand.move(moved, host.slots[10])
    host.lab.server.start()
    host.becomes(path, "cancelled")
    host.becomes(other, "confirmed", host.slots[10])


def test_s18_a_guest_moves_what_the_host_has_deleted(host):
    path, event = host.booked(0, "Grace")
    host.hand.delete(event)
    answer = host.lab.client().post(f"{path}/reschedule", {"start": host.slots[10]})
    if answer.status != 202:
        # It was followed already.
        assert answer.problem == "booking-cancelled", answer
    booking = host.becomes(path, "cancelled")
    assert booking["history"][-1]["change"] == "cancelledInCalendar"
    until(lambda: host.letters("Grace").count("Cancelled") == 1, SECONDS, "the guest to be told")
    assert "Not moved" not in host.letters("Grace")


def test_one_upon_another_is_the_hosts_to_decide(host):
    path, event = host.booked(0, "Grace")
    other, _ = host.booked(10, "Ada")
    host.has_read()
    host.hand.move(event, host.slots[10])
    host.becomes(path, "confirmed", host.slots[10])
    assert host.booking(other)["state"] == "confirmed"
    taken = host.lab.book(host.link, host.slots[10], name="Late")
    assert taken.status == 409 and taken.problem == "slot-taken", taken


# Guests of Radicale answer by mail.
@pytest.mark.parametrize("host", ["google", "outlook"], indirect=True)
def test_a_guests_answer_is_taken_down(host):
    path, event = host.booked(0, "Grace")
    host.has_read()
    host.hand.answer(event, "grace@example.com", "declined")
    booking_id = host.booking(path)["id"]

    def replies():
        answer = host.lab.client().get(f"/v1/bookings/{booking_id}")
        assert answer.status == 200, answer
        return answer.json().get("replies")

    [reply] = until(replies, SECONDS, "the answer")
    assert (reply["email"], reply["answer"]) == ("grace@example.com", "declined")
    assert host.booking(path)["state"] == "confirmed"
