"""Makes up recurrences and writes them to Tests/Interop/icalendar/rules.txt and series.txt with the
answers of dateutil and recurring-ical-events. The Swift tests must give these answers too;
check_icalendar.py asks the two libraries again. Needed only when there shall be other cases.

    .build/python/bin/python Tests/Interop/make_recurrences.py [seed]
"""

import random
import sys
from datetime import date, datetime, timedelta, timezone

from dateutil.rrule import rrulestr

from check_icalendar import FOLDER, STAMP, rule_times, series_times

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def sample(rnd, values, most):
    return ",".join(str(value) for value in rnd.sample(values, rnd.randint(1, most)))


def days_of_month(rnd):
    return sample(rnd, list(range(1, 32)) + list(range(-31, 0)), 3)


def rule(rnd, frequency):
    """A rule that every reader understands alike: no BYWEEKNO without BYDAY, ordinals only where
    RFC 5545 allows them."""
    parts = [f"FREQ={frequency}"]
    if rnd.random() < 0.5:
        parts.append(f"INTERVAL={rnd.choice([2, 3, 4, 5, 7, 10, 13])}")
    chance = lambda odds: rnd.random() < odds
    if chance(0.3):
        parts.append(f"BYMONTH={sample(rnd, range(1, 13), 3)}")
    if frequency in ("MONTHLY", "YEARLY", "DAILY") and chance(0.4):
        parts.append(f"BYMONTHDAY={days_of_month(rnd)}")
    if frequency == "YEARLY" and chance(0.15):
        parts.append(f"BYYEARDAY={sample(rnd, [1, 60, 100, 200, 365, 366, -1, -100, -366], 3)}")
    by_week = frequency == "YEARLY" and chance(0.2)
    if by_week:
        parts.append(f"BYWEEKNO={sample(rnd, [1, 2, 10, 20, 52, 53, -1, -2], 2)}")
    if by_week or chance(0.45):
        days = rnd.sample(DAYS, rnd.randint(1, 3))
        if frequency in ("MONTHLY", "YEARLY") and not by_week and chance(0.6):
            # All or none: dateutil takes "5TH,SU" for the Sundays that are fifth Thursdays.
            days = [rnd.choice(["1", "2", "3", "-1", "-2", "5"]) + day for day in days]
        parts.append(f"BYDAY={','.join(days)}")
    if chance(0.3):
        parts.append(f"BYHOUR={sample(rnd, range(24), 3)}")
    if frequency in ("MINUTELY", "SECONDLY") and chance(0.8) or chance(0.2):
        parts.append(f"BYMINUTE={sample(rnd, range(60), 3)}")
    if frequency == "SECONDLY" or chance(0.05):
        parts.append(f"BYSECOND={sample(rnd, range(60), 2)}")
    if frequency not in ("HOURLY", "MINUTELY", "SECONDLY") and chance(0.2):
        # Positions that a day or a week cannot have would send dateutil to the year 9999.
        positions = [1, -1] if frequency in ("DAILY", "WEEKLY") else [1, 2, 3, -1, -2]
        parts.append(f"BYSETPOS={sample(rnd, positions, 2)}")
    if chance(0.3):
        parts.append(f"WKST={rnd.choice(DAYS)}")
    if chance(0.4):
        parts.append(f"COUNT={rnd.randint(1, 40)}")
    return ";".join(parts)


# Days that a window lasts, and that it may lie after DTSTART: dateutil walks every second of them.
WINDOWS = {"SECONDLY": (0.05, 0.1), "MINUTELY": (0.5, 3), "HOURLY": (4, 90), "DAILY": (400, 700),
           "WEEKLY": (400, 700), "MONTHLY": (400, 1400), "YEARLY": (1400, 2000)}


def rules(rnd, count):
    """Wall times alone: the set of a rule, DTSTART in it only where the rule says so."""
    lines = []
    while len(lines) < count:
        start = datetime(rnd.randint(2019, 2026), rnd.randint(1, 12), rnd.randint(1, 28),
                         rnd.randint(0, 23), rnd.choice([0, 15, 30, 45]))
        frequency = list(WINDOWS)[len(lines) % len(WINDOWS)]
        text = rule(rnd, frequency)
        length, ahead = WINDOWS[frequency]
        begin = start + timedelta(seconds=int(rnd.random() * ahead * 86400))
        end = begin + timedelta(days=length)
        try:
            times = rule_times(text, start, begin, end)
        except ValueError:  # dateutil sees that it never yields
            continue
        # A few rules that yield nothing are good cases, many are not.
        if len(times) > 40 or not times and rnd.random() < 0.95:
            continue
        moments = [start, begin, end] + times
        lines.append(" ".join([text] + [f"{moment:{STAMP}}" for moment in moments]))
    return "\n".join(lines) + "\n"


ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata",
         "America/Santiago", "Pacific/Auckland", "UTC"]
