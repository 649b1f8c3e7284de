"""What can be made to go wrong at the sandbox's Google, as Google's own client meets it."""

import http.client

import httplib2
import pytest
import requests
from bookend_lab import until
from bookend_lab.google import event, free_busy, insert, refused
from googleapiclient.errors import HttpError


@pytest.mark.parametrize("form, status, reason", [
    ("rateLimitExceeded", 403, "rateLimitExceeded"),
    ("userRateLimitExceeded", 403, "userRateLimitExceeded"),
    ("rateLimitExceeded429", 429, "rateLimitExceeded"),
    ("quotaExceeded", 403, "quotaExceeded"), ("dailyLimitExceeded", 403, "dailyLimitExceeded"),
    ("variableTermLimitExceeded", 403, "variableTermLimitExceeded")])
def test_throttling(sandbox, api, form, status, reason):
    sandbox.arm("google", "throttled", form=form, retryAfterSeconds=7)
    call = api.events().list(calendarId="primary")
    with pytest.raises(HttpError) as caught:
        call.execute()
    assert caught.value.resp["retry-after"] == "7"
    assert caught.value.error_details[0]["reason"] == reason
    assert caught.value.status_code == status
    assert call.execute(), "once armed, once met"


def test_the_client_retries_what_is_worth_it(sandbox, api):
    sandbox.arm("google", "throttled", form="userRateLimitExceeded", times=2)
    assert api.events().list(calendarId="primary").execute(num_retries=3)
    sandbox.arm("google", "serverError", status=503)
    assert api.events().list(calendarId="primary").execute(num_retries=3)
    assert [call["status"] for call in sandbox.calls] == [403, 403, 200, 503, 200]


def test_faults_come_where_and_when_they_are_asked_for(sandbox, api):
    sandbox.arm("google", "serverError", status=500, method="POST", skip=1,
                path="/calendar/v3/calendars/*/events", afterCommit=True)
    insert(api)
    assert api.events().list(calendarId="primary").execute()["items"]
    assert refused(api.events().insert(
        calendarId="primary", body=event("bkaaaaa"))) == (500, "backendError")
    assert api.events().get(calendarId="primary", eventId="bkaaaaa").execute()
    sandbox.arm("google", "serverError", status=500)
    assert refused(api.events().insert(
        calendarId="primary", body=event("bkbbbbb"))) == (500, "backendError")
    assert refused(api.events().get(calendarId="primary", eventId="bkbbbbb")) == (
        404, "notFound")


def test_a_connection_cut_after_the_commit(sandbox, api):
    """Google's client sends again by itself, and hears that its id is taken."""
    sandbox.arm("google", "cut", method="POST", afterCommit=True)
    assert refused(api.events().insert(calendarId="primary", body=event())) == (
        409, "duplicate")
    assert [call["status"] for call in sandbox.calls] == [None, 409]
    assert len(sandbox.events("google")) == 1


def test_a_connection_cut_before_the_commit(sandbox, api):
    sandbox.arm("google", "cut", method="POST", times=2)
    with pytest.raises((ConnectionError, httplib2.HttpLib2Error, OSError)):
        insert(api)
    assert sandbox.events("google") == []


def test_a_truncated_body(sandbox, api):
    sandbox.arm("google", "truncated", method="POST")
    with pytest.raises(http.client.IncompleteRead):
        insert(api)
    assert len(sandbox.events("google")) == 1


@pytest.mark.parametrize("commits", ["first", "last"])
def test_an_answer_too_late(sandbox, api, commits):
    tokens = sandbox.control(
        "POST", "tokens", {"provider": "google", "account": "alex@example.com"})
    sandbox.arm("google", "slow", method="POST", milliseconds=1500, commits=commits)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(
            sandbox.addresses["google"]["apiBaseUrl"] + "/calendars/primary/events", json=event(),
            headers={"Authorization": f"Bearer {tokens['accessToken']}"}, timeout=0.3)
    meanwhile = sandbox.events("google")
    is_under_way = sandbox.calls[-1]["status"] is None
    assert is_under_way, "the machine is too slow for this test"
    assert len(meanwhile) == (1 if commits == "first" else 0)
    until(lambda: sandbox.calls[-1]["status"] == 200, 15, "the end of the call")
    assert len(sandbox.events("google")) == 1


def test_a_calendar_deleted_under_its_users_feet(sandbox, api):
    team = api.calendarList().list().execute()["items"][1]["id"]
    assert api.events().list(calendarId=team).execute()
    sandbox.control("DELETE", "calendars", {
        "provider": "google", "account": "alex@example.com", "calendar": team})
    assert refused(api.events().insert(calendarId=team, body=event())) == (404, "notFound")
    assert "errors" in free_busy(api, team).execute()["calendars"][team]
