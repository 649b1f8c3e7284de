"""A real CalDAV server on loopback, and what lies in it as another client sees it."""

import http.client
import socket
import subprocess
import sys
from pathlib import Path

import caldav
import icalendar

from .waiting import until

CONFIGURATION = """
[server]
hosts = 127.0.0.1:{port}
max_connections = 64
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
type = multifilesystem
filesystem_folder = {folder}/collections
[web]
type = none
"""


class Radicale:
    username = "alex"
    password = "open sesame"

    def __init__(self, folder):
        self.folder = Path(folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.process = None

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "users").write_text(f"{self.username}:{self.password}\n")
        configuration = self.folder / "config"
        configuration.write_text(CONFIGURATION.format(port=self.port, folder=self.folder))
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "radicale", "--config", configuration],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until(self._ready, 20, "Radicale")
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def make_calendar(self, name):
        with self._client() as client:
            client.principal().make_calendar(name=name, cal_id=name)

    def events(self, calendar):
        """Every VEVENT in a calendar as (uid, start, end), read by somebody else's client."""
        with self._client() as client:
            resources = client.calendar(url=f"{self.url}{self.username}/{calendar}/").events()
            return [
                (str(event["UID"]), event.decoded("DTSTART"), event.decoded("DTEND"))
                for resource in resources
                for event in icalendar.Calendar.from_ical(resource.data).walk("VEVENT")
            ]

    def put(self, calendar, name, text):
        """An event that somebody else made."""
        with self._client() as client:
            client.put(
                f"{self.url}{self.username}/{calendar}/{name}.ics", text,
                {"Content-Type": "text/calendar"})

    def password_file(self):
        path = self.folder / "password"
        path.write_text(self.password)
        path.chmod(0o600)
        return path

    def _client(self):
        return caldav.DAVClient(self.url, username=self.username, password=self.password)

    def _ready(self):
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/.well-known/caldav")
            return connection.getresponse().status == 301
        except OSError:
            return False

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
