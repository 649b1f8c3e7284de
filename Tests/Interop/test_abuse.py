"""What strangers may not do: ask without end, change something by reading, speak through our mails."""

import email
import re
import sqlite3
from email import policy

from bookend_lab import Lab, Radicale, until
from bookend_lab.facade import new_key, request

LIMITS = ("--set", "limits.perAddressAndLinkPerHour=5", "--set", "limits.perEmailPerHour=3")


def book(lab, link, start, client="203.0.113.7", name="Grace", **more):
    return lab.client().post(
        f"/b/{link['slug']}/bookings", request(start, name) | more, Idempotency_Key=new_key(),
        **({"X-Forwarded-For": client} if client else {}))


def test_who_was_stopped_stays_so_through_a_kill(tmp_path):
    with Lab(tmp_path / "data", *LIMITS) as lab:
        link, other = lab.create_link(), lab.create_link()
        starts = lab.slots(link)
        taken = starts[0]
        lab.confirmed(link, taken)
        for _ in range(5):
            assert book(lab, link, taken).problem == "slot-taken"
        stopped = book(lab, link, starts[1])
        assert stopped.status == 429 and stopped.problem == "rate-limited"
        assert 0 < int(stopped.headers["Retry-After"]) <= 12 * 60
        # One row for the address, on the disk within a moment, though many more are refused.
        for _ in range(30):
            assert book(lab, link, starts[1]).status == 429
        until(lambda: kept(lab), 5, "the limit on the disk")
        lab.server.kill()
        lab.server.start()
        assert book(lab, link, starts[1]).status == 429
        # Others, and this one elsewhere, go on; who is not forwarded by a proxy is nobody's guest.
        assert book(lab, link, starts[1], client="203.0.113.8").status == 202
        assert book(lab, other, starts[2], name="Ada").status == 202
        assert book(lab, link, starts[3], client=None, name="Edsger").status == 202


def kept(lab):
    with sqlite3.connect(f"file:{lab.data}/bookend.db?mode=ro", uri=True) as database:
        return database.execute(
            "SELECT count(*) FROM rate_limits WHERE key LIKE 'address %'").fetchone()[0]


def test_one_guests_address_gets_only_so_many_mails(tmp_path):
    with Lab(tmp_path / "data", *LIMITS) as lab:
        link = lab.create_link()
        starts = lab.slots(link)
        answers = [
            book(lab, link, start, client=f"203.0.113.{number}").status
            for number, start in enumerate(starts[:5])]
        assert answers == [202, 202, 202, 429, 429]
        assert book(lab, link, starts[5], client="203.0.113.99", name="Ada").status == 202


def test_only_trusted_proxies_are_believed(tmp_path):
    untrusted = ("--set", "server.trustedProxies=10.0.0.0/8")
    with Lab(tmp_path / "data", *LIMITS, *untrusted) as lab:
        link = lab.create_link()
        taken = lab.slots(link)[0]
        lab.confirmed(link, taken)  # This one counts too: we are a client like any other now.
        answers = [
            book(lab, link, taken, client=f"203.0.113.{number}", name=f"G{number}").status
            for number in range(8)]
        assert answers == [409] * 4 + [429] * 4


def test_every_route_is_read_and_nothing_changes(lab):
    """GET and HEAD on each path that there is, with things behind it that could change."""
    link, once = lab.create_link(), lab.create_link(kind="singleUse")
    starts = lab.slots(link)
    path, spent = lab.confirmed(link, starts[0]), lab.confirmed(once, starts[1])
    until(lambda: all(job["finishedAt"] for job in lab.everything("/v1/jobs")), 10, "all jobs")
    client = lab.client()
    described = client.get("/openapi.json").json()["paths"]
    booking = lab.everything("/v1/bookings")[0]["id"]
    job = lab.everything("/v1/jobs")[0]["id"]
    ids = {"links": link["id"], "bookings": booking, "jobs": job}
    targets = []
    for pattern in described:
        if pattern.endswith("/events"):
            continue  # It goes on for ever; the tests of streams read it.
        kind = pattern.split("/")[2] if pattern.startswith("/v1/") else ""
        for slug, token in ((link["slug"], path[3:]), (once["slug"], spent[3:])):
            target = pattern.replace("{slug}", slug).replace("{token}", token)
            targets.append(re.sub(r"\{\w+\}", ids.get(kind, "1"), target))
    targets += [f"{path}?cancel=1", f"{path}?reschedule=1", f"{path}?move={starts[5]}",
                f"/b/{link['slug']}?start={starts[5]}", f"/b/{link['slug']}?lost=1"]
    before = dump(lab)
    for target in sorted(set(targets)):
        for method in ("GET", "HEAD"):
            for accept in ("application/json", "text/html"):
                answer = client.request(method, target, headers={"Accept": accept})
                assert answer.status < 500, (method, target, answer)
                assert method == "GET" or answer.body == b""
    assert dump(lab) == before


