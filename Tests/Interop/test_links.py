"""A link's settings over HTTP: made, changed, paused, deleted, and what guests meet meanwhile."""

import json
from datetime import timedelta

import pytest
from bookend_lab import Lab
from bookend_lab.facade import EVERY_DAY, instant, new_key, path_of, request, text
from bookend_lab.server import bookend, run_bookend
from test_api import together

USAGE = 64


def change(lab, link, **settings):
    answer = lab.client().request("PATCH", f"/v1/links/{link['id']}", settings)
    assert answer.status == 200, answer
    return answer


def test_every_setting_is_kept_and_shown(lab):
    settings = {
        "title": "Interview", "description": "An hour", "durationsMinutes": [60, 30],
        "slotIntervalMinutes": 15, "bufferBeforeMinutes": 5, "bufferAfterMinutes": 10,
        "minimumNoticeMinutes": 240, "visibility": {"rollingDays": 40},
        "timeZone": "America/Los_Angeles",
        "weekly": [
            {"days": ["mon", "wed"], "from": "10:00", "to": "12:00"},
            {"days": ["mon", "wed"], "from": "22:00", "to": "02:00"},
        ],
        "overrides": [
            {"date": "2030-12-24", "windows": []},
            {"date": "2030-12-31", "windows": [{"from": "09:00", "to": "24:00"}]},
        ],
        "maximumPerDay": 4, "maximumPerWeek": 10, "maximumPerGuest": 2, "maximumBusyAgeSeconds": 30,
        "maximumAdditionalGuests": 3,
        "questions": [
            {"id": "company", "label": "Your company", "kind": "text", "required": True},
            {"id": "how", "label": "How?", "kind": "choice", "choices": ["Phone", "Video"],
             "required": False},
        ],
        "location": {"kind": "phone", "text": "+44 20 7946 0000"}, "expiresAt": "2031-01-01T00:00:00Z",
    }
    link = lab.create_link(**settings)
    shown = lab.client().get(f"/v1/links/{link['id']}").json()
    assert {name: shown[name] for name in settings} == settings
    # What comes back can be sent again, and changes nothing.
    again = change(lab, link, **settings)
    assert again.headers["ETag"] == '"1"'
    for kind in ("inPerson", "phone", "unspecified"):
        assert change(lab, link, location={"kind": kind}).json()["location"]["kind"] == kind
    guest = lab.client().get(f"/b/{link['slug']}").json()
    assert [question["id"] for question in guest["questions"]] == ["company", "how"]
    assert guest["maximumAdditionalGuests"] == 3
    assert "maximumPerDay" not in guest and "calendars" not in guest


def test_changes_meet_each_other(lab):
    link = lab.create_link()
    path = f"/v1/links/{link['id']}"
    tag = lab.client().get(path).headers["ETag"]

    def rename(number):
        return lab.client().request(
            "PATCH", path, {"title": f"Number {number}"}, headers={"If-Match": tag})

    answers = together(*[lambda number=number: rename(number) for number in range(8)])
    assert sorted(answer.status for answer in answers) == [200] + [412] * 7
    assert {answer.problem for answer in answers if answer.status == 412} == {
        "precondition-failed"}
    # Without a tag each is made, on what the one before has left.
    answers = together(*[
        lambda day=day: lab.client().request("PATCH", path, {"description": f"{day}"})
        for day in range(4)])
    assert [answer.status for answer in answers] == [200] * 4
    assert lab.client().get(path).headers["ETag"] == '"6"'


