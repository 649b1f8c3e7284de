"""What hosts do by hand in their calendars, at each provider, and how often they are asked for it."""

import shutil
from datetime import datetime, timedelta, timezone

import caldav

from .facade import instant
from .server import ROOT


def quick_following(folder, grace=4):
    """Arguments with which calendars are read every two seconds, and little patience is had."""
    jobs = folder / "jobs"
    shutil.copytree(ROOT / "jobs", jobs)
    poll = jobs / "poll.json5"
    text = poll.read_text()
    assert "everySeconds: 60" in text
    poll.write_text(text.replace("everySeconds: 60", "everySeconds: 2"))
    settings = {"jobs.directory": jobs, "following.graceSeconds": grace} | {
        f"following.{provider}PollSeconds": 1 for provider in ("caldav", "google", "outlook")
    }
    return [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]


class SandboxHand:
    """Of a host with Google or Outlook; the provider mails nobody for it."""

    def __init__(self, sandbox, provider, account="alex@example.com"):
        self.sandbox, self.provider, self.account = sandbox, provider, account

    def event(self, start):
        """The event that starts then, by the provider's own name."""
        [found] = [
            event["id"] for event in self.sandbox.events(self.provider)
            if event.get("status") != "cancelled" and not event.get("isDeleted")
            and self._start(event) == instant(start)
        ]
        return found

    def delete(self, event):
        self._order("DELETE", id=event)

    def move(self, event, start, minutes=30):
        times = {"start": instant(start), "end": instant(start) + timedelta(minutes=minutes)}
        self._order("PATCH", id=event, event={
            name: {"dateTime": self._written(time), "timeZone": "UTC"}
            for name, time in times.items()
        })

    def answer(self, event, guest, response):
        self.sandbox.control("POST", "responses", {
            "provider": self.provider, "account": self.account, "id": event, "guest": guest,
            "response": response,
        })

    def say_gone(self, event):
        """The next list of changes names it deleted, and it is not."""
        self.sandbox.arm(self.provider, "phantomDeletion", event=event)

    def starts(self):
        return sorted(
            self._start(event) for event in self.sandbox.events(self.provider)
            if event.get("status") != "cancelled" and not event.get("isDeleted"))

    def _order(self, method, **more):
        self.sandbox.control(
            method, "events", {"provider": self.provider, "account": self.account} | more)

    def _written(self, time):
        text = time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        return text + "Z" if self.provider == "google" else text

    def _start(self, event):
        text = event["start"]["dateTime"]
        return instant(text if self.provider == "google" else text[:19] + "Z")


class CalDAVHand:
    """Of a host with any CalDAV program, which is the Python client here."""

    def __init__(self, radicale, calendar):
        self.radicale, self.name = radicale, calendar

    def event(self, start):
        [found] = [
            str(resource.url) for resource in self._resources()
            if self._start(resource) == instant(start)
        ]
        return found

    def delete(self, event):
        self._resource(event).delete()

    def move(self, event, start, minutes=30):
        resource = self._resource(event)
        calendar = resource.icalendar_instance
        for component in calendar.walk("VEVENT"):
            for name in ("DTSTART", "DTEND", "DURATION"):
                component.pop(name, None)
            component.add("DTSTART", instant(start).astimezone(timezone.utc))
            component.add("DTEND", instant(start).astimezone(timezone.utc)
                          + timedelta(minutes=minutes))
            # As programs of people do.
            sequence = int(component.pop("SEQUENCE", 0))
            component.add("SEQUENCE", sequence + 1)
        resource.icalendar_instance = calendar
        resource.save()

    def starts(self):
        return sorted(self._start(resource) for resource in self._resources())

    def _start(self, resource):
        [event] = resource.icalendar_instance.walk("VEVENT")
        moment = event.decoded("DTSTART")
        assert isinstance(moment, datetime)
        return moment

    def _resource(self, event):
        [found] = [resource for resource in self._resources() if str(resource.url) == event]
        return found

    def _resources(self):
        client = caldav.DAVClient(
            self.radicale.url, username=self.radicale.username, password=self.radicale.password)
        url = f"{self.radicale.url}{self.radicale.username}/{self.name}/"
        return client.calendar(url=url).events()
