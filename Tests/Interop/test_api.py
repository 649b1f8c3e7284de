"""The main flows of the HTTP interface, as guests and agents meet them."""

import re
import threading
from datetime import timedelta

import pytest
from bookend_lab import until
from bookend_lab.facade import ENDINGS, instant, new_key, path_of, request, text


def together(*actions):
    """Runs all at the same moment and returns what each returned."""
    gate, results = threading.Barrier(len(actions)), [None] * len(actions)

    def run(index, action):
        gate.wait(10)
        results[index] = action()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_S1_two_guests_one_slot(lab):
    link = lab.create_link()
    start = lab.slots(link)[3]
    answers = together(*[lambda: lab.book(link, start, lab.client()) for _ in range(50)])
    assert sorted(answer.status for answer in answers) == [202] + [409] * 49
    for answer in answers:
        if answer.status == 409:
            assert answer.problem == "slot-taken"
            alternatives = answer.json()["alternatives"]
            assert alternatives and all(a["start"] != start for a in alternatives)
    assert len(lab.everything("/v1/bookings")) == 1
    winner = next(answer for answer in answers if answer.status == 202)
    assert lab.ending(path_of(winner))["state"] == "confirmed"
    assert start not in lab.slots(link)


def test_S2_overlap_across_links(lab):
    long = lab.create_link(durationsMinutes=[60], bufferAfterMinutes=15)
    short = lab.create_link(slotIntervalMinutes=15)
    start = next(slot for slot in lab.slots(long) if "T12:00" in slot)
    after = [text(instant(start) + timedelta(minutes=minutes)) for minutes in (30, 60, 75)]
    lab.confirmed(long, start)
    assert lab.book(short, after[0]).problem == "slot-taken"
    assert lab.book(short, after[1]).problem == "slot-taken"
    assert lab.book(short, after[2]).status == 202


def test_S3_single_use_different_slots_at_once(lab):
    link = lab.create_link(kind="singleUse")
    one, other = lab.slots(link)[:2]
    answers = together(
        lambda: lab.book(link, one, lab.client()), lambda: lab.book(link, other, lab.client()))
    assert sorted(answer.status for answer in answers) == [202, 410]
    loser = next(answer for answer in answers if answer.status == 410)
    assert loser.problem == "link-spent"
    assert lab.client().get(f"/v1/links/{link['id']}").json()["state"] == "spent"
    page = lab.client().get(f"/b/{link['slug']}", Accept="text/html")
    assert page.status in (200, 410) and "Grace" not in page.text and one[:10] not in page.text
    spent = lab.client().get(f"/b/{link['slug']}")
    assert spent.status == 410 and spent.problem == "link-spent"


def test_S5_reschedule_of_a_single_use_booking(lab):
    link = lab.create_link(kind="singleUse")
    first, second, third = lab.slots(link)[:3]
    path = lab.confirmed(link, first)
    uid = re.search(r"UID:(\S+)", lab.client().get(f"{path}/invite.ics").text)[1]
    for start in (second, third):
        moved = lab.client().post(f"{path}/reschedule", {"start": start}, Prefer="wait=30")
        assert moved.status == 200 and moved.json()["start"] == start, moved
        assert moved.json()["state"] == "confirmed"
    assert lab.client().get(f"/v1/links/{link['id']}").json()["state"] == "spent"
    invitation = lab.client().get(f"{path}/invite.ics").text
    assert re.search(r"UID:(\S+)", invitation)[1] == uid
    assert int(re.search(r"SEQUENCE:(\d+)", invitation)[1]) >= 2


def test_S11_double_click(lab):
    link = lab.create_link()
    start, other = lab.slots(link)[:2]
    key = new_key()
    answers = together(*[lambda: lab.book(link, start, lab.client(), key=key) for _ in range(2)])
    for answer in answers:
        assert answer.status == 202 or answer.problem == "idempotency-in-flight"
    again = [lab.book(link, start, key=key) for _ in range(3)]
    assert len({answer.body for answer in again}) == 1 and again[0].status == 202
    assert {answer.body for answer in answers if answer.status == 202} <= {again[0].body}
    mismatch = lab.book(link, other, key=key)
    assert mismatch.status == 422 and mismatch.problem == "idempotency-mismatch"
    assert len(lab.everything("/v1/bookings")) == 1


def test_S11_a_refusal_does_not_burn_the_key(lab):
    link = lab.create_link()
    start = lab.slots(link)[0]
    path, key = lab.confirmed(link, start), new_key()
    assert lab.book(link, start, key=key, name="Ada").problem == "slot-taken"
    lab.client().post(f"{path}/cancel", {}, Prefer="wait=30")
    assert lab.book(link, start, key=key, name="Ada").status == 202