def test_operations_are_recorded_and_idempotent(lab):
    key = new_key()
    body = {"title": "Once"}
    made = [
        lab.client().post("/v1/links", body, Idempotency_Key=key) for _ in range(3)]
    assert {answer.body for answer in made} == {made[0].body}
    path = f"/v1/links/{made[0].json()['id']}"
    key = new_key()
    headers = {"Idempotency-Key": key, "If-Match": '"1"'}
    changed = [
        lab.client().request("PATCH", path, {"title": "Twice"}, headers=headers) for _ in range(3)]
    assert [answer.status for answer in changed] == [200] * 3
    assert {answer.body for answer in changed} == {changed[0].body}
    other = lab.client().request("PATCH", path, {"title": "Other"}, headers=headers)
    assert other.status == 422 and other.problem == "idempotency-mismatch"
    for verb in ("pause", "resume"):
        assert lab.client().post(f"{path}/{verb}").status == 200
    assert lab.client().delete(path).status == 204
    jobs = lab.everything("/v1/jobs?kind=link")
    assert [job["payload"]["operation"] for job in reversed(jobs)] == [
        "create", "update", "pause", "resume", "delete"]
    assert {job["state"] for job in jobs} == {"completed"}
    assert {job["payload"]["linkId"] for job in jobs} == {made[0].json()["id"]}
    shown = lab.client().get(f"/v1/jobs/{jobs[0]['id']}")
    assert shown.status == 200 and shown.json()["payload"]["by"].startswith("key_")


def test_a_former_slug_leads_to_its_link_for_ever(lab):
    link = lab.create_link(slug="intro")
    change(lab, link, slug="hello")
    page = lab.client().get("/b/intro?timeZone=Europe/Paris", Accept="text/html")
    assert page.status == 302
    assert page.headers["Location"] == "/b/hello?timeZone=Europe%2FParis"
    assert lab.client().get("/b/intro").json()["slug"] == "hello"
    start = lab.slots({"slug": "intro"})[0]
    assert lab.book({"slug": "intro"}, start, wait=30).status == 201
    taken = lab.client().post("/v1/links", {"title": "Other", "slug": "intro"})
    assert taken.status == 422 and taken.pointers == {"#/slug"}
    assert lab.client().delete(f"/v1/links/{link['id']}").status == 204
    for slug in ("intro", "hello"):
        assert lab.client().get(f"/b/{slug}").status == 404
        again = lab.client().post("/v1/links", {"title": "Other", "slug": slug})
        assert again.status == 422 and again.pointers == {"#/slug"}


def test_who_loaded_the_older_revision_is_told(lab):
    link = lab.create_link(durationsMinutes=[30, 45])
    start = lab.slots(link)[2]
    change(lab, link, durationsMinutes=[60], slotIntervalMinutes=60)
    refused = lab.client().post(
        f"/b/{link['slug']}/bookings", request(start) | {"durationMinutes": 45})
    assert refused.status == 409 and refused.problem == "duration-not-offered"
    assert "changed" in refused.json()["detail"]
    never = lab.client().post(
        f"/b/{link['slug']}/bookings", request(start) | {"durationMinutes": 50})
    assert never.status == 422 and never.problem == "duration-not-offered"
    change(lab, link, visibility={"rollingDays": 1})
    late = lab.book(link, text(instant(start).replace(minute=0)), durationMinutes=60)
    assert late.status == 409 and late.problem == "outside-window", late
    form = lab.client().form(
        f"/b/{link['slug']}/bookings", {
            "start": start, "durationMinutes": "45", "timeZone": "UTC", "name": "Grace",
            "email": "grace@example.com", "key": new_key()},
        Accept="text/html")
    assert form.status == 409 and "has changed this link" in form.text
    assert lab.everything("/v1/bookings") == []


def test_a_day_that_is_full_under_a_race(lab):
    link = lab.create_link(maximumPerDay=3)
    day = [slot for slot in lab.slots(link, days=2) if slot[:10] == lab.slots(link)[0][:10]]
    answers = together(*[
        lambda start=start: lab.book(link, start, lab.client()) for start in day[:30]])
    assert sorted(answer.status for answer in answers) == [202] * 3 + [409] * 27
    assert {answer.problem for answer in answers if answer.status == 409} == {"limit-reached"}
    assert not [slot for slot in lab.slots(link) if slot[:10] == day[0][:10]]
    assert len(lab.everything("/v1/bookings")) == 3


