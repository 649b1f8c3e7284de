"""Pages that wait for news: thousands of open streams, no thread for each, and nothing lost on the way."""

import json
import resource
import selectors
import socket
import time
from pathlib import Path

import pytest
from bookend_lab import Lab, until
from bookend_lab.facade import path_of

STREAMS = 2000
# A connection's buffers (the HTTP library clears 32 kB for each) and what we remember of it.
MOST_BYTES_EACH = 80_000


@pytest.fixture
def lab(tmp_path):
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files[0] < 3 * STREAMS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(3 * STREAMS, files[1]), files[1]))
    with Lab(tmp_path / "data", "--set", "server.eventHeartbeatSeconds=1") as running:
        yield running


class Stream:
    """One EventSource, read without a thread of its own."""

    def __init__(self, port, path, last_event=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        known = f"Last-Event-ID: {last_event}\r\n" if last_event is not None else ""
        self.socket.sendall(
            f"GET {path}/events HTTP/1.1\r\nHost: here\r\nAccept: text/event-stream\r\n{known}\r\n"
            .encode())
        self.socket.setblocking(False)
        self.received = b""
        self.is_open = True

    def read(self):
        try:
            while chunk := self.socket.recv(65536):
                self.received += chunk
            self.is_open = False
        except BlockingIOError:
            pass

    @property
    def status(self):
        return int(self.received.split(b" ", 2)[1])

    @property
    def events(self):
        """Every event so far as (id, booking)."""
        lines = self.received.replace(b"\r\n", b"\n").split(b"\n")
        ids = [int(line[4:]) for line in lines if line.startswith(b"id: ")]
        data = [json.loads(line[6:]) for line in lines if line.startswith(b"data: ")]
        return list(zip(ids, data))

    @property
    def heartbeats(self):
        return self.received.count(b": still here\n\n")


class Streams(list):
    def until(self, condition, seconds, what):
        """Reads whatever comes on any of them until `condition` holds for all."""
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            for stream in self:
                if stream.is_open:
                    selector.register(stream.socket, selectors.EVENT_READ, stream)
            while not all(condition(stream) for stream in self):
                left = sum(not condition(stream) for stream in self)
                assert time.monotonic() < deadline, f"{what}: {left} of {len(self)} wait in vain"
                for key, _ in selector.select(1):
                    key.data.read()
                    if not key.data.is_open:
                        selector.unregister(key.fileobj)

    def close(self):
        for stream in self:
            stream.socket.close()


def threads_of(server):
    return len(list(Path(f"/proc/{server.process.pid}/task").iterdir()))


def descriptors_of(server):
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


def test_two_thousand_streams_hold_no_thread_and_hear_every_change(lab):
    link = lab.create_link()
    starts = lab.slots(link)
    paths = [lab.confirmed(link, start) for start in starts[:4]]
    threads, memory = threads_of(lab.server), lab.server.memory()
    descriptors = descriptors_of(lab.server)
    streams = Streams()
    try:
        for number in range(STREAMS):
            streams.append(Stream(lab.server.port, paths[number % len(paths)]))
        streams.until(lambda s: s.events, 60, "the first event")
        assert {stream.status for stream in streams} == {200}
        more_threads = threads_of(lab.server) - threads
        each = (lab.server.memory() - memory) / STREAMS
        print(f"{STREAMS} streams: {more_threads} more threads, {each:.0f} bytes each")
        # Dispatch may start some for what the requests themselves do; none belongs to a stream.
        assert more_threads <= 16
        assert each < MOST_BYTES_EACH

        # One booking changes: its quarter hears of it, the others hear nothing but that we are there.
        began = time.monotonic()
        assert lab.client().post(f"{paths[0]}/cancel", {}).status == 202
        mine = Streams(streams[0 :: len(paths)])
        mine.until(lambda s: s.events[-1][1]["state"] == "cancelled", 30, "the cancel")
        print(f"{len(mine)} heard of it within {time.monotonic() - began:.2f} s")
        mine.until(lambda s: s.received.endswith(b"0\r\n\r\n"), 30, "the end of the stream")
        others = Streams(s for n, s in enumerate(streams) if n % len(paths))
        others.until(lambda s: s.heartbeats >= 2, 30, "heartbeats")
        assert all(len(stream.events) == 1 for stream in others)
        # The others are served meanwhile.
        assert lab.book(link, starts[7]).status == 202
    finally:
        streams.close()
    until(lambda: descriptors_of(lab.server) <= descriptors + 8, 20, "the connections to be let go")


def test_whoever_comes_back_hears_what_was_missed_and_nothing_twice(lab):
    link = lab.create_link()
    first, second = lab.slots(link)[:2]
    path = lab.confirmed(link, first)
    stream = Streams([Stream(lab.server.port, path)])
    stream.until(lambda s: s.events, 20, "the first event")
    known = stream[0].events[-1][0]
    stream.close()
    # Gone while the booking moves, through a restart of the server.
    moved = lab.client().post(f"{path}/reschedule", {"start": second}, Prefer="wait=30")
    assert moved.json()["state"] == "confirmed"
    lab.server.kill()
    lab.server.start()
    back = Streams([Stream(lab.server.port, path, last_event=known)])
    back.until(lambda s: s.events, 20, "what was missed")
    assert back[0].events[0][0] > known and back[0].events[0][1]["start"] == second
    known = back[0].events[-1][0]
    back.close()
    quiet = Streams([Stream(lab.server.port, path, last_event=known)])
    quiet.until(lambda s: s.heartbeats >= 2, 20, "heartbeats")
    assert quiet[0].events == []
    quiet.close()


def test_a_browser_is_told_when_not_to_come_back(lab):
    link = lab.create_link()
    path = lab.confirmed(link, lab.slots(link)[0])
    assert lab.client().post(f"{path}/cancel", {}, Prefer="wait=30").json()["state"] == "cancelled"
    ended = Streams([Stream(lab.server.port, path)])
    ended.until(lambda s: s.received.endswith(b"0\r\n\r\n"), 20, "the end")
    known = ended[0].events[-1][0]
    ended.close()
    answer = lab.client().get(
        f"{path}/events", Accept="text/event-stream", Last_Event_ID=str(known))
    assert answer.status == 204 and answer.body == b""


def test_polling_and_pages_without_a_script_tell_the_same(lab):
    link = lab.create_link()
    booked = lab.book(link, lab.slots(link)[0])
    path = path_of(booked)
    client = lab.client()
    page = client.get(path, Accept="text/html")
    if client.get(path).json()["state"] == "pending":
        assert 'http-equiv="refresh"' in page.text
    assert lab.ending(path)["state"] == "confirmed"
    answer = client.get(path)
    tag = answer.headers["ETag"]
    same = client.get(path, If_None_Match=tag)
    assert (same.status, same.body, same.headers["ETag"]) == (304, b"", tag)
    assert 'http-equiv="refresh"' not in client.get(path, Accept="text/html").text
    client.post(f"{path}/cancel", {}, Prefer="wait=30")
    changed = client.get(path, If_None_Match=tag)
    assert changed.status == 200 and changed.json()["state"] == "cancelled"
    assert changed.headers["ETag"] != tag
