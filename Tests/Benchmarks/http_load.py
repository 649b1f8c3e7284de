"""Load over HTTP: bookings, each for a new start, posted by wrk to the release binary.

Accepted means answered 202, that is committed and fsynced. It is measured twice: with one worker
and with the default number of them carrying the bookings out on the built-in calendar meanwhile, on
the same cores. The processor time of a booking is all that the server used while it was measured,
its workers' too. In turns with that, the HTTP library alone answers the same requests from the same
load generator, without doing anything: no front on it can be faster.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Interop"))
from bookend_lab.facade import ALWAYS, add_local_calendar, create_key  # noqa: E402
from bookend_lab.server import Server, binary  # noqa: E402

SCRIPT = Path(__file__).with_name("post_bookings.lua")
# Five-minute meetings round the clock for a year: 104 256 starts in a calendar. Each is
# used once, so there are enough calendars for the fastest run that we hope for.
CALENDARS = 12
LINKS_PER_CALENDAR = 4
MINUTES, DAYS = 5, 364
# As many as `server.threads` has by default.
LIBRARY_THREADS = 4
MODES = {"http {} connections, one worker": ["--workers", "1"], "http {} connections": []}


def measure_http(folder, library, connections, rounds, seconds):
    """Yields name and line for the table, one for each measurement; `library` is the C program."""
    if not shutil.which("wrk"):
        return [{"name": "http", "line": {"note": "wrk is not installed"}}]
    try:
        binary()
    except AssertionError as missing:
        return [{"name": "http", "line": {"note": str(missing)}}]
    lines = []
    for number, (name, arguments) in enumerate(MODES.items()):
        data = folder / f"data{number}"
        try:
            lines += measure_mode(data, library, name, arguments, connections, rounds, seconds)
        except AssertionError as refused:
            lines.append({"name": "http", "line": {"note": f"{name}: {refused}"}})
    return lines


def measure_mode(data, library, name, arguments, connections, rounds, seconds):
    key = create_key(data)
    calendars = [add_local_calendar(data)[0]["id"] for _ in range(CALENDARS)]
    lines, accepted, used = [], 0, 0
    with Server(data, *arguments, key=key) as server, library_alone(library) as alone:
        plan = write_plan(data, server, calendars)
        for _ in range(rounds):
            for count in connections:
                bare = run_wrk(*alone, plan, count, seconds / 2, used)
                lines.append({"name": f"library alone {count}", "line": bare})
                line = run_wrk(server.port, server.process.pid, plan, count, seconds, used)
                # Those in flight when wrk ended used a start as well.
                used += line["requests"] + 2 * count
                accepted += line["accepted"]
                short = name.format(count).replace(" connections", "")
                lines.append({"name": short, "line": line})
                print(json.dumps({"measure": short} | line), file=sys.stderr)
        server.stop(120)
    kept = bookings_in(data)
    if kept is not None and not accepted <= kept <= accepted + sum(connections) * rounds:
        # wrk gives up on the requests that are in flight at its end, so a few more may be kept.
        lines.append({"name": "http", "line": {
            "note": f"{accepted} bookings were accepted, but {kept} are in the database"}})
    return lines


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
    before = processor_microseconds(process)
    ended = subprocess.run(
        ["wrk", "--threads", "1", "--connections", str(connections), "--duration",
         f"{max(1, round(seconds * 2))}s", "--timeout", "10s", "--script", SCRIPT,
         f"http://127.0.0.1:{port}", "--", plan, str(used)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    spent = processor_microseconds(process) - before
    line = json.loads(ended.stdout.splitlines()[-1])
    line["accepted"] = line["requests"] - line["refused"]
    line["unitsPerSecond"] = line["accepted"] / (line["durationMicroseconds"] / 1e6)
    if line["accepted"]:
        line["processorMicroseconds"] = spent / line["accepted"]
    if line["refused"] or line["failed"]:
        line["note"] = f"{line['refused']} refused and {line['failed']} failed over HTTP"
    return line


def processor_microseconds(process):
    """User and system time that a process has used, all threads together (proc(5), 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1_000_000 / os.sysconf("SC_CLK_TCK")


def bookings_in(data):
    for file in data.iterdir():
        if file.is_file() and file.read_bytes()[:15] == b"SQLite format 3":
            database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
            try:
                return database.execute("SELECT count(*) FROM bookings").fetchone()[0]
            except sqlite3.OperationalError:
                return None
            finally:
                database.close()
    return None