def test_S13_two_tabs_reschedule(lab):
    link = lab.create_link()
    start, one, other = lab.slots(link)[:3]
    path = lab.confirmed(link, start)
    answers = together(*[
        lambda start=start: lab.client().post(f"{path}/reschedule", {"start": start})
        for start in (one, other)
    ])
    winners = [answer for answer in answers if answer.status in (200, 202)]
    for answer in answers:
        assert answer in winners or answer.problem == "change-in-progress", answer
    booking = lab.ending(path)
    assert booking["state"] == "confirmed" and booking["start"] in (one, other)
    assert start in lab.slots(link) and booking["start"] not in lab.slots(link)
    assert len(lab.everything("/v1/bookings")) == 1


def test_S20_server_enforces_what_the_page_shows(lab):
    link = lab.create_link(minimumNoticeMinutes=24 * 60, visibility={"rollingDays": 14})
    slots = lab.slots(link, first=0, days=20)
    first, last = instant(slots[0]), instant(slots[-1])
    refused = {
        first - timedelta(minutes=30): "notice-too-short",
        last + timedelta(minutes=30): "outside-window",
        first + timedelta(minutes=10): "not-on-grid",
    }
    for start, problem in refused.items():
        assert lab.book(link, text(start)).problem == problem
    assert lab.book(link, slots[4], durationMinutes=45).problem == "duration-not-offered"
    for start in slots[::60]:
        assert lab.book(link, start).status == 202, start


def test_the_answer_is_held_until_the_calendar_has_answered(lab):
    link = lab.create_link()
    held = lab.book(link, lab.slots(link)[0], wait=30)
    assert held.status in (200, 201) and held.json()["state"] == "confirmed"
    assert "wait" in held.headers["Preference-Applied"]
    at_once = lab.book(link, lab.slots(link)[0])
    assert at_once.status == 202 and at_once.json()["state"] == "pending"
    assert {"id", "state"} <= at_once.json()["job"].keys()
    assert lab.client().get(path_of(at_once)).json()["state"] in {"pending"} | ENDINGS


def test_cancel_and_again(lab):
    link = lab.create_link()
    start = lab.slots(link)[0]
    path = lab.confirmed(link, start)
    assert start not in lab.slots(link)
    cancelled = lab.client().post(f"{path}/cancel", {"reason": "ill"}, Prefer="wait=30")
    assert cancelled.status == 200 and cancelled.json()["state"] == "cancelled"
    again = lab.client().post(f"{path}/cancel", {})
    assert again.status == 200 and again.json()["state"] == "cancelled"
    assert start in lab.slots(link)
    late = lab.client().post(f"{path}/reschedule", {"start": lab.slots(link)[5]})
    assert late.status == 409 and late.problem == "booking-cancelled"


def test_a_moved_booking_tells_its_history(lab):
    link = lab.create_link()
    first, second = lab.slots(link)[:2]
    path = lab.confirmed(link, first)
    lab.client().post(f"{path}/reschedule", {"start": second}, Prefer="wait=30")
    booking = lab.client().get(path).json()
    assert booking["start"] == second and len(booking["history"]) >= 2
    assert instant(booking["end"]) - instant(booking["start"]) == timedelta(minutes=30)


def test_the_invitation_is_a_letter_in_the_outbox(lab):
    link = lab.create_link()
    lab.confirmed(link, lab.slots(link)[0])
    outbox = lab.data / "outbox"
    letters = until(lambda: list(outbox.glob("*.confirmed.guest@*.eml")), 10, "a letter")
    content = letters[0].read_text()
    assert "method=request" in content.lower().replace('"', "") and "@example.com" in content
    assert until(lambda: list(outbox.glob("*.confirmed.host@*.eml")), 10, "the host's letter")


def test_events_are_streamed(lab):
    link = lab.create_link()
    path = lab.confirmed(link, lab.slots(link)[0])
    states = []

    def listen():
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", lab.server.port, timeout=20)
        connection.request("GET", f"{path}/events", headers={"Accept": "text/event-stream"})
        response = connection.getresponse()
        assert response.headers["Content-Type"].startswith("text/event-stream")
        while line := response.fp.readline():
            states.extend(re.findall(rb'"state": ?"(\w+)"', line)[:1])
            if states and states[-1] == b"cancelled":
                return

    listener = threading.Thread(target=listen)
    listener.start()
    until(lambda: states, 10, "the first event")
    lab.client().post(f"{path}/cancel", {})
    listener.join(20)
    assert states[0] == b"confirmed" and states[-1] == b"cancelled"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_changes_nothing(lab, method):
    link = lab.create_link(kind="singleUse")
    path = lab.confirmed(lab.create_link(), lab.slots(link)[0])
    until(lambda: all(job["finishedAt"] for job in lab.everything("/v1/jobs")), 10, "all jobs")
    before = snapshot(lab)
    for target in (
        f"/b/{link['slug']}", path, f"{path}/reschedule", f"{path}/cancel", f"{path}/invite.ics",
        f"/b/{link['slug']}/bookings", "/v1/links", "/v1/bookings", "/v1/jobs", "/readyz",
    ):
        answer = lab.client().request(method, target)
        assert answer.status in (200, 405, 404), (target, answer)
        assert method == "GET" or answer.body == b""
    assert snapshot(lab) == before


