"""A single-use link holds: one of five hundred, through SIGKILL, and what its owner and guest see of it."""

import http.client
import json
import threading
import time
from collections import Counter

import pytest
from bookend_lab import Lab, Radicale, bookend, run_bookend, until
from bookend_lab.facade import ALWAYS, instant, new_key, path_of, request

GUESTS = 500


def rush(lab, slug, starts, keys=None):
    """Every start is posted once, all at the same moment, each on a connection of its own that is open before.
    Returns each one's status and body; None where the connection was lost."""
    keys = keys or [new_key() for _ in starts]
    answers = [None] * len(starts)
    gate = threading.Barrier(len(starts) + 1)

    def guest(number, start):
        connection = http.client.HTTPConnection("127.0.0.1", lab.server.port, timeout=60)
        try:
            connection.connect()
            gate.wait(60)
            connection.request(
                "POST", f"/b/{slug}/bookings", json.dumps(request(start, f"Guest{number}")),
                {"Content-Type": "application/json", "Idempotency-Key": keys[number]})
            response = connection.getresponse()
            answers[number] = (response.status, response.read(), response.headers["Location"])
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()

    threads = [
        threading.Thread(target=guest, args=pair, daemon=True) for pair in enumerate(starts)]
    for thread in threads:
        thread.start()
    gate.wait(60)
    return answers, threads


def finish(threads):
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a guest got no answer"


def type_of(body):
    return json.loads(body)["type"].rsplit("/", 1)[-1]


def starts_of(lab, count):
    """As many different times, from a link that offers a grid of five minutes."""
    grid = lab.create_link(slotIntervalMinutes=5)
    starts = lab.slots(grid, days=40)
    assert len(starts) >= count
    return starts[:: len(starts) // count][:count]


def single_use(lab, **settings):
    return lab.create_link(kind="singleUse", slotIntervalMinutes=5, weekly=ALWAYS, **settings)


def test_S3_five_hundred_guests_want_one_link(lab):
    link = single_use(lab)
    answers, threads = rush(lab, link["slug"], starts_of(lab, GUESTS))
    finish(threads)
    assert Counter(answer[0] for answer in answers) == {202: 1, 410: GUESTS - 1}
    assert {type_of(body) for status, body, _ in answers if status == 410} == {"link-spent"}
    winner = next(answer for answer in answers if answer[0] == 202)
    assert lab.ending(winner[2])["state"] == "confirmed"
    bookings = lab.everything("/v1/bookings")
    assert len(bookings) == 1
    spends = lab.everything(f"/v1/links/{link['id']}/spends")
    assert [spend["booking"] for spend in spends] == [bookings[0]["id"]]
    assert spends[0]["releasedAt"] is None


def test_S1_fifty_guests_want_one_slot(tmp_path):
    """One booking, and one event in a calendar that is not ours."""
    with Radicale(tmp_path / "radicale") as radicale:
        with Lab(tmp_path / "data", radicale=radicale) as lab:
            link = lab.create_link()
            start = lab.slots(link)[3]
            answers, threads = rush(lab, link["slug"], [start] * 50)
            finish(threads)
            assert Counter(answer[0] for answer in answers) == {202: 1, 409: 49}
            for status, body, _ in answers:
                if status == 409:
                    assert type_of(body) == "slot-taken"
                    alternatives = json.loads(body)["alternatives"]
                    assert alternatives and all(a["start"] != start for a in alternatives)
            winner = next(answer for answer in answers if answer[0] == 202)
            assert lab.ending(winner[2])["state"] == "confirmed"
            assert len(lab.everything("/v1/bookings")) == 1
            assert [event[1] for event in radicale.events("cal")] == [instant(start)]


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.08, 0.2])
def test_the_link_is_spent_once_though_the_server_dies_meanwhile(lab, delay):
    link = single_use(lab)
    starts = starts_of(lab, 120)
    keys = [new_key() for _ in starts]
    answers, threads = rush(lab, link["slug"], starts, keys)
    time.sleep(delay)
    lab.server.kill()
    finish(threads)
    lab.server.start()
    # Whoever got no answer asks again, with the same key.
    final = list(answers)
    for number, answer in enumerate(answers):
        if answer is None or answer[0] >= 500:
            again = lab.book(link, starts[number], key=keys[number], name=f"Guest{number}")
            final[number] = (again.status, again.body, again.headers["Location"])
    assert Counter(answer[0] for answer in final) == {202: 1, 410: len(starts) - 1}
    number = next(index for index, answer in enumerate(final) if answer[0] == 202)
    # What was said before the death still holds after it.
    assert answers[number] is None or answers[number][1] == final[number][1]
    assert all(answer[0] == 410 for answer in answers if answer and answer is not answers[number])
    assert lab.ending(final[number][2])["state"] == "confirmed"
    assert len(lab.everything(f"/v1/links/{link['id']}/spends")) == 1
    assert len(lab.everything("/v1/bookings")) == 1


def test_a_refused_booking_gives_the_link_back_and_a_confirmed_one_never(tmp_path):
    """The calendar's owner takes the time between our check and our writing."""
    with Radicale(tmp_path / "radicale") as radicale:
        with Lab(tmp_path / "data", radicale=radicale) as lab:
            link = single_use(lab)
            start, other = starts_of(lab, 2)
            assert lab.slots(link)  # What is read now is what the page's check knows for a minute.
            radicale.put("cal", "dentist", event_text("dentist", start))
            refused = lab.book(link, start, wait=30)
            assert refused.json()["state"] == "rejected", refused
            client = lab.client()
            assert client.get(f"/v1/links/{link['id']}").json()["state"] == "active"
            lab.confirmed(link, other)
            spends = lab.everything(f"/v1/links/{link['id']}/spends")
            assert [spend["releaseReason"] for spend in spends] == [None, "rejected"]
            assert [spend["releasedBy"] for spend in spends] == [None, "bookend"]