def test_a_guest_who_has_enough(lab):
    link = lab.create_link(maximumPerGuest=1)
    first, second = lab.slots(link)[:2]
    assert lab.book(link, first).status == 202
    again = lab.client().post(f"/b/{link['slug']}/bookings", {
        "start": second, "timeZone": "UTC", "guest": {"name": "G", "email": "GRACE@Example.com"}})
    assert again.status == 409 and again.problem == "limit-reached"
    assert lab.book(link, second, name="Ada").status == 202


def test_questions_and_guests_are_asked_for_and_shown(lab):
    link = lab.create_link(
        maximumAdditionalGuests=1,
        questions=[
            {"id": "company", "label": "Your company", "required": True},
            {"label": "How?", "kind": "choice", "choices": ["Phone", "Video"]},
        ])
    assert [question["id"] for question in link["questions"]] == ["company", "q1"]
    start = lab.slots(link)[0]
    for more, pointers in [
        ({}, {"#/answers/company"}),
        ({"answers": {"company": "Acme", "q1": "Letter"}}, {"#/answers/q1"}),
        ({"answers": {"company": "Acme", "colour": "red"}}, {"#/answers/colour"}),
        ({"answers": {"company": 7}}, {"#/answers/company"}),
        ({"answers": {"company": "Acme"}, "additionalGuests": ["a@x.example", "b@x.example"]},
         {"#/additionalGuests"}),
    ]:
        refused = lab.book(link, start, **more)
        assert refused.status == 422 and refused.pointers == pointers, (more, refused)
    answers = {"company": "Acme & <Sons>", "q1": "Video"}
    path = lab.confirmed(link, start, answers=answers, additionalGuests=["a@x.example"])
    # Guests know what they have written: their JSON does not say it again, their page and the host do.
    assert "answers" not in lab.client().get(path).json()
    [booking] = lab.everything("/v1/bookings")
    assert booking["answers"] == answers and booking["additionalGuests"] == ["a@x.example"]
    page = lab.client().get(path, Accept="text/html").text
    assert "Acme &amp; &lt;Sons&gt;" in page and "Your company" in page


def test_expiry_and_pause_end_bookings_not_those_made(lab):
    link = lab.create_link()
    first, second, third = lab.slots(link)[:3]
    path = lab.confirmed(link, first)
    lab.client().post(f"/v1/links/{link['id']}/pause")
    assert lab.book(link, second).problem == "link-paused"
    assert lab.client().post(f"{path}/reschedule", {"start": second}, Prefer="wait=30").status == 200
    lab.client().post(f"/v1/links/{link['id']}/resume")
    change(lab, link, expiresAt="2020-01-01T00:00:00Z")
    refused = lab.book(link, third)
    assert refused.status == 410 and refused.problem == "link-expired"
    assert lab.client().get(f"/b/{link['slug']}").problem == "link-expired"
    page = lab.client().get(f"/b/{link['slug']}", Accept="text/html")
    assert page.status == 410 and "expired" in page.text
    assert lab.client().post(f"{path}/reschedule", {"start": third}, Prefer="wait=30").status == 200
    early = lab.client().post(
        "/v1/links", {"title": "Late", "expiresAt": "2020-01-01T00:00:00Z"})
    assert early.status == 422 and early.pointers == {"#/expiresAt"}


def test_an_instant_is_explained(lab):
    link = lab.create_link(maximumPerDay=1)
    start = lab.slots(link)[5]

    def explained(start, **more):
        query = "&".join(f"{name}={value}" for name, value in more.items())
        answer = lab.client().get(f"/v1/links/{link['id']}/explain?start={start}&{query}".rstrip("&"))
        assert answer.status == 200, answer
        return answer.json()

    assert explained(start)["offered"] is True and explained(start)["reasons"] == []
    lab.confirmed(link, start)
    codes = [reason["code"] for reason in explained(start, durationMinutes=50)["reasons"]]
    assert codes == ["duration-not-offered", "day-full", "calendar-busy", "time-claimed"]
    assert "Grace" not in json.dumps(explained(start))
    off = text(instant(start) + timedelta(minutes=7))
    assert "not-on-grid" in [reason["code"] for reason in explained(off)["reasons"]]