def snapshot(lab):
    return [lab.everything(f"/v1/{name}") for name in ("links", "bookings", "jobs")]


def test_pages_of_a_collection(lab):
    made = [lab.create_link(title=f"Link {number}")["id"] for number in range(7)]
    listed = [link["id"] for link in lab.everything("/v1/links", limit=3)]
    assert sorted(listed) == sorted(made) and len(set(listed)) == 7
    assert len(lab.client().get("/v1/links?limit=3").json()["data"]) == 3


def test_a_deleted_link_is_as_if_it_never_was(lab):
    link = lab.create_link()
    path = lab.confirmed(link, lab.slots(link)[0])
    assert lab.client().delete(f"/v1/links/{link['id']}").status in (200, 204)
    never = lab.client().get("/b/never-was")
    gone = lab.client().get(f"/b/{link['slug']}")
    assert (gone.status, gone.body) == (never.status, never.body) and gone.status == 404
    assert lab.client().get(path).json()["state"] == "confirmed"


def test_keys_are_needed(lab):
    for path in ("/v1/links", "/v1/bookings", "/v1/jobs", "/v1/jobs/any"):
        for key in ("", "wrong", lab.key[:-1], lab.key + "x"):
            answer = lab.client().get(path, Authorization=f"Bearer {key}")
            assert answer.status == 401 and answer.problem == "unauthorized"
            assert "WWW-Authenticate" in answer.headers
    assert lab.client().get("/healthz").status == lab.client().get("/readyz").status == 200


def test_jobs_tell_what_happened(lab):
    link = lab.create_link()
    lab.confirmed(link, lab.slots(link)[0])
    jobs = until(
        lambda: [j for j in lab.everything("/v1/jobs") if j["state"] == "completed"], 10, "a job")
    booking = next(job for job in jobs if job["kind"] == "booking")
    shown = lab.client().get(f"/v1/jobs/{booking['id']}").json()
    assert shown["attempts"] and shown["payload"]
    retried = lab.client().post(f"/v1/jobs/{booking['id']}/retry")
    assert retried.status == 409, "a completed job is not retried"


def test_a_form_without_javascript(lab):
    link = lab.create_link()
    start = lab.slots(link)[0]
    page = lab.client().get(f"/b/{link['slug']}", Accept="text/html")
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/html")
    assert "<form" in page.text
    fields = {
        "start": start, "timeZone": "UTC", "name": "Grace", "email": "grace@example.com",
        "guest.name": "Grace", "guest.email": "grace@example.com", "key": new_key(),
    }
    posted = lab.client().form(f"/b/{link['slug']}/bookings", fields, Accept="text/html")
    assert posted.status == 303, posted
    again = lab.client().form(f"/b/{link['slug']}/bookings", fields, Accept="text/html")
    assert (again.status, path_of(again)) == (303, path_of(posted))
    assert lab.ending(path_of(posted))["state"] == "confirmed"
    empty = lab.client().form(
        f"/b/{link['slug']}/bookings", fields | {"name": "", "guest.name": ""}, Accept="text/html")
    assert empty.status == 422 and "grace@example.com" in empty.text


def test_markup_in_names_stays_text(lab):
    link = lab.create_link(title="<script>alert(1)</script>")
    start = lab.slots(link)[0]
    path = path_of(lab.client().post(
        f"/b/{link['slug']}/bookings", request(start) | {
            "guest": {"name": "\"><img src=x>", "email": "g@example.com"}, "notes": "</textarea>"}))
    for page in (f"/b/{link['slug']}", path):
        html = lab.client().get(page, Accept="text/html").text
        assert "<script>alert" not in html and "<img src=x" not in html


def test_a_link_that_is_asked_for_twice_is_made_once(lab):
    key, body = new_key(), {"title": "Once", "kind": "recurring", "durationsMinutes": [30]}
    first = lab.client().post("/v1/links", body, **{"Idempotency-Key": key})
    again = lab.client().post("/v1/links", body, **{"Idempotency-Key": key})
    assert (first.status, again.status) == (201, 201) and first.body == again.body
    assert first.headers["Location"] == again.headers["Location"]
    other = lab.client().post("/v1/links", body | {"title": "Two"}, **{"Idempotency-Key": key})
    assert other.status == 422 and other.json()["type"] == "/problems/idempotency-mismatch"
    assert [link["title"] for link in lab.everything("/v1/links")] == ["Once"]
