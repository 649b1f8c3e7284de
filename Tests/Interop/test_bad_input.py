"""Bad input on every route: the right 4xx that names the field, within bounded memory."""

import json
import socket
import threading
import time

import pytest
from bookend_lab import Client, ConnectionLost, Lab, until
from bookend_lab.facade import new_key, request

# The least that can be set: more than the 30 seconds for which an answer may be held back.
IDLE_SECONDS = 31
MEGABYTE = 1 << 20
# What a flood of refused requests may leave behind: buffers and allocator slack, not bodies.
MOST_GROWTH = 64 * MEGABYTE


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """One server for all: that it still serves after each of these is part of the proof."""
    folder = tmp_path_factory.mktemp("bad")
    with Lab(folder / "data", "--set", f"server.idleTimeoutSeconds={IDLE_SECONDS}") as running:
        running.link = running.create_link()
        running.start = running.slots(running.link)[0]
        running.booking = running.confirmed(running.link, running.slots(running.link)[5])
        yield running
        assert running.client().get("/healthz").status == 200


def route(lab, name):
    return {
        "bookings": f"/b/{lab.link['slug']}/bookings",
        "reschedule": f"{lab.booking}/reschedule",
        "cancel": f"{lab.booking}/cancel",
        "links": "/v1/links",
        "slots": f"/b/{lab.link['slug']}/slots",
    }[name]


def good(lab, name):
    return {
        "bookings": request(lab.start),
        "reschedule": {"start": lab.start},
        "cancel": {"reason": "ill"},
        "links": {
            "title": "T", "kind": "recurring", "durationsMinutes": [30], "slotIntervalMinutes": 30,
            "timeZone": "UTC", "weekly": [{"days": ["mon"], "from": "10:00", "to": "16:00"}],
            "visibility": {"rollingDays": 30},
            "calendars": {"destination": next(iter(lab.calendars.values()))},
        },
    }[name]


MISSING = object()
POSTS = ["bookings", "reschedule", "cancel", "links"]
FIELDS = [
    ("bookings", "start", value) for value in
    (MISSING, 5, None, "soon", "2026-02-30T10:00:00Z", "2026-03-10T10:00", "", ["x"], "x" * 5000)
] + [
    ("bookings", "timeZone", value)
    for value in ("Mars/Olympus", 7, "../../etc/passwd", "", MISSING)
] + [
    ("bookings", "guest", value) for value in (MISSING, "Grace", [])
] + [
    ("bookings", "guest/name", value) for value in (MISSING, 1, "", "n" * 5000)
] + [
    ("bookings", "guest/email", value)
    for value in
    (MISSING, 1, "", "nobody", "a@b@c", "a\r\nBcc: b@example.com", "e" * 400 + "@x.org")
] + [
    ("bookings", "durationMinutes", value) for value in ("30", 30.5, -30, 1 << 62)
] + [
    ("bookings", "notes", value) for value in (5, "n" * 20_000)
] + [
    ("bookings", "additionalGuests", value) for value in ("a@example.com", [5])
] + [
    ("bookings", "stat", "2026-03-10T10:00:00Z"),
    ("reschedule", "start", MISSING), ("reschedule", "start", "later"),
    ("reschedule", "reason", 5), ("cancel", "reason", 5),
] + [
    ("links", "title", value) for value in (MISSING, 5, "", "t" * 5000)
] + [
    ("links", "kind", value) for value in ("once", 1)
] + [
    ("links", "durationsMinutes", value) for value in (30, [], [0], ["30"], [5] * 1000)
] + [
    ("links", "slotIntervalMinutes", value) for value in (0, -5, "30", 1e300)
] + [
    ("links", "minimumNoticeMinutes", -1), ("links", "bufferBeforeMinutes", "5"),
    ("links", "timeZone", "Mars/Olympus"), ("links", "timeZone", 5),
    ("links", "visibility", {"rollingDays": 0}), ("links", "visibility", "always"),
    ("links", "visibility", {"fromDate": "2026-05-02", "toDate": "2026-05-01"}),
    ("links", "weekly", "mondays"), ("links", "weekly", [{"days": ["moon"], "from": "1", "to": 2}]),
    ("links", "calendars", {"destination": "cal_none"}), ("links", "calendars", "mine"),
    ("links", "maximumPerMoon", 5),
]


@pytest.mark.parametrize(
    "name,field,value", FIELDS,
    ids=lambda value: "missing" if value is MISSING else str(value)[:24])