def test_links_by_command(lab, tmp_path):
    lab.server.stop()
    data = lab.data
    settings = tmp_path / "settings.json5"
    settings.write_text("""{
      // Two windows on a Tuesday.
      weekly: [{ days: ["tue"], from: "09:00", to: "10:00" }, { days: ["tue"], from: "14:00", to: "15:00" }],
      maximumPerDay: 2, questions: [{ label: "Why?" }], timeZone: "UTC",
    }""")
    made = bookend(
        "links", "create", "--title", "Tuesdays", "--slug", "tuesdays", "--duration", "30",
        "--settings", settings, "--data", data)
    assert made["maximumPerDay"] == 2 and len(made["weekly"]) == 2
    changed = bookend(
        "links", "update", made["id"], "--slug", "tuesday", "--title", "One day", "--data", data)
    assert (changed["slug"], changed["title"], changed["maximumPerDay"]) == ("tuesday", "One day", 2)
    shown = bookend("links", "show", made["id"], "--data", data)
    assert shown == changed
    text_shown = run_bookend("links", "show", made["id"], "--data", data)
    assert json.loads(text_shown.stdout)["title"] == "One day"
    assert bookend("links", "pause", made["id"], "--data", data)["state"] == "paused"
    explained = bookend(
        "links", "explain", made["id"], "--start", "2020-03-10T17:00:00Z", "--data", data)
    assert [reason["code"] for reason in explained["reasons"]] == [
        "link-paused", "notice-too-short", "not-visible", "outside-hours"]
    assert bookend("links", "resume", made["id"], "--data", data)["state"] == "active"
    assert len(bookend("links", "list", "--search", "TUES", "--data", data)["data"]) == 1
    settings.write_text("{ maximumPerDay: 0, colour: 'red' }")
    refused = run_bookend("links", "update", made["id"], "--settings", settings, "--data", data)
    assert refused.returncode == USAGE
    assert "#/maximumPerDay" in refused.stderr and "#/colour" in refused.stderr
    assert run_bookend("links", "show", "lnk_none", "--data", data).returncode not in (0, USAGE)
    operations = [
        job["payload"]["operation"] for job in bookend("jobs", "list", "--kind", "link", "--data", data)["data"]
    ]
    assert operations == ["resume", "pause", "update", "create"]


# MARK: rehearsals

SEED = {
    "title": "Seed", "timeZone": "America/Los_Angeles", "durationsMinutes": [30],
    "slotIntervalMinutes": 30, "visibility": {"rollingDays": 366},
    "weekly": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "10:00", "to": "16:00"}],
}


@pytest.fixture
def rehearsal(tmp_path):
    with Lab(tmp_path / "data", "--wall-clock", "2026-02-27T12:00:00Z") as running:
        yield running


def starts(lab, link, day, zone="America/Los_Angeles"):
    answer = lab.client().get(f"/b/{link['slug']}/slots?from={day}&to={day}&timeZone={zone}")
    assert answer.status == 200, answer
    return [slot["start"] for slot in answer.json()["slots"]]


def test_S24_the_seed_example_on_a_clock_of_its_own(rehearsal):
    link = rehearsal.create_link(**SEED)
    for day, first, last in [
        ("2026-03-02", "18:00", "23:30"), ("2026-03-09", "17:00", "22:30"),
        ("2026-03-30", "17:00", "22:30"), ("2026-10-26", "17:00", "22:30"),
        ("2026-11-02", "18:00", "23:30"),
    ]:
        found = starts(rehearsal, link, day)
        assert len(found) == 12
        assert (found[0], found[-1]) == (f"{day}T{first}:00Z", f"{day}T{last}:00Z")
    # The guest's zone regroups the days and moves no instant.
    tokyo = starts(rehearsal, link, "2026-03-10", "Asia/Tokyo")
    assert tokyo[0] == "2026-03-09T17:00:00Z"
    assert starts(rehearsal, link, "2026-03-07") == []
    booked = rehearsal.book(link, "2026-03-02T18:00:00Z", wait=30)
    assert booked.status == 201, booked
    assert "2026-03-02T18:00:00Z" not in starts(rehearsal, link, "2026-03-02")


