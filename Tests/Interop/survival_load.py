"""The guests of the survival test: they book, move and cancel while the server is being killed."""

import json
import random
import threading
import time
from dataclasses import dataclass, field

from bookend_lab import ConnectionLost
from bookend_lab.facade import instant, new_key, path_of, request

# A request that got no answer is repeated with its key. The server is back within seconds, so a
# minute means that it does not come back.
PATIENCE_SECONDS = 60
# Rests between a guest's actions, so that the load does not outrun the one Radicale for good.
LONGEST_REST_SECONDS = 0.15
WAITING = {"pending", "rescheduling", "cancelling"}


@dataclass
class Accepted:
    """One 202 for a new booking, and what was asked of it since."""

    path: str
    link: dict
    key: str
    body: bytes
    answer: bytes
    #: Where it was last asked to be.
    start: str
    asked: list = field(default_factory=list)


class Load:
    def __init__(self, lab, recurring, single_use, slots, seed, guests):
        self.lab = lab
        self.recurring = recurring
        self.single_use = single_use
        self.slots = slots
        self.accepted = []
        self.answers = {}
        self.errors = []
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.threads = [
            threading.Thread(target=self._guest, args=[random.Random(seed * 1000 + number)])
            for number in range(guests)
        ]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Lets every guest finish what it began."""
        self.over.set()
        for thread in self.threads:
            thread.join(PATIENCE_SECONDS + 30)
            assert not thread.is_alive(), "a guest got no answer"

    def _guest(self, chance):
        mine = []
        try:
            while not self.over.wait(chance.random() * LONGEST_REST_SECONDS):
                dice = chance.random()
                if dice < 0.55 or not mine:
                    self._book(chance.choice(self.recurring), chance, mine)
                elif dice < 0.70:
                    self._book(chance.choice(self.single_use), chance, mine)
                elif dice < 0.88:
                    self._change(chance.choice(mine), "reschedule", chance)
                else:
                    self._change(mine.pop(chance.randrange(len(mine))), "cancel", chance)
        except Exception as error:  # noqa: BLE001 - told by the main thread
            self.errors.append(repr(error))

    def _book(self, link, chance, mine):
        start, key = chance.choice(self.slots), new_key()
        name = chance.choice(["Grace", "Ada", "Edsger", "Barbara"])
        answer, body = self._insist(f"/b/{link['slug']}/bookings", request(start, name), key)
        if answer.status != 202:
            # Somebody was faster, or the link is spent: the only refusals that this load can cause.
            if answer.status == 409:
                assert answer.problem == "slot-taken", answer
            else:
                assert answer.status == 410 and answer.problem == "link-spent", answer
            return
        booking = Accepted(path_of(answer), link, key, body, answer.body, start)
        mine.append(booking)
        with self.lock:
            self.accepted.append(booking)

    def _change(self, booking, verb, chance):
        start = chance.choice([slot for slot in self.slots if slot != booking.start])
        value = {"start": start} if verb == "reschedule" else {"reason": "no longer needed"}
        answer, _ = self._insist(f"{booking.path}/{verb}", value, new_key())
        if answer.status in (200, 202):
            booking.asked.append((verb, start))
            booking.start = start
        else:
            # 409: taken, still under way, or already cancelled. The server may say nothing else.
            assert answer.status == 409, answer

    def _insist(self, path, value, key):
        """Asks with one key until there is an answer."""
        body = json.dumps(value).encode()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            port = self.lab.server.port
            try:
                if port:
                    with self.lab.client(timeout=10) as client:
                        answer = client.request(
                            "POST", path, body,
                            {"Idempotency-Key": key, "Content-Type": "application/json"})
                    if answer.status not in (503, 429) and not in_flight(answer):
                        with self.lock:
                            self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
                        return answer, body
            except ConnectionLost:
                pass
            assert time.monotonic() < deadline, f"{path}: no answer in {PATIENCE_SECONDS} s"
            self.over.wait(0.02)


def in_flight(answer):
    return answer.status == 409 and answer.problem == "idempotency-in-flight"


def overlaps(events):
    """Pairs of neighbours in one calendar that overlap."""
    ordered = sorted(events, key=lambda event: event[1])
    return [(a, b) for a, b in zip(ordered, ordered[1:]) if b[1] < a[2]]


def times_of(booking):
    return instant(booking["start"]), instant(booking["end"])
