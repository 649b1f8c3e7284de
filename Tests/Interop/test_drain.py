"""SIGTERM under load: in-flight requests are answered, and no job loses an attempt by it."""

import threading
import time

from bookend_lab import Client, ConnectionLost, Lab, until
from bookend_lab.facade import ENDINGS, new_key, path_of, request

GRACE_SECONDS = 20


def test_sigterm_under_load(tmp_path, radicale):
    with Lab(tmp_path / "data", radicale=radicale) as lab:
        link = lab.create_link()
        slots = lab.slots(link, days=30)
        accepted, statuses, lost_midway = [], [], []
        running = threading.Event()

        def guest(mine):
            client = Client(lab.server.port)
            for start in mine:
                try:
                    answer = client.post(
                        f"/b/{link['slug']}/bookings", request(start), Idempotency_Key=new_key())
                except ConnectionLost as error:
                    # A connection that the server closed while it lay idle is no lost answer.
                    if not refused_or_idle(error):
                        lost_midway.append(repr(error))
                    return
                statuses.append(answer.status)
                if answer.status == 202:
                    accepted.append(path_of(answer))
                if len(accepted) > 20:
                    running.set()

        guests = [threading.Thread(target=guest, args=[slots[n::8]]) for n in range(8)]
        for thread in guests:
            thread.start()
        assert running.wait(20)
        assert lab.server.stop(GRACE_SECONDS) == 0
        for thread in guests:
            thread.join(20)
        assert lost_midway == []
        assert set(statuses) <= {202, 503}

        # The other half of the proof is what the next process finds: nothing that looks executing,
        # and no attempt spent.
        lab.server.start()
        for path in accepted:
            assert lab.ending(path, seconds=60)["state"] in ENDINGS
        until(lambda: not lab.everything("/v1/jobs?state=available&state=executing"), 30, "an end")
        for job in lab.everything("/v1/jobs"):
            if job["kind"] == "link":
                # Done with the request that asked for it, and recorded as done.
                continue
            shown = lab.client().get(f"/v1/jobs/{job['id']}").json()
            assert shown["state"] == "completed", shown
            assert shown["attempt"] == 1, "a clean shutdown gives the attempt back"


def refused_or_idle(error):
    words = ("refused", "RemoteDisconnected", "Reset", "BrokenPipe")
    return any(word in str(error) for word in words)


def test_a_held_request_is_answered(lab):
    link = lab.create_link()
    slots = lab.slots(link)
    answers = []
    threads = [
        threading.Thread(
            target=lambda start=start: answers.append(lab.book(link, start, lab.client(), wait=30)))
        for start in slots[:10]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    assert lab.server.stop(GRACE_SECONDS) == 0
    assert len(answers) == 10 and all(answer.status in (200, 201, 202, 503) for answer in answers)


def test_an_idle_server_ends_at_once(lab):
    idle = lab.client()
    assert idle.get("/healthz").status == 200
    began = time.monotonic()
    assert lab.server.stop(GRACE_SECONDS) == 0
    assert time.monotonic() - began < 3, "an idle keep-alive connection holds nobody up"


def test_a_second_signal_does_not_wait(lab):
    lab.server.terminate()
    lab.server.terminate()
    assert lab.server.stop(GRACE_SECONDS) in (0, -15)
