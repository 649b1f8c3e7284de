"""Load over HTTP: bookings, each for a new start, posted by wrk to the release binary.

Accepted means answered 202, that is committed and fsynced. It is measured twice: with one worker
and with the default number of them carrying the bookings out on the built-in calendar meanwhile, on
the same cores. The processor time of a booking is all that the server used while it was measured,
its workers' too. In turns with that, the HTTP library alone answers the same requests from the same
load generator, without doing anything: no front on it can be faster.
"""

import json
import shutil
import sqlite3
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bookend_lab import Lab
from bookend_lab.facade import ALWAYS, add_local_calendar, create_key
from bookend_lab.server import Server
from processes import LIMITS, processor_seconds
from programs import compile_c
from tables import Table

SCRIPT = Path(__file__).with_name("post_bookings.lua")
# Five-minute meetings round the clock for a year: 104 256 starts in a calendar. Each is
# used once, so there are enough calendars for the fastest run that we hope for.
CALENDARS = 12
LINKS_PER_CALENDAR = 4
MINUTES, DAYS = 5, 364
# As many as `server.threads` has by default.
LIBRARY_THREADS = 4
MODES = {"one worker": ["--workers", "1"], "16 workers": []}
CONNECTIONS = (1, 16, 64)


def bookings(folder, options):
    table = Table(
        "bookings over HTTP", "202s a second by connections of wrk on the same cores, while so many workers carry the"
        " bookings out on the built-in calendar. library: libmicrohttpd alone, answering the same requests"
        " with as many bytes and doing nothing",
        [("ours", "ours/s"), ("library", "library/s"), (None, "ours/library", ("ours", "library")),
         ("p50", "p50 µs"), ("p99", "p99 µs"), ("cpu", "CPU µs")],
        {"16 workers, 64 connections": "≥ 15 000/s, p99 ≤ 15 ms"})
    if not shutil.which("wrk"):
        # A smoke run is not worth a package.
        assert options.quick, "wrk is not installed"
        table.note("not measured: wrk is not installed")
        return table
    library = compile_c("hello_http", "-lmicrohttpd")
    for name, arguments in MODES.items():
        load(table, folder / name.replace(" ", "-"), library, name, arguments, options)
    return table


def load(table, data, library, name, arguments, options):
    key = create_key(data)
    calendars = [add_local_calendar(data)[0]["id"] for _ in range(CALENDARS)]
    accepted, used = 0, 0
    with Server(data, *arguments, *LIMITS, key=key) as server, library_alone(library) as alone:
        plan = write_plan(data, server, calendars)
        for _ in range(options.rounds):
            for count in CONNECTIONS[-1:] if options.quick else CONNECTIONS:
                bare = run_wrk(*alone, plan, count, options.seconds / 2, used)
                line = run_wrk(
                    server.port, server.process.pid, plan, count, options.seconds, used)
                # Those in flight when wrk ended used a start as well.
                used += line["requests"] + 2 * count
                accepted += line["accepted"]
                table.add(
                    f"{name}, {count} connections", ours=line["rate"], library=bare["rate"],
                    p50=line["p50Microseconds"], p99=line["p99Microseconds"],
                    cpu=line.get("cpu"), note=line.get("note"))
        server.stop(120)
    kept = bookings_in(data)
    if not accepted <= kept <= accepted + sum(CONNECTIONS) * options.rounds:
        # wrk gives up on the requests that are in flight at its end, so a few more may be kept.
        table.note(f"{accepted} bookings were accepted, but {kept} are in the database")


def write_plan(data, server, calendars):
    """What the Lua script reads: the first start, how far apart, how many, and the links' slugs."""
    slugs = [
        create_link(server, calendar)
        for calendar in calendars for _ in range(LINKS_PER_CALENDAR)
    ]
    # From the day after tomorrow, so that no notice or midnight gets in the way.
    first = datetime.now(timezone.utc).date() + timedelta(2)
    start = datetime(first.year, first.month, first.day, tzinfo=timezone.utc)
    plan = data / "plan.lua"
    plan.write_text(
        f"first = {int(start.timestamp())}\nstep = {MINUTES * 60}\n"
        f"starts = {(DAYS - 2) * 24 * 60 // MINUTES}\nperCalendar = {LINKS_PER_CALENDAR}\n"
        f"slugs = {{{', '.join(json.dumps(slug) for slug in slugs)}}}\n")
    return plan