def test_a_bad_field_is_named(lab, name, field, value):
    body = json.loads(json.dumps(good(lab, name)))
    *parents, last = field.split("/")
    place = body
    for parent in parents:
        place = place[parent]
    if value is MISSING:
        place.pop(last)
    else:
        place[last] = value
    answer = lab.client().post(route(lab, name), body, Idempotency_Key=new_key())
    assert answer.status == 422, answer
    assert any(p == f"#/{field}" or p.startswith(f"#/{field}/") for p in answer.pointers), answer


def test_every_bad_field_is_named_at_once(lab):
    body = {"start": 5, "timeZone": "Mars/Olympus", "guest": {"name": "", "email": "nobody"}}
    answer = lab.client().post(route(lab, "bookings"), body)
    assert {"#/start", "#/timeZone", "#/guest/name", "#/guest/email"} <= answer.pointers


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize("body", [
    b"", b"{", b"null", b"[]", b'"text"', b"5", b"{}}", b'{"start": "a", "start": "b"}',
    b'{"start": "\xff\xfe"}', b'{"start": "\\ud800"}', b"\xef\xbb\xbf\x00", b'{"start": 1e999}',
    b"[" * 50_000, b'{"a":' * 10_000, b"{'start': 1}", b"start=2026",
], ids=lambda body: repr(body[:24]))
def test_a_body_that_is_no_object_is_malformed(lab, name, body):
    answer = lab.client().request(
        "POST", route(lab, name), body, {"Content-Type": "application/json"})
    if name == "cancel" and body == b"":
        assert answer.status in (200, 202)  # Every field of a cancellation is optional.
    else:
        assert answer.status in (400, 422), answer
        assert answer.problem in ("malformed", "invalid"), answer


@pytest.mark.parametrize("name", POSTS)
def test_a_body_of_a_megabyte_is_too_large(lab, name):
    body = json.dumps(good(lab, name) | {"notes": "n" * MEGABYTE}).encode()
    try:
        answer = lab.client().request(
            "POST", route(lab, name), body, {"Content-Type": "application/json"})
        assert answer.status == 413, answer
    except ConnectionLost:
        pass  # Closed before we had sent all of it: as good, and `lab` asserts that it goes on.


@pytest.mark.parametrize("name", POSTS)
def test_another_media_type_is_refused(lab, name):
    answer = lab.client().request("POST", route(lab, name), b"<x/>", {"Content-Type": "text/xml"})
    assert answer.status == 415 and answer.problem == "unsupported-media-type", answer


@pytest.mark.parametrize("query", [
    "from=2026-03-10&to=2026-03-01", "from=tomorrow&to=2026-03-01", "from=2026-02-30&to=2026-03-01",
    "from=2026-01-01&to=2027-01-01", "from=2026-03-01&to=2026-03-02&timeZone=Mars/Olympus",
    "from=2026-03-01&to=2026-03-02&timeZone=..%2F..%2Fetc%2Fpasswd", "from=&to=",
    "from=99999-01-01&to=99999-01-02", "from=2026-03-01&to=2026-03-02&durationMinutes=ten",
])
def test_a_bad_query_is_named(lab, query):
    answer = lab.client().get(f"{route(lab, 'slots')}?{query}")
    assert answer.status in (400, 422), answer
    names = [pair.split("=")[0] for pair in query.split("&")]
    assert any(name in answer.text for name in names), answer


@pytest.mark.parametrize("path", [
    "/v1/jobs?state=happy", "/v1/jobs?limit=0", "/v1/jobs?limit=201", "/v1/jobs?limit=many",
    "/v1/jobs?cursor=", "/v1/jobs?cursor=forged", "/v1/jobs?since=yesterday",
    "/v1/bookings?state=happy", "/v1/bookings?limit=-1", "/v1/bookings?from=then",
    "/v1/links?limit=1e9", "/v1/links?kind=once", "/v1/links?cursor=" + "x" * 3000,
])
def test_a_bad_filter_is_named(lab, path):
    answer = lab.client().get(path)
    assert answer.status in (400, 422), answer
    assert path.split("?")[1].split("=")[0] in answer.text


@pytest.mark.parametrize("path", [
    "/b/none", "/b/none/slots?from=2026-03-01&to=2026-03-02", "/r/none", "/r/none/invite.ics",
    "/r/none/events", "/v1/links/none", "/v1/jobs/none", "/nowhere", "/b/", "/r/", "/v1/", "/b/..",
    "/b/%2e%2e", "/b/a%2Fb", "/b/%27%20OR%201=1--", "/v1/links/" + "x" * 2000,
])
def test_what_is_not_there_is_not_found(lab, path):
    answer = lab.client().get(path)
    assert answer.status == 404 and answer.problem == "not-found", answer


