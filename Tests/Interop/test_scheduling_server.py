"""A CalDAV server that invites by itself (RFC 6638): each guest hears of each change from it, or from us,
and never from both."""

from contextlib import contextmanager

import icalendar
import pytest
from bookend_lab import Lab, MailServer, bookend, until

SAM = {"name": "Sam", "email": "sam@example.org"}
GRACE = "grace@guest.example"


@pytest.fixture
def world(tmp_path, cyrus):
    """The server, a lab on one of its calendars, and the mail server that gets our own mail."""
    with at(tmp_path, cyrus) as lab:
        yield cyrus, lab


@contextmanager
def at(tmp_path, cyrus):
    with MailServer(tmp_path / "mail") as mail:
        with Lab(tmp_path / "data", *mail.settings(), radicale=cyrus) as lab:
            lab.mail = mail
            yield lab


def test_its_calendars_are_found_from_wherever_one_begins(tmp_path, cyrus):
    cyrus.make_calendar("cal")
    cyrus.make_calendar("team")
    starts = ["", "dav/", "dav/principals/user/alex/", "dav/calendars/user/alex/"]
    for number, start in enumerate(starts):
        added = connect(tmp_path / f"data{number}", cyrus, cyrus.url + start)
        # Its own boxes for scheduling are none to book on.
        assert {row["name"] for row in added["calendars"]} == {"personal", "cal", "team"}, start
    [one] = connect(tmp_path / "one", cyrus, cyrus.home() + "cal/")["calendars"]
    assert one["name"] == "cal"


