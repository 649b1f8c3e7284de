"""It survives: SIGKILL at random moments under load, judged from outside."""

import email
import os
import random
import re
import sqlite3
import time
from collections import Counter
from email import policy

import pytest
from bookend_lab import ConnectionLost, Lab, Radicale, until
from bookend_lab.facade import instant
from survival_load import Load, overlaps, times_of

# At least so many, and more while the load has not reached what it has to.
KILLS = 24
MOST_KILLS = 72
LEAST_BOOKINGS, LEAST_CONFIRMED = 100, 50
# Some kills come while the server is still recovering; the others let it show its recovery.
EARLY_KILLS = 4
RECOVERY_SECONDS = 2.0
GUESTS = 6
RECURRING, SINGLE_USE = 4, 40
CALENDARS = ("work", "private")


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory):
    """The world after the last restart, when everything has come to rest."""
    seed = int(os.environ.get("BOOKEND_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"BOOKEND_SEED={seed}")
    folder = tmp_path_factory.mktemp("survival")
    with Radicale(folder / "radicale") as radicale:
        lab = Lab(folder / "data", radicale=radicale, calendars=CALENDARS)
        with lab:
            world = Aftermath(lab, radicale, seed)
            world.live_through_it()
            yield world


class Aftermath:
    def __init__(self, lab, radicale, seed):
        self.lab, self.radicale, self.seed = lab, radicale, seed
        self.chance = random.Random(seed)
        self.recoveries = []

    def live_through_it(self):
        calendars = [self.lab.calendars[name] for name in CALENDARS]
        links = [
            self.lab.create_link(
                kind=kind, calendar=calendars[number % 2], title=f"{kind} {number}",
                slotIntervalMinutes=15 if number % 4 == 0 else 30)
            for kind, count in (("recurring", RECURRING), ("singleUse", SINGLE_USE))
            for number in range(count)
        ]
        self.recurring, self.single_use = links[:RECURRING], links[RECURRING:]
        self.load = Load(
            self.lab, self.recurring, self.single_use,
            self.lab.slots(self.recurring[1], days=40), self.seed, GUESTS)
        self.load.start()
        try:
            early = set(self.chance.sample(range(KILLS), EARLY_KILLS))
            self.kills = 0
            while self.kills < KILLS or (
                    len(self.load.accepted) <= LEAST_BOOKINGS and self.kills < MOST_KILLS):
                self.kill_and_restart(measure=self.kills not in early)
                self.kills += 1
        finally:
            self.load.stop()
        assert not self.load.errors, self.load.errors
        self.bookings = {
            accepted.path: self.lab.ending(accepted.path, seconds=90)
            for accepted in self.load.accepted
        }
        until(self.nothing_to_do, 60, "every job to end")
        self.events = {name: self.radicale.events(name) for name in CALENDARS}
        print(f"answers {self.load.answers}, states {self.states()}, recoveries {self.recoveries}")

    def kill_and_restart(self, measure):
        server = self.lab.server
        if measure:
            began = server.started_at
            until(lambda: self.finished_since(began), 20, "the first finished job")
            self.recoveries.append(round(time.time() - began, 3))
            time.sleep(self.chance.random() * 0.8)
        else:
            time.sleep(self.chance.random() * 0.15)
        server.kill()
        server.start()

    def finished_since(self, moment):
        try:
            with self.lab.client(timeout=5) as client:
                jobs = client.get("/v1/jobs?state=completed&limit=200").json()["data"]
        except ConnectionLost:
            return False
        return any(instant(job["finishedAt"]).timestamp() >= moment for job in jobs)

    def nothing_to_do(self):
        return not self.lab.everything("/v1/jobs?state=available&state=executing")

    def states(self):
        return Counter(booking["state"] for booking in self.bookings.values())

    def uid(self, path):
        with self.lab.client() as client:
            invitation = client.get(f"{path}/invite.ics", Accept="text/calendar")
        assert invitation.status == 200, invitation
        return re.search(r"^UID:(.*?)\r?$", unfolded(invitation.text), re.M)[1]


def unfolded(text):
    """RFC 5545 section 3.1."""
    return re.sub(r"\r?\n[ \t]", "", text)


def test_the_load_was_a_load(aftermath):
    assert len(aftermath.bookings) > LEAST_BOOKINGS
    assert aftermath.states()["confirmed"] > LEAST_CONFIRMED
    assert aftermath.states()["cancelled"] > 0
    assert any(verb == "reschedule" for a in aftermath.load.accepted for verb, _ in a.asked)


def test_work_goes_on_within_two_seconds(aftermath):
    assert len(aftermath.recoveries) == aftermath.kills - EARLY_KILLS >= KILLS - EARLY_KILLS
    assert max(aftermath.recoveries) < RECOVERY_SECONDS, aftermath.recoveries


def test_nobody_wrote_to_the_calendars_but_us_so_nothing_is_refused(aftermath):
    assert set(aftermath.states()) <= {"confirmed", "cancelled"}


def test_each_confirmed_booking_is_one_event_at_its_time(aftermath):
    everywhere = [event for events in aftermath.events.values() for event in events]
    for path, booking in aftermath.bookings.items():
        if booking["state"] == "confirmed":
            uid = aftermath.uid(path)
            found = [(start, end) for event, start, end in everywhere if event == uid]
            assert found == [times_of(booking)], f"{path} {uid}"


def test_no_event_is_without_a_booking(aftermath):
    confirmed = {
        aftermath.uid(path)
        for path, booking in aftermath.bookings.items() if booking["state"] == "confirmed"
    }
    events = [uid for found in aftermath.events.values() for uid, _, _ in found]
    assert sorted(events) == sorted(confirmed)


def test_no_two_events_overlap_in_a_calendar(aftermath):
    for events in aftermath.events.values():
        assert overlaps(events) == []


def test_a_request_that_was_repeated_made_one_booking(aftermath):
    assert len(aftermath.lab.everything("/v1/bookings")) == len(aftermath.bookings)
    with aftermath.lab.client() as client:
        for accepted in aftermath.load.accepted[::10]:
            again = client.request(
                "POST", f"/b/{accepted.link['slug']}/bookings", accepted.body,
                {"Idempotency-Key": accepted.key, "Content-Type": "application/json"})
            assert (again.status, again.body) == (202, accepted.answer)


def test_single_use_links_are_spent_once(aftermath):
    uses = Counter(accepted.link["id"] for accepted in aftermath.load.accepted)
    with aftermath.lab.client() as client:
        for link in aftermath.single_use:
            assert uses[link["id"]] <= 1
            state = client.get(f"/v1/links/{link['id']}").json()["state"]
            assert state == ("spent" if uses[link["id"]] else "active")
    assert any(uses[link["id"]] for link in aftermath.single_use)


def test_a_change_that_was_accepted_was_made(aftermath):
    for accepted in aftermath.load.accepted:
        booking = aftermath.bookings[accepted.path]
        if any(verb == "cancel" for verb, _ in accepted.asked):
            assert booking["state"] == "cancelled"
        else:
            assert instant(booking["start"]) == instant(accepted.start)


def test_each_change_was_mailed_once(aftermath):
    sent = Counter()
    for letter in (aftermath.lab.data / "outbox").glob("*.eml"):
        message = email.message_from_bytes(letter.read_bytes(), policy=policy.default)
        calendar = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
        text = unfolded(calendar.get_content())
        names = ("UID", "SEQUENCE", "METHOD")
        found = [re.search(rf"^{name}:(.*?)\r?$", text, re.M)[1] for name in names]
        sent[(message["To"], *found)] += 1
    assert sent, "no letters"
    assert [key for key, count in sent.items() if count > 1] == []


# Last: it ends the server.
def test_the_database_is_sound(aftermath):
    assert aftermath.lab.server.stop() == 0
    files = [
        path for path in aftermath.lab.data.iterdir()
        if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3"
    ]
    assert files
    for path in files:
        with sqlite3.connect(path) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
