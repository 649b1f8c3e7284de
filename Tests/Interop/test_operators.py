"""What operators see and do of the queue, by HTTP and by command, on the real server."""

import signal
import subprocess

import pytest
from bookend_lab.facade import path_of
from bookend_lab.server import ROOT, binary, bookend, environment, run_bookend
from bookend_lab.waiting import until


@pytest.fixture
def paused(lab):
    """A link whose bookings wait: their queue is paused."""
    answer = lab.client().post("/v1/queues/calendar/pause")
    assert answer.status == 200, answer
    return lab.create_link()


def waiting(lab, link, count):
    """So many bookings that wait, as (path, job)."""
    accepted = [lab.book(link, start) for start in lab.slots(link)[:count]]
    assert [answer.status for answer in accepted] == [202] * count
    return [(path_of(answer), answer.json()["job"]["id"]) for answer in accepted]


def test_a_paused_queue_says_so_and_goes_on_after_a_restart_only_when_told(lab, paused):
    [(path, job)] = waiting(lab, paused, 1)
    shown = lab.client().get(f"/v1/jobs/{job}").json()
    assert shown["waitingFor"] == "its queue calendar, paused by key lab, to be resumed"
    [calendar] = [
        queue for queue in lab.client().get("/v1/queues").json()["data"]
        if queue["name"] == "calendar"]
    assert calendar["counts"]["available"] == 1 and calendar["pauses"][0]["by"] == "key lab"
    assert lab.server.stop() == 0
    lab.server.start()
    assert lab.client().get(path).json()["state"] == "pending"
    assert bookend("queues", "resume", "calendar", "--data", lab.data)["data"]
    # Another process has resumed it, and it is noticed here.
    assert lab.ending(path, seconds=5)["state"] == "confirmed"


def test_a_job_that_is_cancelled_ends_and_its_guest_is_told_in_spite_of_the_pause(lab, paused):
    [(path, job)] = waiting(lab, paused, 1)
    answer = lab.client().post(f"/v1/jobs/{job}/cancel")
    assert answer.status == 202, answer
    booking = lab.ending(path)
    assert booking["state"] == "failed" and "withdrawn" in booking["reason"]
    ended = lab.client().get(f"/v1/jobs/{job}").json()
    assert ended["state"] == "cancelled" and ended["reason"] == "cancelled by key lab"
    again = lab.client().post(f"/v1/jobs/{job}/cancel")
    assert again.status == 409 and "is cancelled" in again.json()["detail"]


def test_many_are_told_beforehand_then_done_and_recorded(lab, paused):
    bookings = waiting(lab, paused, 3)
    client = lab.client()
    wish = {"kind": "booking", "state": ["available"]}
    told = client.post("/v1/jobs/discard", wish | {"dryRun": True})
    assert told.status == 200 and told.json()["jobs"] == 3, told
    assert told.json()["kinds"] == {"booking": 3}
    assert all(client.get(path).json()["state"] == "pending" for path, _ in bookings)
    done = client.post("/v1/jobs/discard", wish)
    assert done.status == 202 and done.json()["jobs"] == 3, done
    assert {lab.ending(path)["state"] for path, _ in bookings} == {"failed"}
    [action] = client.get("/v1/actions").json()["data"]
    assert action["verb"] == "discard" and action["by"] == "key lab" and action["jobs"] == 3
    for body, pointer in [({}, "#"), ({"dryRun": True}, "#"), ({"state": ["gone"]}, "#/state"),
                          ({"kind": "booking", "sate": []}, "#/sate")]:
        refused = client.post("/v1/jobs/discard", body)
        assert refused.status == 422 and refused.pointers == {pointer}, (body, refused)


def test_what_has_not_begun_is_undone(lab, paused):
    [(path, job)] = waiting(lab, paused, 1)
    client = lab.client()
    client.post(f"/v1/jobs/{job}/discard")
    lab.ending(path)
    assert client.post(f"/v1/jobs/{job}/retry").status == 202
    assert client.get(f"/v1/jobs/{job}").json()["state"] == "available"
    retry = client.get("/v1/actions").json()["data"][0]
    assert retry["verb"] == "retry"
    undone = client.post(f"/v1/actions/{retry['id']}/undo")
    assert undone.json() == {"putBack": 1, "underWay": False}
    assert client.get(f"/v1/jobs/{job}").json()["state"] == "discarded"
    assert client.post(f"/v1/actions/{retry['id']}/undo").status == 404


