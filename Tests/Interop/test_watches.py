"""Providers call when a calendar changes: asked for, believed, renewed and ended."""

import re
from datetime import datetime, timedelta, timezone

import pytest
from bookend_lab import Lab, until
from bookend_lab.accounts import connect, link_on
from bookend_lab.client import Client
from bookend_lab.facade import instant, text
from bookend_lab.hosts_hand import SandboxHand
from bookend_lab.server import Server
from bookend_lab.signin import provider_settings

PROVIDERS = ["google", "outlook"]
SECONDS = 30
# Nothing is found by asking again and again: only who is called hears of it in time.
DEAF = [
    word for setting in (
        "watches.allowHttp=true", "following.graceSeconds=1", "following.googlePollSeconds=86400",
        "following.outlookPollSeconds=86400") for word in ("--set", setting)]


class Watched:
    """A lab on one provider's calendar that is watched, and the hand of its host."""

    def __init__(self, lab, sandbox, provider, settings):
        self.lab, self.sandbox, self.provider, self.settings = lab, sandbox, provider, settings
        self.connection = connect(lab, provider)
        self.link = link_on(lab, self.connection)
        self.hand = SandboxHand(sandbox, provider)
        until(self.address, SECONDS, f"the provider to be asked\n{lab.server.log()}")

    def address(self):
        """What the provider was told to call, and with which secret."""
        asked = self.asked()
        return asked[-1] if asked else None

    def asked(self):
        field = {"google": "address", "outlook": "notificationUrl"}[self.provider]
        path = {"google": "/watch", "outlook": "/subscriptions"}[self.provider]
        return [
            call for call in self.sandbox.calls
            if call["method"] == "POST" and call["path"].split("?")[0].endswith(path)
            and call["status"] in (200, 201)]

    def notices(self):
        return [
            notice for notice in self.sandbox.control("GET", "notices")["notices"]
            if notice["provider"] == self.provider]

    def counted(self, outcome):
        """The metric of this provider's calls."""
        page = self.lab.client().get("/metrics", Authorization=f"Bearer {self.lab.key}").text
        line = rf'bookend_provider_calls_total{{provider="{self.provider}",outcome="{outcome}"}} (\S+)'
        return float(re.search(line, page)[1])

    def booked(self, number=0):
        start = self.lab.slots(self.link, days=20)[number]
        path = self.lab.confirmed(self.link, start)
        event = until(lambda: self.hand.event(start), 10, "its event")
        # Our own change was called about, and read: from here on others can be told.
        until(self.has_read, SECONDS, f"the calendar to be read\n{self.lab.server.log()}")
        return path, event

    def has_read(self):
        return self.lab.everything("/v1/jobs?kind=follow&state=completed")

    def jobs(self, kind="watch"):
        return self.lab.everything(f"/v1/jobs?kind={kind}")


@pytest.fixture(params=PROVIDERS)
def watched(request, tmp_path, sandbox):
    sandbox.account(request.param)
    settings = provider_settings(sandbox, tmp_path / "settings")
    with Lab(tmp_path / "data", *settings, *DEAF) as lab:
        yield Watched(lab, sandbox, request.param, settings)


def test_a_hosts_change_arrives_within_seconds(watched):
    path, event = watched.booked()
    start = watched.lab.slots(watched.link, days=20)[20]
    watched.hand.move(event, start)
    client = watched.lab.client()
    booking = until(
        lambda: (b := client.get(path).json())["start"] == start and b, 15,
        f"the booking to follow\n{watched.lab.server.log()}")
    assert booking["history"][-1]["change"] == "movedInCalendar"
    assert watched.counted("believed") > 0 and watched.counted("refused") == 0
    assert all(notice["status"] in (200, 202) for notice in watched.notices())


