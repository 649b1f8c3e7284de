"""A CalDAV server that invites guests by itself (RFC 6638), on loopback: Cyrus, from Debian's packages,
which `make` unpacks and does not install. It keeps everything in a folder of its own, and its mail server
is ours.

Run as a program (`python -m bookend_lab.cyrus`), it makes an account for each line that it reads, says
where that is as a line of JSON, and ends with its input."""

import http.client
import imaplib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import caldav
import icalendar

from .mail import MailServer
from .radicale import free_port
from .server import ROOT
from .waiting import until

UNPACKED = ROOT / ".build/cyrus/root"
PROGRAMS = ["master", "httpd", "imapd", "ctl_cyrusdb"]
# It refuses to serve as root.
SERVANT = "nobody"

# Without its library of search terms and its push: what is asked for is calendars and invitations.
SETTINGS = """
configdirectory: {folder}/state
partition-default: {folder}/state/spool
cyrus_user: {user}
cyrus_group: {group}
servername: calendar.example.org
admins: postmaster
unixhierarchysep: yes
allowplaintext: yes
sasl_pwcheck_method: saslauthd
sasl_mech_list: PLAIN
sasl_saslauthd_path: {folder}/state/passwords
httpmodules: caldav
calendar_user_address_set: {domain}
caldav_allowscheduling: on
caldav_create_sched: yes
smtp_backend: host
smtp_host: 127.0.0.1:{smtp}
search_engine: none
"""

SERVICES = """
START {{
  recover cmd="{programs}/ctl_cyrusdb -C {folder}/settings -r"
}}
SERVICES {{
  http cmd="{programs}/httpd -C {folder}/settings" listen="127.0.0.1:{http}" proto="tcp4"
  imap cmd="{programs}/imapd -C {folder}/settings" listen="127.0.0.1:{imap}" proto="tcp4"
}}
EVENTS {{
}}
"""

class Cyrus:
    domain = "example.org"
    username = "alex"
    password = "open sesame"

    def __init__(self, mail):
        """`mail` gets what it sends to people elsewhere."""
        self.mail = mail
        self.users = {"postmaster": "for the mailboxes"}
        self.folder = self.process = self.listener = None

    def start(self):
        assert UNPACKED.exists(), f"{UNPACKED} is missing: make test-dependencies"
        # Neither pytest's folders nor, perhaps, this checkout can be read by somebody else.
        self.folder = Path(tempfile.mkdtemp(prefix="bookend-cyrus-"))
        self.folder.chmod(0o755)
        self.port, self.mailboxes = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        for name in ("spool", "socket", "proc", "db"):
            (self.folder / "state" / name).mkdir(parents=True)
        programs, libraries = self._copy_programs()
        names = {
            "folder": self.folder, "programs": programs, "domain": self.domain,
            "http": self.port, "imap": self.mailboxes, "smtp": self.mail.port} | self._servant()
        (self.folder / "settings").write_text(SETTINGS.format(**names))
        (self.folder / "services").write_text(SERVICES.format(**names))
        self._check_passwords()
        if os.geteuid() == 0:
            for path in [self.folder / "state", *(self.folder / "state").rglob("*")]:
                shutil.chown(path, names["user"], names["group"])
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [programs / "master", "-C", self.folder / "settings", "-M", self.folder / "services",
                 "-p", self.folder / "state/pid"],
                env=os.environ | {"LD_LIBRARY_PATH": str(libraries)}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        until(self._ready, 20, "Cyrus")
        self.add_user("alex", self.password)
        self.add_user("sam", "a guest's secret")
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.listener.close()
        shutil.rmtree(self.folder)

    def add_user(self, name, password):
        self.users[name] = password
        with imaplib.IMAP4("127.0.0.1", self.mailboxes) as mailboxes:
            mailboxes.login("postmaster", self.users["postmaster"])
            assert mailboxes.create(f"user/{name}")[0] == "OK"
        # The first visit makes the calendars.
        assert self.objects("Default", name) == []

    def make_calendar(self, name):
        with self.client() as client:
            client.mkcalendar(f"{self.home()}{name}/", "")

    def events(self, calendar, user="alex"):
        """The VEVENTs of a calendar, read by somebody else's client."""
        return [event for _, parsed in self.objects(calendar, user) for event in parsed.walk("VEVENT")]

    def objects(self, calendar, user="alex"):
        """(url, VCALENDAR) of each resource in a collection: a calendar, or `Inbox`."""
        with self.client(user) as client:
            answer = client.propfind(f"{self.home(user)}{calendar}/", depth=1)
            names = [found.href for found in answer.results if found.href.endswith(".ics")]
            return [
                (self.url + name.lstrip("/"), icalendar.Calendar.from_ical(
                    client.request(self.url + name.lstrip("/")).raw))
                for name in names
            ]

    def put(self, url, text, user="alex"):
        with self.client(user) as client:
            answer = client.put(url, text, {"Content-Type": "text/calendar; charset=utf-8"})
            assert answer.status in (201, 204), answer.raw

    def password_file(self):
        path = self.folder / "password"
        path.write_text(self.password)
        path.chmod(0o600)
        return path

    def home(self, user="alex"):
        return f"{self.url}dav/calendars/user/{user}/"

    def client(self, user="alex"):
        return caldav.DAVClient(self.home(user), username=user, password=self.users[user])

    def _copy_programs(self):
        programs, libraries = self.folder / "programs", self.folder / "libraries"
        programs.mkdir()
        libraries.mkdir()
        for name in PROGRAMS:
            shutil.copy(UNPACKED / "usr/lib/cyrus/bin" / name, programs)
        for library in UNPACKED.glob("usr/lib/*/libcyrus*.so.0"):
            shutil.copy(library, libraries)
        return programs, libraries

    def _servant(self):
        import grp
        import pwd

        user = pwd.getpwnam(SERVANT) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        return {"user": user.pw_name, "group": grp.getgrgid(user.pw_gid).gr_name}

    def _check_passwords(self):
        """What saslauthd does: four counted strings come, name and password first, and one goes."""
        path = self.folder / "state/passwords"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)

        def serve():
            while True:
                try:
                    peer, _ = self.listener.accept()
                except OSError:
                    return
                with peer, peer.makefile("rb") as stream:
                    words = [stream.read(*struct.unpack(">H", stream.read(2))) for _ in range(4)]
                    known = self.users.get(words[0].decode())
                    answer = b"OK" if known and known.encode() == words[1] else b"NO"
                    peer.sendall(struct.pack(">H", len(answer)) + answer)

        threading.Thread(target=serve, daemon=True).start()

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


def main():
    with tempfile.TemporaryDirectory() as folder, MailServer(folder) as mail, Cyrus(mail) as cyrus:
        for number, _ in enumerate(sys.stdin):
            name, password = f"user{number}", "open sesame"
            cyrus.add_user(name, password)
            print(json.dumps({
                "url": cyrus.url, "calendar": cyrus.home(name) + "Default/", "username": name,
                "password": password, "email": f"{name}@{cyrus.domain}"}), flush=True)


if __name__ == "__main__":
    main()