def test_it_invites_moves_and_cancels_and_we_write_to_the_host_alone(world):
    cyrus, lab = world
    link = lab.create_link(title="Intro")
    first, second = lab.slots(link)[:2]
    path = lab.confirmed(link, first, guest=SAM, additionalGuests=[GRACE])
    settled(lab)
    [own] = cyrus.events("cal")
    [sams] = cyrus.events("Default", "sam")
    [mailed] = invitations(cyrus)
    assert own["ORGANIZER"] == "mailto:alex@example.org"
    assert statuses(own) == {SAM["email"]: "1.2", GRACE: "1.1"}
    assert own["UID"] == sams["UID"] == mailed.events[0]["UID"]
    assert own.start == sams.start == mailed.events[0].start
    assert mailed["METHOD"] == "REQUEST"
    assert first not in lab.slots(link)

    moved = lab.client().post(f"{path}/reschedule", {"start": second}, Prefer="wait=30")
    assert moved.json()["state"] == "confirmed", moved
    settled(lab)
    [own] = cyrus.events("cal")
    [sams] = cyrus.events("Default", "sam")
    assert own["SEQUENCE"] == 1
    assert own.start == sams.start == invitations(cyrus)[-1].events[0].start != mailed.events[0].start

    ended = lab.client().post(f"{path}/cancel", {"reason": "Ill"}, Prefer="wait=30")
    assert ended.json()["state"] == "cancelled", ended
    settled(lab)
    assert cyrus.events("cal") == []
    [sams] = cyrus.events("Default", "sam")
    assert sams["STATUS"] == "CANCELLED"
    assert [str(each["METHOD"]) for each in invitations(cyrus)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert subjects(lab.mail.messages) == ["Booked", "Moved", "Cancelled"]


def test_a_guest_whom_it_cannot_reach_hears_from_us(world):
    """Its mail server is down: the event says so of Grace, and nothing of the kind of Sam."""
    cyrus, lab = world
    link = lab.create_link()
    first, second, third = lab.slots(link)[:3]
    cyrus.mail.stop()
    path = lab.confirmed(link, first, guest=SAM, additionalGuests=[GRACE])
    settled(lab)
    [own] = cyrus.events("cal")
    assert statuses(own) == {SAM["email"]: "1.2", GRACE: "5.1"}
    [told] = lab.mail.to(GRACE)
    invitation = icalendar.Calendar.from_ical(told.part("text/calendar"))
    assert invitation["METHOD"] == "REQUEST"
    assert invitation.events[0]["UID"] == own["UID"]

    lab.client().post(f"{path}/reschedule", {"start": second}, Prefer="wait=30")
    settled(lab)
    assert subjects(lab.mail.to(GRACE)) == ["Confirmed", "Moved"]

    # From now on it can, and does.
    cyrus.mail.start()
    lab.client().post(f"{path}/reschedule", {"start": third}, Prefer="wait=30")
    settled(lab)
    assert statuses(cyrus.events("cal")[0])[GRACE] == "1.1"
    lab.client().post(f"{path}/cancel", {}, Prefer="wait=30")
    settled(lab)
    assert [str(each["METHOD"]) for each in invitations(cyrus)] == ["REQUEST", "CANCEL"]
    assert subjects(lab.mail.to(GRACE)) == ["Confirmed", "Moved"]
    assert lab.mail.to(SAM["email"]) == []


def test_answers_are_shown_and_a_decline_is_offered_to_the_host(world):
    cyrus, lab = world
    link = lab.create_link(remindersMinutes=[600, 60])
    first, second = lab.slots(link, first=3)[:2]
    path = lab.confirmed(link, first, guest=SAM)
    settled(lab)
    answer(cyrus, "ACCEPTED")
    remind(lab, 600)
    until(lambda: lab.mail.to(SAM["email"]), 30, "the reminder")
    assert shown(lab, path) == ("confirmed", "accepted")

    lab.client().post(f"{path}/reschedule", {"start": second}, Prefer="wait=30")
    settled(lab)
    # The answer was for the other time: everybody is asked again, whatever the server does about it.
    [own] = cyrus.events("cal")
    assert own["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    answer(cyrus, "DECLINED")
    remind(lab, 600)
    remind(lab, 60)
    offer = until(
        lambda: [each for each in lab.mail.messages if "eclined" in each.subject], 30, "the offer")
    assert shown(lab, path) == ("confirmed", "declined")
    settled(lab)
    assert len(offer) == 1 and len(lab.mail.to(SAM["email"])) == 1
    assert lab.client().get(path).json()["state"] == "confirmed"


@pytest.mark.parametrize("moment", ["asked", "written", "invited"])
def test_killed_on_the_way_it_invites_once(tmp_path, cyrus, moment):
    with at(tmp_path, cyrus) as lab:
        link = lab.create_link()
        start = lab.slots(link)[0]
        path = lab.book(link, start, guest={"name": "Grace", "email": GRACE}).headers["Location"]
        path = "/r/" + path.rsplit("/r/", 1)[1]
        if moment == "written":
            until(lambda: cyrus.events("cal"), 30, "the event")
        elif moment == "invited":
            until(lambda: cyrus.mail.messages, 30, "the invitation")
        lab.server.kill()
        lab.server.start()
        assert lab.ending(path)["state"] == "confirmed"
        settled(lab)
        assert len(cyrus.events("cal")) == 1
        assert len(invitations(cyrus)) == 1
        assert lab.mail.to(GRACE) == []


def test_a_meeting_moves_by_half_its_length(world):
    cyrus, lab = world
    link = lab.create_link(durationsMinutes=[60])
    first, second = lab.slots(link)[:2]
    path = lab.confirmed(link, first, guest=SAM)
    # Its own event, and the invitation that lies in another's box, are not in its way.
    moved = lab.client().post(f"{path}/reschedule", {"start": second}, Prefer="wait=30")
    assert (moved.json()["state"], moved.json()["start"]) == ("confirmed", second), moved


def connect(data, cyrus, url):
    return bookend(
        "connections", "add", "--data", data, "--provider", "caldav", "--url", url,
        "--user", cyrus.username, "--password-file", cyrus.password_file())


def settled(lab):
    """Nothing is left to be done but what is scheduled for later."""
    def rests():
        states = [job["state"] for job in lab.everything("/v1/jobs")]
        return not {"available", "executing", "retryable"}.intersection(states)

    until(rests, 30, "all jobs to end")


def statuses(event):
    """What became of the last message to each guest, as the event tells."""
    lines = event["ATTENDEE"]
    return {
        str(line).removeprefix("mailto:"): str(line.params["SCHEDULE-STATUS"])
        for line in (lines if isinstance(lines, list) else [lines])}


def subjects(messages):
    return [message.subject.split(":")[0] for message in messages]


def invitations(cyrus):
    return [
        icalendar.Calendar.from_ical(message.part("text/calendar"))
        for message in cyrus.mail.messages
    ]


def answer(cyrus, word):
    """As Sam's calendar program does: its own copy, with nothing changed but the answer."""
    [(url, calendar)] = cyrus.objects("Default", "sam")
    lines = calendar.events[0]["ATTENDEE"]
    for line in lines if isinstance(lines, list) else [lines]:
        if line == "mailto:sam@example.org":
            line.params["PARTSTAT"] = word
    cyrus.put(url, calendar.to_ical().decode(), "sam")


def remind(lab, minutes):
    """Has that reminder of the meeting as it is now run at once."""
    [job] = [
        job for job in lab.everything("/v1/jobs?kind=invitation&state=scheduled")
        if job["payload"].get("minutesBefore") == minutes
        and job["payload"]["start"] == lab.everything("/v1/bookings")[0]["start"]]
    ran = lab.client().post(f"/v1/jobs/{job['id']}/runNow")
    assert ran.status in (200, 202), ran
    settled(lab)


def shown(lab, path):
    [booking] = lab.everything("/v1/bookings")
    booking = lab.client().get(f"/v1/bookings/{booking['id']}").json()
    [given] = booking["replies"]
    return booking["state"], given["answer"]
