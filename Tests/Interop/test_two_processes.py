"""Two processes on one data folder: one is told to stop, or is killed, and the other goes on."""

import itertools
import sqlite3
import threading
import time

import pytest
from bookend_lab import ConnectionLost, Lab, Server, until
from bookend_lab.facade import ENDINGS, new_key, path_of, request
from survival_load import times_of

GRACE_SECONDS = 20
TAKEN_OVER_SECONDS = 2.0
GUESTS = 6
ACCEPTED_BEFORE = 12


class Guests:
    """They book slot after slot, each at the server that the folder's two processes let them reach."""

    def __init__(self, link, slots, servers):
        self.link, self.servers = link, servers
        self.accepted, self.errors = [], []
        self.under_way, self.over = threading.Event(), threading.Event()
        self.threads = [
            threading.Thread(target=self._guest, args=[number, slots[number::GUESTS]])
            for number in range(GUESTS)
        ]

    def _guest(self, number, mine):
        try:
            for start in mine:
                if self.over.is_set():
                    return
                path = self._insist(number, start, new_key())
                # One after the other, or the one CalDAV server is outrun for good.
                self._until_ended(path)
                if len(self.accepted) >= ACCEPTED_BEFORE:
                    self.under_way.set()
        except Exception as error:  # noqa: BLE001 - told by the main thread
            self.errors.append(repr(error))

    def _insist(self, number, start, key):
        """With one key, at one server and then at the other, until there is an answer; returns its path."""
        servers = itertools.cycle(self.servers[number % 2:] + self.servers[:number % 2])

        def accepted():
            answer = self._ask(next(servers), lambda client: client.post(
                f"/b/{self.link['slug']}/bookings", request(start), Idempotency_Key=key))
            if answer is None or answer.status == 503:
                return None
            assert answer.status == 202, answer
            return path_of(answer)

        path = until(accepted, 30, f"an answer for {start}")
        self.accepted.append(path)
        return path

    def _until_ended(self, path):
        servers = itertools.cycle(self.servers)

        def ended():
            answer = self._ask(next(servers), lambda client: client.get(path))
            return self.over.is_set() or answer and answer.json().get("state") in ENDINGS

        until(ended, 30, f"an ending of {path}")

    def _ask(self, server, question):
        """None where the server does not answer: it has just gone."""
        if not server.port:
            return None
        try:
            return question(server.client(timeout=10))
        except ConnectionLost:
            return None

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        assert self.under_way.wait(30), self.errors
        return self

    def __exit__(self, *error):
        self.over.set()
        for thread in self.threads:
            thread.join(60)
        assert self.errors == []


@pytest.fixture
def pair(tmp_path, radicale):
    """The lab's server, a second one beside it, and a calendar of somebody else's server."""
    with Lab(tmp_path / "data", radicale=radicale) as lab:
        with Server(lab.data, key=lab.key) as second:
            yield lab, second


def rows(lab, sql):
    """As another process sees them."""
    with sqlite3.connect(f"file:{lab.data}/bookend.db?mode=ro", uri=True, timeout=10) as database:
        return database.execute(sql).fetchall()


def claimed_by(lab, process):
    return rows(
        lab, f"SELECT id, fence FROM jobs WHERE state = 'executing' AND process_id = {process}")


def process_of(lab, server):
    """The second has the higher number: processes are numbered as they start."""
    numbers = [number for number, in rows(lab, "SELECT id FROM processes ORDER BY id")]
    return numbers[0] if server is lab.server else numbers[-1]


def check_endings(lab, server, radicale, guests):
    """None lost, none doubled."""
    client = server.client()
    bookings = {path: lab.ending(path, client, seconds=60) for path in guests.accepted}
    until(
        lambda: not lab.everything("/v1/jobs?state=available&state=executing", client), 30,
        "every job to end")
    assert len(bookings) == len(set(guests.accepted))
    assert {booking["state"] for booking in bookings.values()} <= ENDINGS
    confirmed = sorted(
        times_of(booking) for booking in bookings.values() if booking["state"] == "confirmed")
    name = next(iter(lab.calendars))
    events = sorted((start, end) for _, start, end in radicale.events(name))
    assert events == confirmed
    assert len(lab.everything("/v1/bookings", client)) == len(bookings)
    assert rows(lab, "SELECT count(*) FROM jobs WHERE state = 'executing'") == [(0,)]


def test_one_that_is_told_to_stop_hands_its_work_to_the_other(pair, radicale):
    lab, second = pair
    link = lab.create_link()
    first_process = process_of(lab, lab.server)
    with Guests(link, lab.slots(link, days=30), [lab.server, second]) as guests:
        began = time.monotonic()
        assert lab.server.stop(GRACE_SECONDS) == 0
        assert time.monotonic() - began < GRACE_SECONDS
        lab.server.port = None
        assert claimed_by(lab, first_process) == []
    check_endings(lab, second, radicale, guests)
    # Nothing was tried twice for it.
    spent = rows(lab, "SELECT id, attempt FROM jobs WHERE attempt <> 1 AND state = 'completed' AND kind <> 'link'")
    assert spent == []
    assert rows(lab, "SELECT count(*) FROM attempts WHERE outcome = 'orphaned'") == [(0,)]
    assert second.stop() == 0
    assert rows(lab, "SELECT count(*) FROM jobs WHERE state = 'executing'") == [(0,)]


def test_the_jobs_of_one_that_is_killed_go_on_in_the_other(pair, radicale):
    lab, second = pair
    link = lab.create_link()
    processes = {process_of(lab, server): server for server in (lab.server, second)}

    def busy():
        # Where an account lets few through, one of the two may have all of its work.
        return next((number for number in processes if claimed_by(lab, number)), None)

    with Guests(link, lab.slots(link, days=30), [lab.server, second]) as guests:
        victim = until(busy, 20, "one of them to have work")
        processes[victim].kill()
        killed = time.time()
        left = claimed_by(lab, victim)
        until(lambda: not claimed_by(lab, victim), 10, "its jobs to be taken over")
        rescued = time.time() - killed
    [other] = [server for number, server in processes.items() if number != victim]
    check_endings(lab, other, radicale, guests)
    print(f"{len(left)} jobs were left, and taken over after {rescued:.2f} s")
    assert rescued < TAKEN_OVER_SECONDS
    for number, fence in left:
        claims = rows(lab, f"""
            SELECT fence, outcome, started_at FROM attempts WHERE job_id = {number}
            UNION SELECT fence, NULL, started_at FROM jobs WHERE id = {number}""")
        assert (fence, "orphaned") in [claim[:2] for claim in claims]
        again = min(at for claim, _, at in claims if claim == fence + 1) / 1000 - killed
        assert again < TAKEN_OVER_SECONDS, f"job_{number} ran on after {again:.2f} s"