def create_link(server, calendar):
    link = {
        "title": "Load", "kind": "recurring", "durationsMinutes": [MINUTES],
        "slotIntervalMinutes": MINUTES, "timeZone": "UTC", "visibility": {"rollingDays": DAYS},
        "weekly": ALWAYS,
        "calendars": {"destination": calendar, "conflicts": [calendar]},
    }
    sent = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/v1/links", json.dumps(link).encode(),
        {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"})
    with urllib.request.urlopen(sent, timeout=30) as answer:
        return json.load(answer)["slug"]


@contextmanager
def library_alone(program):
    """Port and process id of the HTTP library without a server on it."""
    with subprocess.Popen(
            [program, str(LIBRARY_THREADS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True) as process:
        yield int(process.stdout.readline()), process.pid
        process.stdin.close()


def run_wrk(port, process, plan, connections, seconds, used):
    before = processor_seconds(process)
    ended = subprocess.run(
        ["wrk", "--threads", "1", "--connections", str(connections), "--duration",
         f"{max(1, round(seconds))}s", "--timeout", "10s", "--script", SCRIPT,
         f"http://127.0.0.1:{port}", "--", plan, str(used)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    spent = processor_seconds(process) - before
    line = json.loads(ended.stdout.splitlines()[-1])
    line["accepted"] = line["requests"] - line["refused"]
    line["rate"] = line["accepted"] / (line["durationMicroseconds"] / 1e6)
    if line["accepted"]:
        line["cpu"] = spent / line["accepted"] * 1e6
    if line["refused"] or line["failed"]:
        line["note"] = f"{line['refused']} refused and {line['failed']} failed over HTTP"
    return line


def bookings_in(data):
    database = sqlite3.connect(f"file:{data / 'bookend.db'}?mode=ro", uri=True)
    try:
        return database.execute("SELECT count(*) FROM bookings").fetchone()[0]
    finally:
        database.close()


QUESTIONS = [
    {"id": "company", "label": "Your company", "kind": "text", "required": True},
    {"id": "how", "label": "How?", "kind": "choice", "choices": ["Phone", "Video"], "required": True},
    {"id": "topic", "label": "What is it about?", "kind": "text", "required": False},
]
GUEST = {
    "answers": {"company": "Acme", "how": "Video", "topic": "The plan for next year"},
    "additionalGuests": ["ada@example.com", "alan@example.com"],
}


# As high as a cap may be.
MOST = 1000


def settings(folder, options):
    """The cost of accepting alone: what would carry the bookings out is paused."""
    table = Table(
        "what settings cost", "one acceptance, with its HTTP and its commit, on a link with nothing set and on one"
        " with questions, two additional guests, caps a day, a week and a guest, twenty date overrides,"
        " buffers, a notice, a location and four calendars that count as busy; lots of each in turns, one guest after the"
        " other, nothing carried out meanwhile. CPU: the server's, all threads",
        [("p50", "p50 µs"), ("cpu", "CPU µs"), (None, "CPU of plain", ("cpu", "plain"))],
        {"everything set": "told, no goal"})
    lot = 4 if options.quick else 200
    with Lab(folder / "data", *LIMITS) as lab:
        client = lab.client()
        for queue in ("calendar", "mail"):
            assert client.post(f"/v1/queues/{queue}/pause").status == 200
        calendars = [add_local_calendar(lab.data)[0]["id"] for _ in range(5)]
        plain = lab.create_link(**offered(calendars[0]))
        full = lab.create_link(**offered(calendars[1], *calendars[2:]), **everything())
        # So far apart that no buffer is in another's way.
        starts = {link["id"]: lab.slots(link, days=60)[::3] for link in (plain, full)}
        for link, more in ((plain, {}), (full, GUEST)):
            accept(lab, link, [starts[link["id"]].pop() for _ in range(5)], more)
        for _ in range(options.rounds):
            base = None
            for row, link, more in (
                    ("nothing set", plain, {}), ("everything set", full, GUEST)):
                mine = starts[link["id"]]
                taken, mine[:lot] = mine[:lot], []
                line = accept(lab, link, taken, more)
                base = base or line["cpu"]
                table.add(row, **line, plain=base)
    return table


def offered(destination, *others):
    return {
        "durationsMinutes": [5], "slotIntervalMinutes": 5, "visibility": {"rollingDays": 60},
        "calendars": {"destination": destination, "conflicts": [destination, *others]},
    }


def everything():
    first = datetime.now(timezone.utc).date() + timedelta(3)
    return {
        "questions": QUESTIONS, "maximumAdditionalGuests": 3, "maximumPerDay": MOST,
        "maximumPerWeek": MOST, "maximumPerGuest": MOST, "minimumNoticeMinutes": 60,
        "bufferBeforeMinutes": 5, "bufferAfterMinutes": 5,
        "overrides": [
            {"date": str(first + timedelta(2 * number)),
             "windows": [{"from": "00:00", "to": "12:00"}, {"from": "13:00", "to": "24:00"}]}
            for number in range(20)],
        "location": {"kind": "custom", "text": "Room 1"},
    }


def accept(lab, link, starts, more):
    client, taken = lab.client(), []
    before = processor_seconds(lab.server.process.pid)
    for start in starts:
        began = time.perf_counter()
        answer = lab.book(link, start, client, **more)
        taken.append((time.perf_counter() - began) * 1e6)
        assert answer.status == 202, answer
    spent = processor_seconds(lab.server.process.pid) - before
    return {"p50": sorted(taken)[len(taken) // 2], "cpu": spent / len(starts) * 1e6}
