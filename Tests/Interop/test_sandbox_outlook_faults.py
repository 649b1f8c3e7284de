"""What can be made to go wrong at the sandbox's Graph."""

import asyncio

import pytest
import requests
from bookend_lab.graph import KEY


def test_five_at_once_are_too_many(sandbox, graph):
    sandbox.settings(latencyMilliseconds=400)

    async def crowd(_):
        def ask():
            return requests.get(
                sandbox.addresses["outlook"]["apiBaseUrl"] + "/me/calendars",
                headers={"Authorization": f"Bearer {graph.token}"}, timeout=20)

        return await asyncio.gather(*(asyncio.to_thread(ask) for _ in range(5)))

    answers = graph.run(crowd)
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [429]
    busy, = [answer for answer in answers if answer.status_code == 429]
    assert busy.json()["error"]["code"] == "ApplicationThrottled"
    assert busy.headers["Retry-After"] == "1"
    assert max(call["concurrent"] for call in sandbox.calls) == 5


@pytest.mark.parametrize("form, status", [
    ("ApplicationThrottled", 429), ("TooManyRequests", 429), ("activityLimitReached", 429),
    ("locked", 423), ("serviceUnavailable", 503), ("gatewayTimeout", 504),
    ("bandwidthLimit", 509)])
def test_throttling(sandbox, graph, form, status):
    sandbox.arm("outlook", "throttled", form=form, retryAfterSeconds=1)
    answer = requests.get(
        sandbox.addresses["outlook"]["apiBaseUrl"] + "/me/calendars", timeout=20,
        headers={"Authorization": f"Bearer {graph.token}"})
    assert answer.status_code == status and answer.headers["Retry-After"] == "1"
    assert answer.json()["error"]["code"] and answer.json()["error"]["innerError"]["date"]


def test_the_client_waits_as_it_is_told(sandbox, graph):
    sandbox.arm("outlook", "throttled", form="TooManyRequests", retryAfterSeconds=1)
    assert graph.run(lambda client: client.me.calendars.get()).value
    assert [call["status"] for call in sandbox.calls] == [429, 200]


def test_a_connection_cut_after_the_commit(sandbox, graph):
    sandbox.arm("outlook", "cut", method="POST", afterCommit=True)
    with pytest.raises(Exception, match="disconnected"):
        graph.create()
    assert len(sandbox.events("outlook")) == 1 and sandbox.calls[-1]["status"] is None
    assert graph.create().transaction_id == KEY
    assert len(sandbox.events("outlook")) == 1