def dump(lab):
    """Every row of the database but the list of running processes."""
    with sqlite3.connect(f"file:{lab.data}/bookend.db?mode=ro", uri=True) as database:
        return [line for line in database.iterdump() if '"processes"' not in line]


def test_pages_keep_their_addresses_to_themselves(lab):
    link = lab.create_link()
    path = lab.confirmed(link, lab.slots(link)[0])
    for target in (f"/b/{link['slug']}", path, f"{path}?cancel=1", "/b/nobody"):
        headers = lab.client().get(target, Accept="text/html").headers
        assert headers["Referrer-Policy"] == "no-referrer", target
        assert "noindex" in headers["X-Robots-Tag"], target
        rules = headers["Content-Security-Policy"]
        assert "default-src 'none'" in rules and "frame-ancestors 'none'" in rules
        assert "unsafe" not in rules and "http" not in rules
    for target in (path, f"{path}/invite.ics", f"/b/{link['slug']}"):
        headers = lab.client().get(target).headers
        assert "noindex" in headers["X-Robots-Tag"], target
        assert headers["X-Content-Type-Options"] == "nosniff", target
        assert headers["Referrer-Policy"] == "no-referrer", target


def test_a_token_is_all_or_nothing(lab):
    link = lab.create_link()
    path = lab.confirmed(link, lab.slots(link)[0])
    token = path[3:]
    assert len(token) >= 22 + 43, "an id and 256 bits"
    never = lab.client().get("/r/" + "a" * len(token))
    for number in range(0, len(token), 7):
        other = "b" if token[number] != "b" else "c"
        forged = lab.client().get("/r/" + token[:number] + other + token[number + 1 :])
        assert (forged.status, forged.body) == (never.status, never.body) == (404, never.body)
    with sqlite3.connect(f"file:{lab.data}/bookend.db?mode=ro", uri=True) as database:
        text = "\n".join(database.iterdump())
    assert token not in text and token[26:] not in text


def test_a_guests_words_carry_no_addresses_to_others(tmp_path):
    """Whoever books in a stranger's name, with strangers named beside, cannot make us send them a link."""
    bait = "Win http://spam.example/win at www.spam.example or spam.example/x <b>now</b>"
    with Radicale(tmp_path / "radicale") as radicale:
        with Lab(tmp_path / "data", radicale=radicale) as lab:
            link = lab.create_link()
            start, later = lab.slots(link)[:2]
            booked = lab.client().post(
                f"/b/{link['slug']}/bookings",
                request(start) | {
                    "guest": {"name": bait, "email": "victim@example.com"},
                    "additionalGuests": ["other@example.com"], "notes": bait},
                Idempotency_Key=new_key(), Prefer="wait=30")
            assert booked.json()["state"] == "confirmed", booked
            path = "/r/" + booked.headers["Location"].rsplit("/r/", 1)[1]
            lab.client().post(
                f"{path}/reschedule", {"start": later, "reason": bait}, Prefer="wait=30")
            lab.client().post(f"{path}/cancel", {"reason": bait}, Prefer="wait=30")
            outbox = lab.data / "outbox"
            # Who is told of what depends on what overtakes what; in the end nobody waits for a letter.
            until(
                lambda: not lab.everything("/v1/jobs?kind=invitation&state=available,executing"), 20,
                "all mail to leave")
            letters = list(outbox.glob("*.eml"))
            assert len(letters) >= 3
            for letter in letters:
                message = email.message_from_bytes(letter.read_bytes(), policy=policy.default)
                parts = [part for part in message.walk() if not part.is_multipart()]
                said = message["Subject"] + message["To"] + "".join(
                    part.get_payload(decode=True).decode() for part in parts)
                said = re.sub(r"\r?\n[ \t]", "", said)
                assert "spam.example" not in said, letter.read_text()
                assert "<b>" not in said
            # The host reads what was written.
            shown = lab.everything("/v1/bookings")[0]
            assert shown["notes"] == bait