def test_a_wish_that_is_repeated_under_its_key_is_answered_the_same_and_done_once(lab, paused):
    waiting(lab, paused, 2)
    client = lab.client()
    key = {"Idempotency-Key": "discard-of-monday"}
    wish = {"kind": "booking", "state": ["available"]}
    first = client.post("/v1/jobs/discard", wish, **key)
    assert first.status == 202 and first.json()["jobs"] == 2, first
    again = client.post("/v1/jobs/discard", wish, **key)
    assert (again.status, again.text) == (first.status, first.text)
    for path, body in [("/v1/jobs/discard", wish | {"dryRun": True}), ("/v1/jobs/cancel", wish),
                       ("/v1/queues/calendar/resume", {})]:
        other = client.post(path, body, **key)
        assert other.status == 422 and other.json()["type"].endswith("idempotency-mismatch"), other
    assert lab.server.stop() == 0
    lab.server.start()
    client = lab.client()
    assert client.post("/v1/jobs/discard", wish, **key).text == first.text
    assert len(client.get("/v1/actions").json()["data"]) == 1


def test_numbers_are_for_those_who_have_a_key(lab, paused):
    waiting(lab, paused, 2)
    page = lab.client().get("/metrics", Authorization=f"Bearer {lab.key}")
    assert page.status == 200
    assert 'bookend_jobs{kind="booking",state="available"} 2.0' in page.text
    assert 'bookend_queue_paused{queue="calendar"} 1.0' in page.text
    assert "bookend_commit_seconds" in page.text
    assert lab.client().get("/metrics").status == 401


def test_a_start_says_what_durable_rests_on(lab):
    [line] = [line for line in lab.server.lines if '"durability"' in line or "durability" in line]
    assert "synchronous" in line and "full" in line and "wal" in line


def test_a_worker_beside_a_server_does_its_share_and_stops_when_told(lab):
    worker = subprocess.Popen(
        [binary(), "worker", "--data", lab.data], env=environment(), cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert any("working" in line for line in iter(worker.stderr.readline, ""))
        link = lab.create_link()
        for start in lab.slots(link)[:5]:
            lab.confirmed(link, start)
    finally:
        worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0


def test_the_commands_say_the_same(lab, paused):
    [(path, job)] = waiting(lab, paused, 1)
    why = run_bookend("jobs", "why", job, "--data", lab.data)
    assert "paused by key lab" in why.stdout
    told = bookend("jobs", "cancel", "--kind", "booking", "--dry-run", "--data", lab.data)
    assert told["jobs"] == 1 and told["dryRun"] is True
    refused = run_bookend("jobs", "cancel", "--data", lab.data)
    assert refused.returncode == 64 and "--state" in refused.stderr
    assert bookend("jobs", "cancel", job, "--data", lab.data)["verdict"] == "cancel"
    until(lambda: lab.client().get(path).json()["state"] == "failed", 10, "the end")


def test_every_verb_is_a_command_and_speaks_json(lab, paused):
    bookings = waiting(lab, paused, 3)
    jobs = [job for _, job in bookings]
    data = ["--data", lab.data]
    listed = bookend("jobs", "list", "--kind", "booking", "--state", "available", *data)["data"]
    assert {job["id"] for job in listed} == set(jobs)
    assert bookend("jobs", "list", "--state", "parked", *data)["data"] == []
    assert bookend("jobs", "show", jobs[0], *data)["attempts"] == []
    assert bookend("jobs", "why", jobs[0], *data)["waitingFor"].startswith("its queue calendar")
    # Nothing waits for a time, and no change is uncertain.
    for verb in (["run-now"], ["accept-effect", "--key", "create x"],
                 ["resend-effect", "--key", "create x"]):
        refused = run_bookend("jobs", verb[0], jobs[0], *verb[1:], *data)
        assert refused.returncode == 1 and jobs[0] in refused.stderr, (verb, refused)
    retried = bookend("jobs", "retry", jobs[0], *data)
    assert retried["state"] == "available"
    assert bookend("jobs", "undo", retried["action"], *data) == {"putBack": 1, "underWay": False}
    assert run_bookend("jobs", "undo", retried["action"], *data).returncode == 1
    discarded = bookend("jobs", "discard", "--kind", "booking", *data)
    assert discarded["jobs"] == 3 and discarded["verb"] == "discard"
    assert {lab.ending(path)["state"] for path, _ in bookings} == {"failed"}
    queues = {queue["name"]: queue for queue in bookend("queues", "list", *data)["data"]}
    assert queues["calendar"]["pauses"]
    for arguments in (["pause", "mail"], ["resume", "mail"], ["pause", "--kind", "cancel"],
                      ["resume", "--kind", "cancel"]):
        assert bookend("queues", *arguments, *data)["data"], arguments
    assert run_bookend("queues", "pause", "elsewhere", *data).returncode == 1
    lanes = bookend("lanes", "list", *data)["data"]
    assert "mail" in {lane["id"] for lane in lanes}
    assert bookend("lanes", "reset", "mail", *data) == {"jobsWoken": 0}
    assert run_bookend("lanes", "reset", "nobody", *data).returncode == 1