def test_S26_notice_over_the_change_of_clocks(tmp_path):
    with Lab(tmp_path / "data", "--wall-clock", "2026-03-07T17:29:00Z") as lab:
        link = lab.create_link(
            timeZone="America/New_York", minimumNoticeMinutes=24 * 60,
            weekly=[{"days": ["sun", "mon"], "from": "09:00", "to": "17:00"}])
        zone = "America/New_York"
        assert starts(lab, link, "2026-03-08", zone)[0] == "2026-03-08T17:30:00Z"
        refused = lab.book(link, "2026-03-08T17:00:00Z")
        assert refused.status == 422 and refused.problem == "notice-too-short"
        assert starts(lab, link, "2026-03-09", zone)[0] == "2026-03-09T13:00:00Z"


def test_a_rehearsal_says_so(rehearsal):
    link = rehearsal.create_link(**SEED)
    assert any("wallClockSet" in line for line in rehearsal.server.lines)
    assert any(line.startswith("2026-02-27T12:00") for line in rehearsal.server.lines)
    for path in (f"/b/{link['slug']}", "/b/never-was"):
        page = rehearsal.client().get(path, Accept="text/html")
        assert "Rehearsal" in page.text and "27 February 2026" in page.text
    assert b"Rehearsal" not in rehearsal.client().get("/assets/bookend.css").body
    assert link["createdAt"].startswith("2026-02-27T12:0")


def test_S28_days_of_odd_lengths(tmp_path):
    with Lab(tmp_path / "data", "--wall-clock", "2026-01-02T00:00:00Z") as lab:
        for zone, day, hours, first in [
            ("America/New_York", "2026-03-08", 23, "2026-03-08T05:00:00Z"),
            ("America/New_York", "2026-11-01", 25, "2026-11-01T04:00:00Z"),
            ("Africa/Cairo", "2026-04-24", 23, "2026-04-23T22:00:00Z"),
            ("America/Santiago", "2026-09-06", 23, "2026-09-06T04:00:00Z"),
            ("Asia/Kathmandu", "2026-07-10", 24, "2026-07-09T18:15:00Z"),
        ]:
            link = lab.create_link(
                timeZone=zone, slotIntervalMinutes=60, visibility={"rollingDays": 366},
                weekly=[{"days": EVERY_DAY, "from": "00:00", "to": "24:00"}])
            found = starts(lab, link, day, zone)
            assert (len(found), found[0]) == (hours, first), zone


def test_a_closed_day_and_other_hours(rehearsal):
    link = rehearsal.create_link(**SEED | {"overrides": [
        {"date": "2026-03-03", "windows": []},
        {"date": "2026-03-07", "windows": [{"from": "10:00", "to": "11:00"}]},
    ]})
    assert starts(rehearsal, link, "2026-03-03") == []
    assert starts(rehearsal, link, "2026-03-07") == [
        "2026-03-07T18:00:00Z", "2026-03-07T18:30:00Z"]
    closed = rehearsal.book(link, "2026-03-03T18:00:00Z")
    assert closed.problem == "outside-window"
    answer = rehearsal.client().get(
        f"/v1/links/{link['id']}/explain?start=2026-03-03T18:00:00Z").json()
    assert [reason["code"] for reason in answer["reasons"]] == ["date-closed"]
    booked = rehearsal.book(link, "2026-03-07T18:00:00Z", wait=30)
    assert booked.status == 201 and path_of(booked)
