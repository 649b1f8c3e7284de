"""The ledger beside the calendar: what differs is found and reported, and repaired when somebody says so."""

import json
import sqlite3

import pytest
from bookend_lab import Lab, bookend, run_bookend, until
from bookend_lab.accounts import connect, link_on
from bookend_lab.facade import instant, new_key
from bookend_lab.hosts_hand import CalDAVHand, SandboxHand
from bookend_lab.signin import provider_settings

PROVIDERS = ["google", "outlook", "caldav"]
SECONDS = 30
# What hosts do is not followed here: these tests are about what was missed.
BLIND = [
    word for provider in PROVIDERS
    for word in ("--set", f"following.{provider}PollSeconds=86400")]


class Compared:
    """A lab on one provider's calendar, and the hand of its host."""

    def __init__(self, lab, link, hand):
        self.lab, self.link, self.hand = lab, link, hand
        self.slots = lab.slots(link, days=20)

    def booked(self, number=0):
        start = self.slots[number]
        path = self.lab.confirmed(self.link, start)
        return path, until(lambda: self.hand.event(start), 10, "its event")

    def compare(self):
        """Open findings, oldest first, after a comparison."""
        answer = self.lab.client().post("/v1/findings/compare", {})
        assert answer.status == 202, answer
        for job in answer.json()["jobs"]:
            until(lambda: self.job(job)["state"] == "completed", SECONDS,
                  f"{job} to end\n{self.lab.server.log()}")
        return self.lab.everything("/v1/findings?state=open")[::-1]

    def job(self, job):
        return self.lab.client().get(f"/v1/jobs/{job}").json()

    def finding(self):
        [found] = self.compare()
        return found

    def repair(self, finding, repair, key=None, **more):
        answer = self.lab.client().post(
            f"/v1/findings/{finding['id']}/repair", {"repair": repair} | more,
            Idempotency_Key=key or new_key())
        assert answer.status == 202, answer
        job = answer.json()["repair"]["job"]
        ended = until(
            lambda: (j := self.job(job))["state"] in ("completed", "cancelled", "discarded") and j,
            SECONDS, f"{job} to end\n{self.lab.server.log()}")
        return ended

    def repaired(self, finding, repair):
        """Does it, twice: the second time there is nothing to be done."""
        key = new_key()
        job = self.repair(finding, repair, key)
        assert job["state"] == "completed", job
        again = self.repair(finding, repair, key)
        assert again["id"] == job["id"]
        answer = self.lab.client().post(
            f"/v1/findings/{finding['id']}/repair", {"repair": repair})
        assert answer.status == 409, answer
        shown = self.lab.client().get(f"/v1/findings/{finding['id']}").json()
        assert shown["resolution"] == "repaired" and shown["repair"]["by"] == "key lab"
        assert self.compare() == []

    def state(self, path):
        return self.lab.client().get(path).json()["state"]

    def letters(self):
        return len(list((self.lab.data / "outbox").glob("*.eml")))


@pytest.fixture(params=PROVIDERS)
def compared(request, tmp_path, sandbox):
    provider = request.param
    if provider == "caldav":
        radicale = request.getfixturevalue("radicale")
        with Lab(tmp_path / "data", *BLIND, radicale=radicale) as lab:
            yield Compared(lab, lab.create_link(), CalDAVHand(radicale, "cal"))
        return
    sandbox.account(provider)
    settings = provider_settings(sandbox, tmp_path / "settings")
    with Lab(tmp_path / "data", *settings, *BLIND) as lab:
        yield Compared(lab, link_on(lab, connect(lab, provider)), SandboxHand(sandbox, provider))


def test_what_agrees_is_no_finding(compared):
    compared.booked(0)
    compared.booked(4)
    assert compared.compare() == []


def test_a_deleted_event_is_made_anew(compared):
    path, event = compared.booked()
    compared.hand.delete(event)
    finding = compared.finding()
    assert finding["kind"] == "missing" and finding["repairs"] == ["recreateEvent", "cancelBooking"]
    assert instant(finding["agreed"]["start"]) == instant(compared.slots[0])
    # Found again, it is the same; and nothing has changed by looking.
    assert compared.finding()["id"] == finding["id"]
    assert compared.state(path) == "confirmed" and compared.hand.starts() == []
    compared.repaired(finding, "recreateEvent")
    assert compared.hand.starts() == [instant(compared.slots[0])]
    # The booking goes on from there.
    answer = compared.lab.client().post(f"{path}/cancel", {}, Prefer="wait=30")
    assert answer.status == 200 and compared.hand.starts() == []


