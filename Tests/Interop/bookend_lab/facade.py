"""A data folder with a key and calendars, its server, and what most tests do there."""

import uuid
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

from .server import Server, bookend
from .waiting import until

# An ending: nothing more happens to such a booking by itself.
ENDINGS = {"confirmed", "cancelled", "rejected", "failed"}
SCOPES = ",".join(
    f"{thing}:{verb}" for thing in ("links", "bookings", "jobs") for verb in ("read", "write")
) + ",connections:write"
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ALWAYS = [{"days": EVERY_DAY, "from": "00:00", "to": "24:00"}]


class Lab:
    def __init__(self, data, *arguments, radicale=None, calendars=("cal",)):
        self.data = data
        self.key = create_key(data)
        self.calendars = (
            self._connect(radicale, calendars) if radicale else self._local_calendar())
        self.server = Server(data, *arguments, key=self.key)

    def client(self, **options):
        return self.server.client(**options)

    def create_link(self, client=None, calendar=None, **settings):
        """A link on the first calendar, open round the clock unless `settings` say else."""
        link = {
            "title": "Lab", "kind": "recurring", "durationsMinutes": [30],
            "slotIntervalMinutes": 30, "timeZone": "UTC", "weekly": ALWAYS,
            "visibility": {"rollingDays": 60},
            "calendars": {"destination": calendar or next(iter(self.calendars.values()))},
        }
        answer = (client or self.client()).post(
            "/v1/links", link | settings, Idempotency_Key=new_key())
        assert answer.status == 201, answer
        return answer.json()

    def slots(self, link, client=None, first=1, days=7, **query):
        """Starts of the slots offered from `first` days from now."""
        today = datetime.now(timezone.utc).date()
        span = {"from": today + timedelta(first), "to": today + timedelta(first + days - 1)}
        answer = (client or self.client()).get(
            f"/b/{link['slug']}/slots?" + urlencode(span | {"timeZone": "UTC"} | query))
        assert answer.status == 200, answer
        return [slot["start"] for slot in answer.json()["slots"]]

    def book(self, link, start, client=None, key=None, wait=None, name="Grace", **more):
        headers = {"Idempotency_Key": key or new_key()}
        if wait is not None:
            headers["Prefer"] = f"wait={wait}"
        return (client or self.client()).post(
            f"/b/{link['slug']}/bookings", request(start, name) | more, **headers)

    def confirmed(self, link, start, client=None, **more):
        """Books, waits for the calendar and returns the booking's path."""
        answer = self.book(link, start, client, wait=30, **more)
        assert answer.status in (200, 201), answer
        assert answer.json()["state"] == "confirmed", answer
        return path_of(answer)

    def ending(self, path, client=None, seconds=30):
        """The booking once it has come to an ending."""
        client = client or self.client()

        def ended():
            booking = client.get(path).json()
            return booking if booking["state"] in ENDINGS else None

        return until(ended, seconds, f"an ending of {path}")

    def everything(self, path, client=None, limit=200):
        """All rows of a collection, page by page."""
        client = client or self.client()
        rows, cursor = [], None
        while True:
            query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
            answer = client.get(path + ("&" if "?" in path else "?") + urlencode(query))
            assert answer.status == 200, answer
            rows += answer.json()["data"]
            cursor = answer.json()["nextCursor"]
            if cursor is None:
                return rows

    def _connect(self, radicale, calendars):
        for name in calendars:
            radicale.make_calendar(name)
        added = bookend(
            "connections", "add", "--data", self.data, "--provider", "caldav",
            "--url", radicale.url, "--user", radicale.username, "--password-file", radicale.password_file())
        return {row["name"]: row["id"] for row in added["calendars"] if row["name"] in calendars}

    def _local_calendar(self):
        return {row["name"]: row["id"] for row in add_local_calendar(self.data)}

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *error):
        self.server.__exit__(*error)


def create_key(data):
    return bookend("keys", "create", "--data", data, "--name", "lab", "--scopes", SCOPES)["key"]


def add_local_calendar(data):
    return bookend("connections", "add", "--data", data, "--provider", "local")["calendars"]


def request(start, name="Grace"):
    return {
        "start": start, "timeZone": "Europe/London",
        "guest": {"name": name, "email": f"{name.lower()}@example.com"},
    }


def path_of(answer):
    """Where a booking's page is, whatever host the Location names."""
    return "/r/" + answer.headers["Location"].rsplit("/r/", 1)[1]


def new_key():
    return str(uuid.uuid4())


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def text(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
