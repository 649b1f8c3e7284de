"""A real mail server beside the lab, and the mails that it got."""

import base64
import email
import json
import subprocess
import sys
import threading
from email import policy
from pathlib import Path

from .waiting import until

SCRIPT = Path(__file__).parent / "smtp_server.py"


class MailServer:
    """smtp_server.py as a process; which recipients it treats how is said there."""

    def __init__(self, folder, security="none", user=None, password=None, is_brief=False):
        self.folder = Path(folder)
        # It tells that a message came, not what it said.
        self.is_brief = is_brief
        self.security, self.user, self.password = security, user, password
        self.events = []
        self.process = None

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        arguments = [sys.executable, SCRIPT, "--security", self.security]
        if self.is_brief:
            arguments.append("--brief")
        if self.security != "none":
            make_certificate(self.folder)
            arguments += ["--certificate", self.certificate, "--key", self.folder / "key"]
        if self.user:
            arguments += ["--user", self.user, "--password", self.password]
        starts = len(self.of("listening"))
        if starts:
            # It is known by its port.
            arguments += ["--port", self.port]
        self.process = subprocess.Popen(
            list(map(str, arguments)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self._read, args=[self.process], daemon=True).start()
        until(lambda: len(self.of("listening")) > starts, 20, "the mail server")
        return self

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(10)

    @property
    def port(self):
        return self.of("listening")[-1]["port"]

    @property
    def certificate(self):
        return self.folder / "certificate"

    @property
    def connections(self):
        return len(self.of("connect"))

    @property
    def messages(self):
        return [Received(event) for event in self.of("message")]

    def to(self, address):
        return [message for message in self.messages if message.to == address]

    def of(self, kind):
        return [event for event in list(self.events) if event["event"] == kind]

    def settings(self, *more):
        """What makes a server send its mail here."""
        pairs = {
            "mail.transport": "smtp", "mail.from": "bookings@example.org",
            "mail.smtpHost": "127.0.0.1", "mail.smtpPort": self.port,
            "mail.smtpSecurity": self.security,
        }
        if self.security != "none":
            pairs["mail.smtpCertificateFile"] = self.certificate
        if self.user:
            pairs["mail.smtpUser"] = self.user
            pairs["mail.smtpPasswordFile"] = self.password_file(self.password)
        arguments = [word for name, value in pairs.items() for word in ("--set", f"{name}={value}")]
        return arguments + [word for setting in more for word in ("--set", setting)]

    def password_file(self, password):
        path = self.folder / "password"
        path.write_text(f"{password}\n")
        path.chmod(0o600)
        return path

    def _read(self, process):
        for line in process.stdout:
            self.events.append(json.loads(line))

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.stop()


class Received:
    def __init__(self, event):
        self.event = event
        self.to = event["to"][0]
        self.mail = email.message_from_bytes(
            base64.b64decode(event["content"]), policy=policy.default)

    @property
    def subject(self):
        return self.mail["Subject"]

    @property
    def id(self):
        return self.mail["Message-ID"]

    def part(self, kind):
        return next(p for p in self.mail.walk() if p.get_content_type() == kind).get_content()


def make_certificate(folder):
    """Signed by itself: whoever is told of it trusts it, and nobody else does."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "1", "-subj", "/CN=mail.test", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "key", "-out", folder / "certificate"],
        check=True, stdin=subprocess.DEVNULL, capture_output=True)
