"""Bookings carried out at Google and Outlook, as the sandbox plays them, by how late the provider answers.

The bookings are accepted while their queue is paused, so that the time is that of carrying out alone. The
limit is what the lane's settings let through: so many a second, and no more at once than may be under way
while each makes its calls one after the other.
"""

import sqlite3
from collections import Counter

from bookend_lab import Lab, Sandbox, until
from bookend_lab.accounts import connect, link_on
from bookend_lab.signin import provider_settings
from processes import LIMITS
from tables import Table

LATENCIES = (0, 50, 200)
# What the provider is asked for by default (config/default.json5), and the same without a rate.
SETTINGS = {"google": {"at once": 8, "a second": 8}, "outlook": {"at once": 3, "a second": 10}}
UNLIMITED = 10_000


def providers(folder, options):
    table = Table(
        "bookings carried out at providers", "bookings a second against the sandbox, from the resumed queue's first"
        " write to its last. limit: what the lane lets through by its rate, and by its places with the calls"
        " that were counted at that latency. calls: of one booking, from its acceptance to its end",
        [("ours", "ours/s"), ("limit", "limit/s"), (None, "of limit", ("ours", "limit")),
         ("calls", "calls"), ("writes", "writes"), ("atOnce", "at once")])
    for provider, limits in SETTINGS.items():
        for rate, words in ((limits["a second"], "by default"), (UNLIMITED, "no rate")):
            for latency in LATENCIES[1:2] if options.quick else LATENCIES:
                row = f"{provider} at {latency} ms, {words}"
                count = bookings(options, rate, latency)
                measured = carry_out(
                    folder / row.replace(" ", "-"), provider, rate, latency, count)
                calls = measured["calls"]
                by_places = limits["at once"] / (calls * latency / 1000) if latency else None
                limit = min(rate, by_places or rate)
                table.add(row, limit=None if limit == UNLIMITED else limit, **measured)
                table.goals[row] = "≤ 2 calls"
    return table


def bookings(options, rate, latency):
    if options.quick:
        return 4
    # Some seconds of each, the burst after a rest left behind.
    return 60 if rate < UNLIMITED else 200 if latency else 600


def carry_out(folder, provider, rate, latency, count):
    with Sandbox() as sandbox:
        sandbox.account(provider)
        settings = provider_settings(sandbox, folder / "settings")
        more = ("--set", f"lanes.{provider}PerSecond={rate}")
        with Lab(folder / "data", *settings, *more, *LIMITS) as lab:
            link = link_on(lab, connect(lab, provider))
            pause(lab, "calendar")
            pause(lab, "mail")
            sandbox.control("DELETE", "calls")
            for start in lab.slots(link, days=30)[:count]:
                answer = lab.book(link, start)
                assert answer.status == 202, answer
            sandbox.settings(latencyMilliseconds=latency)
            assert lab.client().post("/v1/queues/calendar/resume").status == 200
            until(lambda: len(ends(lab)) >= count, 300, f"{count} bookings to be carried out")
            calls = [call for call in sandbox.calls if "/token" not in call["path"]]
            times = ends(lab)
    # What the lane has saved up during the rest is no rate.
    times = times[min(rate, count // 2) if rate < UNLIMITED else 0:]
    writes = Counter(call["method"] for call in calls if "/events" in call["path"])
    return {
        "ours": (len(times) - 1) * 1000 / max(1, times[-1] - times[0]), "calls": len(calls) / count,
        "writes": writes["POST"] / count, "atOnce": max(call["concurrent"] for call in calls),
    }


def ends(lab):
    """When each booking's job was done, in milliseconds and in order."""
    database = sqlite3.connect(f"file:{lab.data / 'bookend.db'}?mode=ro", uri=True)
    try:
        return [row[0] for row in database.execute(
            "SELECT finished_at FROM jobs WHERE kind = 'booking' AND state = 'completed' ORDER BY 1")]
    finally:
        database.close()


def pause(lab, queue):
    assert lab.client().post(f"/v1/queues/{queue}/pause").status == 200
