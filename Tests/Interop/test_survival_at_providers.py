"""It survives at Google and Outlook: answers lost after the work was done, and SIGKILL, under bookings."""

import os
import random
from collections import Counter

import pytest
from bookend_lab import Lab, until
from bookend_lab.accounts import connect, link_on
from bookend_lab.facade import instant, path_of
from bookend_lab.signin import provider_settings

BOOKINGS, KILLS = 12, 3
# What a write meets after it was done, and before: nobody can tell which from the answer.
FAULTS = [
    ("cut", {"afterCommit": True}), ("cut", {}), ("truncated", {}),
    ("serverError", {"status": 500, "afterCommit": True}), ("serverError", {"status": 503}),
]


@pytest.mark.parametrize("provider", ["google", "outlook"])
def test_one_event_for_each_booking_and_one_mail_for_each_change(tmp_path, sandbox, provider):
    seed = int(os.environ.get("BOOKEND_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"BOOKEND_SEED={seed}")
    chance = random.Random(seed)
    sandbox.account(provider)
    settings = provider_settings(sandbox, tmp_path / "settings")
    with Lab(tmp_path / "data", *settings) as lab:
        link = link_on(lab, connect(lab, provider))
        slots = lab.slots(link, days=30)
        # Every third slot, so that no booking lies in another's way, also where it moves by one.
        storm(sandbox, provider, chance)
        paths = [book(lab, link, start) for start in slots[: BOOKINGS * 3 : 3]]
        for _ in range(KILLS):
            until(lambda: chance.random() < 0.2, 5, "a moment to die at")
            lab.server.kill()
            lab.server.start()
        assert {lab.ending(path, seconds=120)["state"] for path in paths} == {"confirmed"}

        storm(sandbox, provider, chance)
        for number, path in enumerate(paths[:6]):
            verb, body = (
                ("cancel", {"reason": "Ill"}) if number % 2
                else ("reschedule", {"start": slots[number * 3 + 1]}))
            assert lab.client().post(f"{path}/{verb}", body).status == 202
        lab.server.kill()
        lab.server.start()
        bookings = [lab.ending(path, seconds=120) for path in paths]
        until(lambda: not lab.everything("/v1/jobs?state=available&state=executing"), 60,
              "every job to end")

    met = Counter(call["fault"] for call in sandbox.calls if call["fault"])
    print(met)
    assert met.total() >= 6, "a storm is more than that"
    states = Counter(booking["state"] for booking in bookings)
    assert states == {"confirmed": BOOKINGS - 3, "cancelled": 3}
    wanted = sorted(instant(one["start"]) for one in bookings if one["state"] == "confirmed")
    assert starts(sandbox, provider) == wanted
    mails = Counter(kind for kind, _ in sandbox.mails)
    assert mails == {"invitation": BOOKINGS, "update": 3, "cancellation": 3}


def storm(sandbox, provider, chance):
    """One write in three goes wrong, in one way or another."""
    for method in ("POST", "PATCH", "DELETE"):
        for skip in range(4):
            kind, more = chance.choice(FAULTS)
            sandbox.arm(provider, kind, method=method, path="*/events*", skip=skip * 2, **more)


def book(lab, link, start):
    answer = lab.book(link, start)
    assert answer.status == 202, answer
    return path_of(answer)


def starts(sandbox, provider):
    """Of the events that are there, by their own word."""
    live = [
        event for event in sandbox.events(provider)
        if event.get("status") != "cancelled" and not event.get("isDeleted")
    ]
    times = [event["start"] for event in live]
    return sorted(
        instant(time["dateTime"] if provider == "google" else time["dateTime"][:19] + "Z")
        for time in times)
