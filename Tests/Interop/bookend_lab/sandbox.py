"""`bookend sandbox` as a process, and its control API."""

import json
import subprocess
import threading
from urllib.parse import urlencode

from .client import Client
from .server import ROOT, binary, environment


class Sandbox:
    def __init__(self, *arguments):
        self.arguments = arguments
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(
            [binary(), "sandbox", "--json", *self.arguments], env=environment(), cwd=ROOT,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        # A server that says nothing must not hold the test for ever.
        watchdog = threading.Timer(30, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        assert line, "the sandbox did not start"
        self.addresses = json.loads(line)
        self.base = self.addresses["control"].removesuffix("/sandbox")
        self.port = int(self.base.rsplit(":", 1)[1])
        self.client = Client(self.port)
        return self

    def __exit__(self, *error):
        self.client.close()
        self.process.terminate()
        assert self.process.wait(10) == 0, "the sandbox ends by itself when it is told to"
        self.process.stdout.close()

    def control(self, method, path, value=None):
        """What the control API answers, which has to be a success."""
        answer = self.client.request(method, f"/sandbox/{path}", value)
        assert answer.status in (200, 201, 204), answer
        return answer.json() if answer.body else None

    def account(self, provider, email="alex@example.com", **more):
        return self.control("POST", "accounts", {"provider": provider, "email": email} | more)

    def arm(self, provider, kind, **more):
        return self.control("POST", "faults", {"provider": provider, "kind": kind} | more)

    def settings(self, **changes):
        self.control("PATCH", "settings", changes)

    def advance(self, seconds):
        self.control("POST", "clock", {"advanceSeconds": seconds})

    @property
    def calls(self):
        return self.control("GET", "calls")["calls"]

    @property
    def mails(self):
        """Kind and recipient of each mail to a guest, in order."""
        return [(mail["kind"], mail["to"]) for mail in self.control("GET", "mails")["mails"]]

    def events(self, provider, account="alex@example.com", **more):
        query = urlencode({"provider": provider, "account": account} | more)
        return self.control("GET", f"events?{query}")["events"]