def event_text(uid, start):
    stamp = start.replace("-", "").replace(":", "")
    return "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//somebody else//EN", "BEGIN:VEVENT",
        f"UID:{uid}@example.org", f"DTSTAMP:{stamp}", f"DTSTART:{stamp}", "DURATION:PT30M",
        "SUMMARY:Private", "END:VEVENT", "END:VCALENDAR", ""])


def test_the_owner_reopens_it_and_the_ledger_says_who(lab):
    link = single_use(lab)
    first, second = starts_of(lab, 2)
    path = lab.confirmed(link, first)
    client = lab.client()
    assert client.post(f"{path}/cancel", {}, Prefer="wait=30").json()["state"] == "cancelled"
    assert lab.book(link, second).problem == "link-spent", "a cancel gives nothing back"
    key = new_key()
    reopened = client.post(f"/v1/links/{link['id']}/reopen", Idempotency_Key=key)
    assert reopened.status == 200 and reopened.json()["state"] == "active", reopened
    lab.confirmed(link, second)
    again = client.post(f"/v1/links/{link['id']}/reopen", Idempotency_Key=key)
    assert (again.status, again.body) == (200, reopened.body)
    assert client.get(f"/v1/links/{link['id']}").json()["state"] == "spent"
    spends = lab.everything(f"/v1/links/{link['id']}/spends", limit=1)
    assert [spend["releaseReason"] for spend in spends] == [None, "reopened"]
    assert spends[1]["releasedByName"] == "lab" and spends[1]["releasedBy"].startswith("key_")


def test_the_guest_manages_the_booking_from_the_same_link(lab):
    link = single_use(lab)
    start = starts_of(lab, 1)[0]
    page = f"/b/{link['slug']}"
    fields = {"start": start, "timeZone": "UTC", "name": "Grace", "email": "grace@example.com",
              "key": new_key()}
    booked = lab.client().form(f"{page}/bookings", fields, Accept="text/html")
    assert booked.status == 303
    cookie = booked.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and f"Path={page}" in cookie
    path = path_of(booked)
    assert lab.ending(path)["state"] == "confirmed"
    own = lab.client().get(page, Accept="text/html", Cookie=cookie.split(";")[0])
    assert own.status == 200 and "Grace" in own.text
    assert f"{path}?reschedule=1" in own.text and f"{path}?cancel=1" in own.text
    for stranger in ({}, {"Cookie": "bookend_booking=forged"}):
        spent = lab.client().get(page, Accept="text/html", **stranger)
        assert spent.status == 410
        for secret in ("Grace", "grace@example.com", "/r/", start[:10]):
            assert secret not in spent.text, secret


def test_the_address_of_a_lost_booking_is_mailed_and_nobody_learns_of_it(lab):
    link = single_use(lab)
    path = lab.confirmed(link, starts_of(lab, 1)[0])
    asked = f"/b/{link['slug']}/address"
    outbox = lab.data / "outbox"
    until(lambda: len(list(outbox.glob("*.eml"))) == 2, 10, "the guest's confirmation, and the host's")
    client = lab.client()
    answers, times = {}, {"grace@example.com": [], "nobody@example.com": []}
    for _ in range(20):
        for email in times:
            began = time.perf_counter()
            answer = client.post(asked, {"email": email})
            times[email].append(time.perf_counter() - began)
            answers.setdefault((answer.status, answer.body), set()).add(email)
            form = client.form(asked, {"email": email}, Accept="text/html")
            answers.setdefault((form.status, form.body), set()).add(email)
    assert all(emails == set(times) for emails in answers.values()) and len(answers) == 2
    # The same class of time: their medians differ by less than the spread of either.
    medians = [sorted(seconds)[10] for seconds in times.values()]
    assert max(medians) < 3 * min(medians) + 0.005, times
    letters = until(
        lambda: [l.read_text() for l in outbox.glob("*.eml") if "Your booking" in l.read_text()],
        10, "the mail with the address")
    assert len(letters) == 1 and "To: " in letters[0]
    assert path in letters[0].replace("=\n", "").replace("=3D", "=")


def test_the_ledger_on_the_command_line(lab):
    """The same words as over HTTP, and a record of who reopened it."""
    link = lab.create_link(kind="singleUse")
    slots = lab.slots(link)
    lab.confirmed(link, slots[3])
    data = ("--data", lab.data)
    path = f"/v1/links/{link['id']}/spends"
    assert bookend("links", "spends", link["id"], *data) == lab.client().get(path).json()
    reopened = bookend("links", "reopen", link["id"], *data)
    assert reopened["state"] == "active"
    shown = lab.client().get(f"/v1/links/{link['id']}").json()
    assert reopened | {"url": shown["url"]} == shown
    [spend] = lab.client().get(path).json()["data"]
    assert spend["releaseReason"] == "reopened" and spend["releasedBy"] == "commandLine"
    assert bookend("links", "spends", link["id"], *data)["data"] == [spend]
    assert "commandLine" in run_bookend("links", "spends", link["id"], *data).stdout
    again = run_bookend("links", "reopen", link["id"], *data)
    assert again.returncode == 1 and "only a spent link" in again.stderr
    lab.confirmed(link, slots[5])
    kinds = [row["kind"] for row in lab.everything("/v1/jobs?kind=link")]
    assert len(kinds) == 2, "made, and reopened"