SERIES_RULES = [
    "FREQ=DAILY;UNTIL={until}", "FREQ=DAILY;INTERVAL=3;COUNT=300", "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY={day};COUNT=60", "FREQ=WEEKLY;INTERVAL=2;UNTIL={until}",
    "FREQ=MONTHLY;COUNT=40", "FREQ=MONTHLY;BYDAY={ordinal}{day}", "FREQ=YEARLY",
]


def series(rnd, count):
    """Whole objects across changes of the clocks, with EXDATE, RDATE and changed instances."""
    blocks = []
    while len(blocks) < count:
        zone = rnd.choice(ZONES)
        whole_day = rnd.random() < 0.25
        day = date(2025, 1, 1) + timedelta(days=rnd.randint(0, 600))
        clock = f"{rnd.randint(0, 23):02}{rnd.choice(['00', '30'])}00"
        minutes = rnd.choice([30, 60, 90, 1440])
        until = date(2026, 3, 1) + timedelta(days=rnd.randint(0, 300))
        text = rnd.choice(SERIES_RULES)
        if rnd.random() < 0.7:
            weekday = DAYS[day.weekday()]
            ordinal = (day.day - 1) // 7 + 1
            text = text.format(day=weekday, ordinal=ordinal,
                               until=f"{until:%Y%m%d}" if whole_day else f"{until:%Y%m%d}T120000Z")
        else:
            text = "FREQ=DAILY;COUNT=400"

        def at(moment, name, clock=clock):
            if whole_day:
                return f"{name};VALUE=DATE:{moment:%Y%m%d}"
            if zone == "UTC":
                return f"{name}:{moment:%Y%m%d}T{clock}Z"
            return f"{name};TZID={zone}:{moment:%Y%m%d}T{clock}"

        length = f"DURATION:P{rnd.choice([1, 2])}D" if whole_day else f"DURATION:PT{minutes}M"
        body = ["BEGIN:VEVENT", "UID:series", "DTSTAMP:20250101T000000Z", at(day, "DTSTART"),
                length, f"RRULE:{text}"]
        instances = [moment.date() for moment in rrulestr(
            text.split(";UNTIL")[0], dtstart=datetime(day.year, day.month, day.day))[:80]]
        picked = rnd.sample(instances, min(3, len(instances)))
        changed = []
        if rnd.random() < 0.5:
            body.append(at(picked[0], "EXDATE"))
        if rnd.random() < 0.4:
            extra = day + timedelta(days=rnd.randint(1, 700))
            if extra not in instances:
                body.append(at(extra, "RDATE"))
        if rnd.random() < 0.5 and len(picked) > 1 and f"{until:%Y%m%d}" > f"{picked[1]:%Y%m%d}":
            moved = picked[1] + timedelta(days=rnd.choice([-1, 0, 1, 9]))
            other = f"{rnd.randint(0, 23):02}1500"
            changed = ["BEGIN:VEVENT", "UID:series", "DTSTAMP:20250101T000000Z",
                       at(picked[1], "RECURRENCE-ID"), at(moved, "DTSTART", other), length,
                       "END:VEVENT"]
        lines = (["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tests//EN"] + body + ["END:VEVENT"]
                 + changed + ["END:VCALENDAR"])
        begin = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(days=rnd.randint(0, 330))
        end = begin + timedelta(days=30)
        found = series_times("\r\n".join(lines), zone, begin, end)
        if not found and rnd.random() < 0.9:
            continue
        question = f"? {zone} {begin:{STAMP}}Z {end:{STAMP}}Z"
        answers = [f"= {first:{STAMP}}Z {last:{STAMP}}Z" for first, last in found]
        blocks.append("\n".join(lines + [question] + answers))
    return "\n\n".join(blocks) + "\n"


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20260310
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "rules.txt").write_text(rules(random.Random(seed), 420))
    (FOLDER / "series.txt").write_text(series(random.Random(seed), 150))
