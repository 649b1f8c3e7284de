"""The slots of a link over HTTP, as a page asks for them, on calendars at real servers.

Fresh: what the calendar said is younger than a minute and is not asked for again. Cold: each request reads
the calendar first, which is what the first visitor in a while waits for. One visitor at a time: several at
once share one reading. Beside it, in turns, the same question put to the calendar server without us.
"""

import base64
import http.client
import json
import time
from datetime import datetime, timedelta, timezone

from bookend_lab import Lab, Radicale, Sandbox, Server
from bookend_lab.accounts import connect, link_on
from bookend_lab.signin import provider_settings
from tables import Table

EVENTS = 200
DAYS = 62
LATENCIES = (0, 50, 200)
# Milliseconds: as short as it may be, so that every request finds the last answer too old.
COLD = ("--set", "availability.busyCacheSeconds=0")


def slots(folder, options):
    table = Table(
        "slots over HTTP", f"GET /b/…/slots for {DAYS} days, one visitor; cold reads the calendar at each request,"
        f" fresh does not. Radicale keeps {EVENTS} events there; the sandbox answers after so many ms. peer:"
        " the same question to the calendar server alone",
        [("p50", "p50 µs"), ("p99", "p99 µs"), ("peer", "peer p50"), (None, "ours/peer", ("p50", "peer"))])
    measure_http_alone(table, folder / "local", options)
    at_radicale(table, folder / "radicale", options)
    for provider in ("google", "outlook"):
        at_sandbox(table, folder / provider, provider, options)
    return table


def measure_http_alone(table, folder, options):
    with Lab(folder) as lab:
        client = lab.client()
        link = lab.create_link()
        for _ in range(options.rounds):
            add(table, "HTTP alone (GET /healthz)", timed(lambda: client.get("/healthz"), options))
            add(table, "built-in calendar", timed(asking(lab, link), options))


def at_radicale(table, folder, options):
    with Radicale(folder / "server") as radicale:
        with Lab(folder / "data", radicale=radicale) as fresh:
            fill(radicale)
            link = fresh.create_link()
            for _ in range(options.rounds):
                add(table, "Radicale, fresh", timed(asking(fresh, link), options))
        with Server(fresh.data, *COLD) as cold:
            for _ in range(options.rounds):
                few = max(3, options.samples // 10)
                peer = timed(lambda: report(radicale), options, few)
                add(table, "Radicale, cold", timed(asking(cold, link), options, few), peer)


def fill(radicale):
    start = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
    for number in range(EVENTS):
        at = start + timedelta(hours=7 * number)
        radicale.put("cal", f"busy-{number}", "\r\n".join([
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:bench", "BEGIN:VEVENT",
            f"UID:busy-{number}", f"DTSTAMP:{start:%Y%m%dT%H%M%SZ}", f"DTSTART:{at:%Y%m%dT%H%M%SZ}",
            f"DTEND:{at + timedelta(minutes=30):%Y%m%dT%H%M%SZ}", "SUMMARY:Busy",
            "END:VEVENT", "END:VCALENDAR", ""]))


def report(radicale):
    """Busy times of the same span (RFC 4791, 7.10), on a connection that stays open."""
    start = datetime.now(timezone.utc)
    body = (
        '<free-busy-query xmlns="urn:ietf:params:xml:ns:caldav"><time-range'
        f' start="{start:%Y%m%dT%H%M%SZ}" end="{start + timedelta(DAYS):%Y%m%dT%H%M%SZ}"/>'
        "</free-busy-query>")
    login = base64.b64encode(f"{radicale.username}:{radicale.password}".encode()).decode()
    headers = {
        "Authorization": f"Basic {login}", "Content-Type": "application/xml", "Depth": "1"}
    return asked(radicale, radicale.port, "REPORT", f"/{radicale.username}/cal/", body, headers)


def at_sandbox(table, folder, provider, options):
    with Sandbox() as sandbox:
        sandbox.account(provider)
        settings = provider_settings(sandbox, folder / "settings")
        with Lab(folder / "fresh", *settings) as fresh, Lab(folder / "cold", *settings, *COLD) as cold:
            links = [(lab, link_on(lab, connect(lab, provider))) for lab in (fresh, cold)]
            token = sandbox.control("POST", "tokens", {
                "provider": provider, "account": "alex@example.com"})["accessToken"]
            for latency in LATENCIES[:1] if options.quick else LATENCIES:
                sandbox.settings(latencyMilliseconds=latency)
                few = max(3, options.samples // (20 if latency else 4))
                name = f"{provider} at {latency} ms"
                for _ in range(options.rounds):
                    peer = timed(lambda: free_busy(sandbox, provider, token), options, few)
                    if not latency:
                        add(table, f"{provider}, fresh", timed(asking(*links[0]), options, few))
                    add(table, f"{name}, cold", timed(asking(*links[1]), options, few), peer)


def free_busy(sandbox, provider, token):
    start = datetime.now(timezone.utc)
    first, last = (f"{at:%Y-%m-%dT%H:%M:%S}" for at in (start, start + timedelta(DAYS)))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if provider == "google":
        body = {"timeMin": first + "Z", "timeMax": last + "Z", "items": [{"id": "primary"}]}
        return asked(
            sandbox, sandbox.port, "POST", "/calendar/v3/freeBusy", json.dumps(body), headers)
    return asked(
        sandbox, sandbox.port, "GET",
        f"/v1.0/me/calendarView?startDateTime={first}Z&endDateTime={last}Z&$select=start,end,showAs",
        None, headers)


def asked(peer, port, method, path, body, headers):
    """On one connection for each peer, kept on it."""
    if not hasattr(peer, "bench_connection"):
        peer.bench_connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    peer.bench_connection.request(method, path, body, headers)
    answer = peer.bench_connection.getresponse()
    text = answer.read()
    assert answer.status == 200, (answer.status, text[:300])
    return answer


def asking(lab, link):
    client = lab.client()
    today = datetime.now(timezone.utc).date()
    path = f"/b/{link['slug']}/slots?from={today}&to={today + timedelta(DAYS - 1)}&timeZone=UTC"

    def ask():
        answer = client.get(path)
        assert answer.status == 200 and answer.json()["slots"], answer
        return answer

    return ask


def timed(ask, options, times=None):
    """Sorted microseconds; the first is left out, since it connects."""
    taken = []
    for _ in range((times or options.samples) + 1):
        start = time.perf_counter()
        answer = ask()
        taken.append((time.perf_counter() - start) * 1e6)
        assert answer.status == 200, answer
    return sorted(taken[1:])


def add(table, row, taken, peer=None):
    table.add(
        row, p50=taken[len(taken) // 2], p99=taken[len(taken) * 99 // 100],
        peer=peer[len(peer) // 2] if peer else None)
