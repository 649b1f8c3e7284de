"""Secrets and other people's words stay where they belong: everything the process wrote is searched for them."""

import base64
import sqlite3
from datetime import datetime, timedelta, timezone

import pytest
from bookend_lab import Lab, bookend, until
from bookend_lab.facade import add_local_calendar
from bookend_lab.signin import SECRET, Visitor, provider_settings, query_of

ALEX = "alex@example.com"
PASSWORD = "marked-password-7c1"
TITLE = "marked-private-title-7c2"
NOTES = "marked-notes-of-a-guest-7c3"
REASON = "marked-reason-of-a-guest-7c5"
CODE = "marked-code-7c4"
# How the sandbox's codes and tokens begin, whatever follows.
TOKENS = ["ya29.sandbox-", "1//sandbox-", "EwB.sandbox-", "M.C5_sandbox-", "4/sandbox-", "M.C5_code-"]
# Where a guest's answers belong: on the booking.
NOTES_BELONG = {("bookings", "details")}
# Why a guest cancels is told to the host, so that it is in the mail that is still to be sent too.
REASON_BELONGS = {("bookings", "reason"), ("booking_history", "reason"), ("jobs", "payload")}

PRIVATE_EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:private-1
DTSTAMP:20260101T000000Z
DTSTART:{start:%Y%m%dT%H%M%SZ}
DTEND:{end:%Y%m%dT%H%M%SZ}
SUMMARY:{title}
DESCRIPTION:{title}
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def in_three_days(hour):
    day = datetime.now(timezone.utc) + timedelta(days=3)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def forms(secret):
    """A secret as it is, and in the disguises in which it travels."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    # Base64 of what surrounds it differs at the edges only.
    for shift in range(3):
        encoded = base64.b64encode(b"x" * shift + raw)
        yield encoded[4:-4]


def files_of(data):
    """Everything but what is meant to hold secrets: the keys and the mail."""
    for path in data.rglob("*"):
        kept = path.relative_to(data).parts[0]
        if path.is_file() and kept not in ("keys", "outbox", "api-key"):
            yield path


def columns_with(database, mark):
    found = set()
    for (table,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        for column in [row[1] for row in database.execute(f"PRAGMA table_info({table})")]:
            query = f"SELECT 1 FROM {table} WHERE instr(CAST({column} AS BLOB), ?) LIMIT 1"
            if database.execute(query, [mark.encode()]).fetchone():
                found.add((table, column))
    return found


def connect_all(lab, sandbox, radicale, secrets):
    client = lab.client()
    for provider in ("google", "outlook"):
        visitor = Visitor()
        url = client.get(f"/v1/connections/{provider}/authorize").json()["url"]
        address = visitor.set_out(url)
        back = visitor.consent(address)
        secrets += [query_of(address)["state"], query_of(back)["code"], url.rsplit("/", 1)[1]]
        secrets += [value for jar in visitor.cookies.values() for value in jar.values()]
        assert visitor.request("GET", back)[0] == 200
    answer = client.post("/v1/connections", {
        "provider": "caldav", "url": radicale.url, "username": radicale.username,
        "password": radicale.password})
    assert answer.status == 201, answer
    return {
        one["provider"]: next(calendar["id"] for calendar in one["calendars"]
                              if calendar["isWritable"])
        for one in lab.everything("/v1/connections") if one["provider"] != "local"
    }


def book_everywhere(lab, calendars):
    for calendar in calendars.values():
        link = lab.create_link(calendars={"destination": calendar, "conflicts": [calendar]})
        path = lab.confirmed(link, lab.slots(link)[0], notes=NOTES)
        client = lab.client()
        assert client.post(path + "/cancel", {"reason": REASON}).status == 202
        assert lab.ending(path)["state"] == "cancelled"


def go_wrong(lab, sandbox, radicale, calendars):
    """Everything that makes somebody write an error about it."""
    client = lab.client()
    # Bodies that are at fault, with the secrets in them.
    for body in ({"provider": "caldav", "url": radicale.url, "username": "x", "password": [PASSWORD]},
                 {"provider": "caldav", "url": f"http://alex:{PASSWORD}@127.0.0.1/",
                  "username": "x", "password": PASSWORD},
                 {"provider": "google", "serviceAccount": {"private_key": PASSWORD}}):
        answer = client.post("/v1/connections", body)
        assert answer.status == 422 and PASSWORD.encode() not in answer.body, answer
    # A code that somebody made up, in a sign-in that is real.
    visitor = Visitor()
    back = visitor.consent(visitor.set_out(
        client.get("/v1/connections/google/authorize").json()["url"]))
    forged = back.replace(query_of(back)["code"].replace("/", "%2F"), CODE)
    assert CODE in forged
    status, _, page = visitor.request("GET", forged)
    assert status == 502 and CODE not in page
    # Answers with the provider's own words, tokens lost, passwords changed, servers that are not well.
    sandbox.arm("google", "answer", path="*/events*", status=400, body=f"{TITLE} {PASSWORD}")
    sandbox.arm("outlook", "serverError", path="*/events*", status=503)
    links = {name: lab.create_link(calendars={"destination": calendar, "conflicts": [calendar]})
             for name, calendar in calendars.items()}
    for name, link in links.items():
        slots = lab.slots(link, first=5)
        lab.book(link, slots[0], notes=NOTES)
    until(lambda: not lab.everything("/v1/jobs?state=available,executing&kind=booking")
          or lab.everything("/v1/jobs?state=retryable"), 20, "the bookings to have been tried")
    for provider in ("google", "outlook"):
        sandbox.control("POST", "tokens/revoke", {"provider": provider, "account": ALEX})
    radicale.stop()
    radicale.password = "changed"
    radicale.start()
    for connection in lab.everything("/v1/connections"):
        client.post(f"/v1/connections/{connection['id']}/test")
    for name, link in links.items():
        client.get(f"/b/{link['slug']}/slots?from=2027-01-01&to=2027-01-02&timeZone=UTC")


def test_nothing_is_left_where_it_does_not_belong(tmp_path, sandbox, radicale):
    radicale.stop()
    radicale.password = PASSWORD
    radicale.start()
    radicale.make_calendar("cal")
    event = {"start": in_three_days(9), "end": in_three_days(10)}
    radicale.put("cal", "private", PRIVATE_EVENT.format(title=TITLE, **event))
    for provider in ("google", "outlook"):
        sandbox.account(provider, ALEX)
        start, end = (f"{event[name]:%Y-%m-%dT%H:%M:%S}" for name in ("start", "end"))
        if provider == "google":
            body = {"summary": TITLE, "start": {"dateTime": start + "Z"}, "end": {"dateTime": end + "Z"}}
        else:
            body = {"subject": TITLE, "start": {"dateTime": start, "timeZone": "UTC"},
                    "end": {"dateTime": end, "timeZone": "UTC"}}
        sandbox.control("POST", "events", {"provider": provider, "account": ALEX, "event": body})
    lab = Lab(
        tmp_path / "data", "--log-level", "debug",
        *provider_settings(sandbox, tmp_path / "settings"))
    secrets = [PASSWORD, TITLE, CODE, SECRET, lab.key, *TOKENS,
               base64.b64encode(f"{radicale.username}:{PASSWORD}".encode()).decode()]
    pages = []
    with lab:
        calendars = connect_all(lab, sandbox, radicale, secrets)
        for calendar in calendars.values():
            link = lab.create_link(calendars={"destination": calendar, "conflicts": [calendar]})
            assert f"{event['start']:%Y-%m-%dT%H:%M:%SZ}" not in lab.slots(link), "the event is seen"
        book_everywhere(lab, calendars)
        bookend("secrets", "rotate", "--data", lab.data)
        go_wrong(lab, sandbox, radicale, calendars)
        for job in lab.everything("/v1/jobs"):
            pages.append(lab.client().get(f"/v1/jobs/{job['id']}").body)
        for path in ("/v1/jobs", "/v1/connections", "/v1/links", "/metrics", "/openapi.json"):
            pages.append(lab.client().get(path).body)
        # The write-ahead log stays where it is, as after a crash.
        lab.server.kill()

    written = {str(path): path.read_bytes() for path in files_of(lab.data)}
    assert any(name.endswith("-wal") for name in written), sorted(written)
    log = "\n".join(lab.server.lines)
    assert "account.trouble" in log, "things did go wrong"
    everywhere = written | {"the log": log.encode(), "the interface": b"\n".join(pages)}
    found = {
        (secret[:20], name) for secret in secrets for name, text in everywhere.items()
        for form in forms(secret) if form in text
    }
    assert found == set()

    # The guests' words are in the database, on their bookings alone.
    for name in ("the log", "the interface"):
        assert NOTES.encode() not in everywhere[name], name
    assert REASON.encode() not in everywhere["the log"]
    with sqlite3.connect(f"{lab.data}/bookend.db") as database:
        assert columns_with(database, NOTES) == NOTES_BELONG
        assert columns_with(database, REASON) <= REASON_BELONGS
