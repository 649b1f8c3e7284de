"""Google's own client at the sandbox; every body that it gets is judged on the way."""

import json

import google.auth.transport.requests
import google.oauth2.credentials
import google_auth_httplib2
import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from .discovery import Discovery

SCOPE = "https://www.googleapis.com/auth/"
GUEST = "sam@guest.example"
DISCOVERY = Discovery()


class JudgedHttp(httplib2.Http):
    """Holds each answer against the discovery document before the client sees it."""

    def request(self, uri, method="GET", **more):
        response, content = super().request(uri, method=method, **more)
        if "/calendar/v3/" in uri:
            DISCOVERY.judge(method, uri, response.status, content)
        return response, content


def connect(sandbox, credentials):
    return build(
        "calendar", "v3", static_discovery=True,
        http=google_auth_httplib2.AuthorizedHttp(credentials, http=JudgedHttp(timeout=20)),
        client_options={"api_endpoint": f"{sandbox.base}/calendar/v3/"})


def credentials(sandbox, tokens, **more):
    return google.oauth2.credentials.Credentials(
        tokens["accessToken"], refresh_token=tokens["refreshToken"],
        token_uri=sandbox.addresses["google"]["tokenUrl"], client_id="sandbox-client",
        client_secret="sandbox-secret", **more)


def event(key="bkt4ps916uc6vfpfddfhfv0bmt92783p7i", hour=10, **more):
    def at(minute):
        return {"dateTime": f"2027-01-15T{hour:02}:{minute:02}:00", "timeZone": "Europe/Berlin"}

    return {
        "id": key, "summary": "Intro call", "description": "Manage: https://book.example/r/1",
        "location": "Room 1", "start": at(0), "end": at(30),
        "attendees": [
            {"email": GUEST, "displayName": "Sam Guest", "responseStatus": "needsAction"}],
        "extendedProperties": {"private": {"bookingUid": "7f3c", "bookingRev": "0"}},
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]},
        "guestsCanModify": False, "transparency": "opaque",
    } | more


def insert(api, body=None, **more):
    return api.events().insert(
        calendarId="primary", body=body or event(), sendUpdates="all", **more).execute()


def refused(call):
    """Status and reason of a call that is refused."""
    with pytest.raises(HttpError) as caught:
        call.execute()
    error = json.loads(caught.value.content)["error"]
    assert error["code"] == caught.value.status_code and error["message"]
    return caught.value.status_code, error["errors"][0]["reason"]


def free_busy(api, *calendars, end="2027-01-22T00:00:00Z"):
    return api.freebusy().query(body={
        "timeMin": "2027-01-15T00:00:00Z", "timeMax": end, "timeZone": "UTC",
        "items": [{"id": calendar} for calendar in calendars]})


def refresh(credentials):
    credentials.refresh(google.auth.transport.requests.Request())