def test_or_the_booking_ends(compared):
    path, event = compared.booked()
    compared.hand.delete(event)
    compared.repaired(compared.finding(), "cancelBooking")
    booking = compared.lab.client().get(path).json()
    assert booking["state"] == "cancelled" and booking["history"][-1]["by"] == "host"


def test_a_moved_event_is_followed(compared):
    path, event = compared.booked()
    compared.hand.move(event, compared.slots[10])
    finding = compared.finding()
    assert finding["kind"] == "moved"
    assert instant(finding["found"]["start"]) == instant(compared.slots[10])
    compared.repaired(finding, "followCalendar")
    booking = compared.lab.client().get(path).json()
    assert instant(booking["start"]) == instant(compared.slots[10])
    assert compared.hand.starts() == [instant(compared.slots[10])]


def test_or_is_put_back_unless_its_time_was_taken(compared):
    path, event = compared.booked()
    compared.hand.move(event, compared.slots[10])
    finding = compared.finding()
    compared.repaired(finding, "restoreTime")
    assert compared.hand.starts() == [instant(compared.slots[0])]
    assert compared.state(path) == "confirmed"


def test_an_event_that_was_left_behind_is_removed(compared):
    """By the command line, with its dry run; the calendar let go of nothing when the booking ended."""
    path, event = compared.booked()
    lab = compared.lab
    # As after a cancel that was given up: the booking has ended, and its event stands.
    lab.server.stop()
    with sqlite3.connect(lab.data / "bookend.db") as database:
        database.execute("UPDATE bookings SET state = 'cancelled'")
        database.execute("DELETE FROM claims")
    lab.server.start()
    finding = compared.finding()
    assert finding["kind"] == "extra" and not finding["isCopy"]
    listed = bookend("findings", "list", "--data", lab.data, "--kind", "extra", "--state", "open")
    assert [one["id"] for one in listed["data"]] == [finding["id"]]
    dry = bookend("findings", "repair", finding["id"], "--data", lab.data,
                  "--with", "removeEvent", "--dry-run")
    assert dry["would"] == "take the event off the calendar" and compared.hand.starts()
    wrong = run_bookend("findings", "repair", finding["id"], "--data", lab.data,
                        "--with", "restoreTime")
    assert wrong.returncode == 1 and "removeEvent" in wrong.stderr
    started = bookend("findings", "repair", finding["id"], "--data", lab.data,
                      "--with", "removeEvent")
    assert started["repair"]["by"] == "the command line"
    until(lambda: compared.hand.starts() == [], SECONDS, f"it to be removed\n{lab.server.log()}")
    until(lambda: bookend("findings", "show", finding["id"], "--data", lab.data)["resolution"]
          == "repaired", SECONDS, "the finding to be resolved")
    again = run_bookend("findings", "repair", finding["id"], "--data", lab.data,
                        "--with", "removeEvent")
    assert again.returncode == 1 and "resolved already" in again.stderr


def test_a_lost_answer_makes_one_event(tmp_path, sandbox):
    """The calendar has made it anew, and nobody heard."""
    sandbox.account("google")
    settings = provider_settings(sandbox, tmp_path / "settings")
    with Lab(tmp_path / "data", *settings, *BLIND) as lab:
        compared = Compared(lab, link_on(lab, connect(lab, "google")), SandboxHand(sandbox, "google"))
        _, event = compared.booked()
        compared.hand.delete(event)
        finding = compared.finding()
        sandbox.arm("google", "cut", afterCommit=True, method="POST",
                    path="/calendar/v3/calendars/*/events", skip=1)
        job = compared.repair(finding, "recreateEvent")
        assert job["state"] == "completed", json.dumps(job)
        assert len(compared.hand.starts()) == 1


def test_findings_are_counted(compared):
    _, event = compared.booked()
    compared.hand.delete(event)
    compared.finding()
    lab = compared.lab
    page = lab.client().get("/metrics", Authorization=f"Bearer {lab.key}").text
    assert 'bookend_findings{kind="missing"} 1.0' in page
    assert any(" finding " in line and "kind=missing" in line for line in lab.server.lines)
