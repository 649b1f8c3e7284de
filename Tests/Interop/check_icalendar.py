"""Holds what Bookend writes and computes in iCalendar against Python's icalendar, dateutil and
recurring-ical-events.

    .build/python/bin/python Tests/Interop/check_icalendar.py

The folder icalendar/ is shared with the Swift tests: they assert that Bookend writes exactly what is
in icalendar/written, and that it gives the answers in rules.txt and series.txt. Here somebody else's
reader reads the same objects, and somebody else's calendar answers the same questions.
"""

import email
import sys
import warnings
from datetime import datetime, timedelta, timezone
from email import policy
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr

FOLDER = Path(__file__).parent / "icalendar"
STAMP = "%Y%m%dT%H%M%S"


def rule_times(text, start, begin, end):
    """The wall times of a rule from `begin` to `end`, both included. UNTIL only keeps dateutil from
    looking through the next eight thousand years."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of UNTIL beside COUNT
        rule = rrulestr(f"{text};UNTIL={end:{STAMP}}", dtstart=start)
    return rule.between(begin, end, inc=True)


def series_times(text, zone, begin, end):
    """When the events of an object that overlap the window take place, all-day ones as days of
    `zone`."""
    def instant(value):
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=ZoneInfo(zone))
        return value.astimezone(timezone.utc)

    def times(event):
        # Elapsed time, as RFC 5545 means PT…; Python would add it to the wall time.
        if isinstance(event.start, datetime):
            return instant(event.start), instant(event.start) + (event.end - event.start)
        return instant(event.start), instant(event.end)

    margin = timedelta(days=3)
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(
        begin - margin, end + margin)
    found = {times(event) for event in events}
    return sorted((first, last) for first, last in found if first < end and last > begin)


def check_rules():
    lines = (FOLDER / "rules.txt").read_text().splitlines()
    for line in lines:
        text, *moments = line.split()
        start, begin, end, *times = [datetime.strptime(moment, STAMP) for moment in moments]
        assert rule_times(text, start, begin, end) == times, line
    return f"{len(lines)} rules"


def check_series():
    blocks = (FOLDER / "series.txt").read_text().strip().split("\n\n")
    for block in blocks:
        lines = block.split("\n")
        at = next(number for number, line in enumerate(lines) if line.startswith("? "))
        _, zone, begin, end = lines[at].split()
        moment = lambda text: datetime.strptime(text, STAMP + "Z").replace(tzinfo=timezone.utc)
        expected = [tuple(map(moment, line.split()[1:])) for line in lines[at + 1:]]
        found = series_times("\r\n".join(lines[:at]), zone, moment(begin), moment(end))
        assert found == expected, block
    return f"{len(blocks)} series"


def check_written():
    files = sorted((FOLDER / "written").glob("*.ics"))
    assert files, "no samples"
    for file in files:
        content = file.read_bytes()
        assert all(len(line) <= 75 for line in content.split(b"\r\n")), f"{file.name}: a long line"
        assert b"\n" not in content.replace(b"\r\n", b""), f"{file.name}: a bare LF"
        calendar = icalendar.Calendar.from_ical(content)
        events = calendar.events
        assert len(events) == 1, file.name
        check_event(file.name, calendar, events[0])
        check_zones(file.name, calendar)
    return f"{len(files)} objects"


def check_event(name, calendar, event):
    assert not event.errors, f"{name}: {event.errors}"
    assert str(calendar["VERSION"]) == "2.0" and calendar["PRODID"], name
    start, end = event.start.astimezone(timezone.utc), event.end.astimezone(timezone.utc)
    expected = datetime(2026, 7, 14, 15, 0, tzinfo=timezone.utc)
    assert (start, end) == (expected, expected + timedelta(minutes=30)), f"{name}: {start} {end}"
    assert str(event["SUMMARY"]) == "Intro; with \\ commas, and 🚀", f"{name}: {event['SUMMARY']}"
    assert str(event["DESCRIPTION"]) == "First line\nATTENDEE:mailto:evil@example.com", name
    attendees = event["ATTENDEE"]
    attendee = attendees[0] if isinstance(attendees, list) else attendees
    assert str(attendee) == "mailto:sam@guest.example", name
    assert attendee.params["CN"].startswith("Sam \"The\" Guest: x;"), f"{name}: {attendee.params}"
    assert calendar.get("METHOD", "none") == {"request": "REQUEST", "cancel": "CANCEL"}.get(
        name.split("-")[0], "none"), name


def check_zones(name, calendar):
    """The rules that an object carries say what the system's say, from a day before until a day after."""
    for component in calendar.walk("VTIMEZONE"):
        described, known = component.to_tz(), ZoneInfo(str(component["TZID"]))
        event = calendar.events[0].start.astimezone(timezone.utc)
        for hours in range(-24, 25):
            moment = event + timedelta(hours=hours)
            offsets = [moment.astimezone(zone).utcoffset() for zone in (described, known)]
            assert offsets[0] == offsets[1], f"{name}: {moment} {offsets}"


def check_messages():
    files = sorted((FOLDER / "written").glob("*.eml"))
    for file in files:
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        assert not list(message.defects), f"{file.name}: {message.defects}"
        assert message.get_content_type() == "multipart/mixed", file.name
        alternative, attachment = message.iter_parts()
        plain, html, calendar = alternative.iter_parts()
        types = [part.get_content_type() for part in (plain, html, calendar, attachment)]
        assert types == ["text/plain", "text/html", "text/calendar", "application/ics"], file.name
        assert "What: Intro <call> & more" in plain.get_content().splitlines(), file.name
        assert "Intro &lt;call&gt; &amp; more</td>" in html.get_content(), file.name
        assert message["To"].addresses[0].display_name == "Sam \"The\" Gästin 🚀", file.name
        raw = calendar.get_payload(decode=True)
        assert raw == attachment.get_payload(decode=True), file.name
        parsed = icalendar.Calendar.from_ical(raw)
        assert str(parsed["METHOD"]) == calendar.get_param("method"), file.name
        event = parsed.events[0]
        for field, property_name in (("To", "ATTENDEE"), ("From", "ORGANIZER")):
            address = message[field].addresses[0].addr_spec
            assert str(event[property_name]) == f"mailto:{address}", file.name
        assert message["Auto-Submitted"] == "auto-generated" and message["Message-ID"], file.name
    return f"{len(files)} messages"


if __name__ == "__main__":
    checks = [check_rules, check_series, check_written, check_messages]
    sys.stdout.write("iCalendar agrees: " + ", ".join(check() for check in checks) + "\n")