def test_whoever_has_not_the_secret_is_answered_alike_and_leads_to_nothing(watched):
    path, _ = watched.booked()
    notice = watched.notices()[-1]
    client = Client(watched.lab.server.port)
    target = re.sub(r"^https?://[^/]+", "", notice["url"])
    reads = len(watched.lab.everything("/v1/jobs?kind=follow"))
    nobodys = target[:-1] + ("1" if target.endswith("0") else "0")
    for secret, where in [("wrong", target), (None, target), ("right", nobodys)]:
        headers = dict(notice["headers"])
        body = notice["body"] or None
        if watched.provider == "google":
            if secret is None:
                headers.pop("X-Goog-Channel-Token")
            elif secret == "wrong":
                headers["X-Goog-Channel-Token"] = "wrong"
        else:
            for one in body["value"]:
                if secret is None:
                    one.pop("clientState")
                elif secret == "wrong":
                    one["clientState"] = "wrong"
        headers.pop("Content-Type", None)
        answer = client.request("POST", where, body, headers)
        assert answer.status == 202 and not answer.body, answer
    assert client.get(target).status == 405
    if watched.provider == "outlook":
        answer = client.request("POST", f"{nobodys}?validationToken=x")
        assert answer.status == 404 and b"validationToken" not in answer.body
    assert watched.counted("refused") >= 3
    assert len(watched.lab.everything("/v1/jobs?kind=follow")) == reads
    assert watched.lab.client().get(path).json()["state"] == "confirmed"


def test_it_is_renewed_before_its_end(watched):
    watched.booked()
    first = len(watched.asked())
    watched.lab.server.stop()
    # Four of its six days have passed.
    days = timedelta(days=4, minutes=10)
    watched.sandbox.advance(int(days.total_seconds()))
    later = text(datetime.now(timezone.utc) + days)
    with Server(watched.lab.data, *watched.settings, *DEAF, "--wall-clock", later,
                key=watched.lab.key) as server:
        # The address has changed with the port, so that both are asked anew where that is all there is.
        def renewed():
            calls = watched.sandbox.calls
            if watched.provider == "google":
                stopped = [c for c in calls if c["path"].endswith("/channels/stop")]
                return len(watched.asked()) == first + 1 and stopped and stopped[0]["status"] == 204
            return [c for c in calls if c["method"] == "PATCH" and "/subscriptions/" in c["path"]]

        until(renewed, SECONDS, f"the watch to be renewed\n{server.log()}")


def test_a_provider_that_is_not_booked_at_any_more_is_asked_to_stop(watched):
    client = watched.lab.client()
    answer = client.request(
        "DELETE", f"/v1/connections/{watched.connection['id']}?links=pause")
    assert answer.status in (200, 204), answer

    def stopped():
        return [
            call for call in watched.sandbox.calls
            if call["status"] == 204 and (
                call["path"].endswith("/channels/stop")
                or call["method"] == "DELETE" and "/subscriptions/" in call["path"])]

    until(stopped, SECONDS, f"the watch to be ended\n{watched.lab.server.log()}")


@pytest.mark.parametrize("event", ["reauthorizationRequired", "subscriptionRemoved", "missed"])
def test_what_microsoft_says_of_a_subscription(tmp_path, sandbox, event):
    sandbox.account("outlook")
    settings = provider_settings(sandbox, tmp_path / "settings")
    with Lab(tmp_path / "data", *settings, *DEAF) as lab:
        watched = Watched(lab, sandbox, "outlook", settings)
        watched.booked()
        reads = len(watched.lab.everything("/v1/jobs?kind=follow"))
        sandbox.control("POST", "lifecycle", {"account": "alex@example.com", "event": event})

        def obeyed():
            if event == "missed":
                return len(lab.everything("/v1/jobs?kind=follow")) > reads
            if event == "subscriptionRemoved":
                return len(watched.asked()) == 2
            return [
                call for call in sandbox.calls
                if call["method"] == "PATCH" and "/subscriptions/" in call["path"]]

        until(obeyed, SECONDS, f"{event} to be obeyed\n{lab.server.log()}")


def test_without_an_address_that_can_be_reached_nobody_is_asked(tmp_path, sandbox):
    sandbox.account("google")
    settings = provider_settings(sandbox, tmp_path / "settings")
    with Lab(tmp_path / "data", *settings) as lab:
        link = link_on(lab, connect(lab, "google"))
        lab.confirmed(link, lab.slots(link)[0])
        assert not lab.everything("/v1/jobs?kind=watch")
        assert not [call for call in sandbox.calls if call["path"].endswith("/watch")]