@pytest.mark.parametrize("path", ["/b/" + "s" * 10_000, "/r/" + "t" * 10_000, "/" + "x" * 60_000])
def test_a_path_without_end(lab, path):
    assert lab.client().get(path).status in (404, 414)


@pytest.mark.parametrize("path", [b"/b/%ff%fe", b"/b/%00", b"/b/\xff", b"/b/%zz", b"/b/x?from=%ff"])
def test_a_path_that_is_no_text(lab, path):
    answer = lab.client().raw(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.split(b" ")[1] in (b"400", b"404"), answer[:200]


@pytest.mark.parametrize("method,path", [
    ("PUT", "/v1/links"), ("DELETE", "/v1/jobs"), ("POST", "/healthz"), ("PATCH", "/v1/bookings"),
    ("PUT", "/b/none"), ("DELETE", "/r/none/cancel"), ("TRACE", "/healthz"), ("BREW", "/healthz"),
])
def test_a_method_that_the_route_does_not_know(lab, method, path):
    answer = lab.client().request(method, path)
    assert answer.status in (405, 501), answer
    allowed = answer.headers.get("Allow", "")
    assert answer.status == 501 or "GET" in allowed or "POST" in allowed or "DELETE" in allowed


@pytest.mark.parametrize("key", ["short", "x" * 129, "with space", "ünïcödé-key"])
def test_a_bad_idempotency_key(lab, key):
    answer = lab.client().post(
        route(lab, "bookings"), request(lab.start), Idempotency_Key=key.encode())
    assert answer.status in (400, 422), answer
    assert "Idempotency-Key" in answer.text


@pytest.mark.parametrize("wait", ["wait=-1", "wait=31", "wait=soon", "wait=" + "9" * 400])
def test_a_preference_that_cannot_be_met_is_ignored_or_refused(lab, wait):
    """RFC 7240 section 2: a preference that is not understood is ignored."""
    answer = lab.client(timeout=35).post(
        route(lab, "bookings"), request("2020-01-01T00:00:00Z"), Prefer=wait)
    assert 400 <= answer.status < 500, answer


@pytest.mark.parametrize("data", [
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"h" * MEGABYTE + b"\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * 100_000 + b"\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"\x00" * 5000 + b"\r\n\r\n", b"GET\r\n\r\n",
    b"GET /healthz HTTP/9.9\r\n\r\n",
    b"POST /v1/links HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /v1/links HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nx",
    b"POST /v1/links HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
], ids=lambda data: repr(data[:20]))
def test_what_is_no_http(lab, data):
    # None waits for the idle timeout: the client has closed its side.
    began = time.monotonic()
    answer = lab.client().raw(data, IDLE_SECONDS + 10)
    assert time.monotonic() - began < 10
    assert answer == b"" or answer.split(b" ")[1][:1] in (b"4", b"5"), answer[:200]


def test_half_a_request_then_silence_is_given_up(lab):
    halves = [
        b"", b"GET /hea", b"GET /healthz HTTP/1.1\r\nHost: x\r\n",
        b"POST /v1/links HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{\"title\":",
    ]
    peers = [socket.create_connection(("127.0.0.1", lab.server.port)) for _ in halves]
    began = time.monotonic()
    for peer, half in zip(peers, halves):
        peer.sendall(half)
        peer.settimeout(IDLE_SECONDS + 10)
    assert lab.client().get("/healthz").status == 200
    for peer in peers:
        with peer:
            try:
                while peer.recv(65536):
                    pass
            except ConnectionError:
                pass  # A reset ends it as well.
    assert time.monotonic() - began < IDLE_SECONDS + 10


def test_memory_stays_bounded(lab):
    before = lab.server.memory()
    body = json.dumps({"start": "x" * (4 * MEGABYTE)}).encode()

    def flood():
        for path in (route(lab, "bookings"), "/v1/links", "/nowhere"):
            for content in (body, b"[" * MEGABYTE):
                try:
                    client = Client(lab.server.port, key=lab.key)
                    client.request("POST", path, content, {"Content-Type": "application/json"})
                except ConnectionLost:
                    pass

    threads = [threading.Thread(target=flood) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    until(lambda: lab.server.memory() - before < MOST_GROWTH, 10, "memory to be given back")
    assert lab.client().get("/readyz").status == 200
