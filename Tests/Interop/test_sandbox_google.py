"""The sandbox's Google Calendar, judged by Google's own client and its discovery document.

Every body that the client gets is held against the document's schemas on the way.
"""

import json
from datetime import datetime, timedelta, timezone

import pytest
from bookend_lab.discovery import Discovery
from bookend_lab.google import DISCOVERY, GUEST, event, free_busy, insert, refused
from bookend_lab.listener import Listener


def test_calendars(api):
    entries = api.calendarList().list().execute()["items"]
    assert [entry["summary"] for entry in entries] == ["alex@example.com", "Team", "Own"]
    assert entries[0]["primary"] and entries[0]["accessRole"] == "owner"
    assert entries[0]["timeZone"] == "Europe/Berlin"
    page = api.calendarList().list(maxResults=2).execute()
    rest = api.calendarList().list(pageToken=page["nextPageToken"]).execute()["items"]
    assert [entry["summary"] for entry in rest] == ["Own"]
    team = entries[1]["id"]
    assert api.calendarList().get(calendarId=team).execute()["id"] == team
    calendar = api.calendars().get(calendarId="primary").execute()
    assert calendar["id"] == "alex@example.com"
    allowed = calendar["conferenceProperties"]["allowedConferenceSolutionTypes"]
    assert "hangoutsMeet" in allowed
    assert refused(api.calendars().get(calendarId="nobody@example.com")) == (404, "notFound")


def test_a_shared_calendar_and_what_its_reader_may(sandbox, api):
    shared = "en.german#holiday@group.v.calendar.google.com"
    other = sandbox.account(
        "google", "olga@example.com", calendars=[{"name": "Days", "id": shared}])
    assert shared in [calendar["id"] for calendar in other["calendars"]]
    sandbox.control("POST", "calendars", {
        "provider": "google", "account": "alex@example.com", "id": shared, "name": "Days",
        "access": "reader"})
    assert api.events().list(calendarId=shared).execute()["items"] == []
    writing = api.events().insert(calendarId=shared, body=event())
    assert refused(writing) == (403, "requiredAccessLevel")
    writable = api.calendarList().list(minAccessRole="writer").execute()["items"]
    assert shared not in [entry["id"] for entry in writable]


def test_busy_times_merge_and_errors_come_inside_an_answer(sandbox, api):
    insert(api)
    insert(api, event("bkaaaaa", 11, start={"dateTime": "2027-01-15T09:30:00Z"}))
    insert(api, event("bkbbbbb", 15, transparency="transparent"))
    declined = [{"email": "alex@example.com", "responseStatus": "declined"}]
    insert(api, event("bkccccc", 16, attendees=declined))
    insert(api, event("bkddddd", 17, status="tentative"))
    sandbox.arm("google", "itemError", item="alex@example.com", reason="internalError", skip=1)
    answer = free_busy(api, "primary", "nobody@example.com").execute()
    assert answer["calendars"]["primary"]["busy"] == [
        {"start": "2027-01-15T09:00:00Z", "end": "2027-01-15T10:30:00Z"},
        {"start": "2027-01-15T16:00:00Z", "end": "2027-01-15T16:30:00Z"}]
    stranger = answer["calendars"]["nobody@example.com"]
    assert stranger["errors"][0]["reason"] == "notFound" and stranger["busy"] == []
    failed = free_busy(api, "alex@example.com").execute()["calendars"]["alex@example.com"]
    assert failed["errors"][0]["reason"] == "internalError"


def test_busy_times_have_limits(api):
    assert refused(free_busy(api, "primary", end="2028-01-15T00:00:00Z")) == (
        400, "timeRangeTooLong")
    assert refused(free_busy(api, "primary", end="2027-01-15T00:00:00Z")) == (
        400, "timeRangeEmpty")
    many = free_busy(api, *[f"c{number}@example.com" for number in range(51)]).execute()
    reasons = [entry["errors"][0]["reason"] for entry in many["calendars"].values()]
    assert reasons == ["notFound"] * 50 + ["tooManyCalendarsRequested"]


def test_an_all_day_event_takes_the_calendars_day(api):
    insert(api, event(start={"date": "2027-01-16"}, end={"date": "2027-01-17"}))
    busy = free_busy(api, "primary").execute()["calendars"]["primary"]["busy"]
    assert busy == [{"start": "2027-01-15T23:00:00Z", "end": "2027-01-16T23:00:00Z"}]


def test_an_event_from_its_making_to_its_end(sandbox, api):
    made = insert(api)
    assert made["start"] == {
        "dateTime": "2027-01-15T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert made["organizer"] == {"email": "alex@example.com", "self": True}
    assert made["attendees"][0]["responseStatus"] == "needsAction"
    assert made["status"] == "confirmed" and made["sequence"] == 0

    moved = api.events().patch(
        calendarId="primary", eventId=made["id"], sendUpdates="all", body={
            "start": {"dateTime": "2027-01-15T12:00:00", "timeZone": "Europe/Berlin"},
            "end": {"dateTime": "2027-01-15T12:30:00", "timeZone": "Europe/Berlin"},
            "extendedProperties": {"private": {"bookingRev": "1"}}, "location": None})
    moved.headers["If-Match"] = made["etag"]
    changed = moved.execute()
    assert changed["etag"] != made["etag"] and changed["sequence"] == 1
    assert changed["extendedProperties"]["private"] == {"bookingUid": "7f3c", "bookingRev": "1"}
    assert changed["summary"] == "Intro call" and "location" not in changed
    assert refused(moved) == (412, "conditionNotMet")

    fetched = api.events().get(
        calendarId="primary", eventId=made["id"], timeZone="UTC").execute()
    assert fetched["start"]["dateTime"] == "2027-01-15T11:00:00Z"

    replaced = api.events().update(
        calendarId="primary", eventId=made["id"], body=event(hour=14)).execute()
    assert replaced["location"] == "Room 1" and replaced["sequence"] == 2

    delete = api.events().delete(
        calendarId="primary", eventId=made["id"], sendUpdates="all")
    delete.execute()
    assert refused(delete) == (410, "deleted")
    assert api.events().get(
        calendarId="primary", eventId=made["id"]).execute()["status"] == "cancelled"
    assert refused(api.events().insert(calendarId="primary", body=event())) == (
        409, "duplicate")
    revived = api.events().patch(
        calendarId="primary", eventId=made["id"], body={"status": "confirmed"}).execute()
    assert revived["status"] == "confirmed"
    assert sandbox.mails == [
        ("invitation", GUEST), ("update", GUEST), ("cancellation", GUEST)]


def test_ids_and_times_that_are_none(api):
    def insert_of(**more):
        return api.events().insert(calendarId="primary", body=event() | more)

    assert refused(insert_of(id="bkwxyz")) == (400, "invalid")
    assert refused(insert_of(id="bk")) == (400, "invalid")
    assert refused(insert_of(end={"date": "2027-01-15"})) == (400, "invalid")
    assert refused(insert_of(end={})) == (400, "required")
    assert refused(insert_of(start={"dateTime": "2027-01-15T10:00:00"})) == (400, "required")
    assert refused(insert_of(end={"dateTime": "2027-01-15T08:00:00Z"})) == (400, "timeRangeEmpty")
    assert refused(insert_of(attendees=[{"displayName": "Sam"}])) == (400, "required")
    missing = api.events().get(calendarId="primary", eventId="bkzzzzz")
    assert refused(missing) == (404, "notFound")
    assert refused(api.events().delete(calendarId="primary", eventId="bkzzzzz")) == (
        404, "notFound")


def test_a_generated_id(api):
    body = event()
    del body["id"]
    made = insert(api, body)
    assert api.events().get(calendarId="primary", eventId=made["id"]).execute()["id"]


def test_extended_properties_are_cut_and_dropped_without_a_word(api):
    made = insert(api, event(extendedProperties={
        "private": {"k" * 45: "dropped", "k" * 44: "v" * 2000}, "shared": {"a": "b"}}))
    assert made["extendedProperties"] == {
        "private": {"k" * 44: "v" * 1024}, "shared": {"a": "b"}}


def test_mail_goes_only_where_it_is_asked_for(sandbox, api):
    sandbox.account("google", "olga@example.com")
    guests = [{"email": "olga@example.com"}, {"email": GUEST}]

    def make(key, **more):
        api.events().insert(
            calendarId="primary", body=event(key, attendees=guests), **more).execute()

    make("bkaaaaa")
    make("bkbbbbb", sendUpdates="none")
    assert sandbox.mails == []
    make("bkccccc", sendUpdates="externalOnly")
    assert sandbox.mails == [("invitation", GUEST)]
    api.events().patch(
        calendarId="primary", eventId="bkccccc", sendUpdates="all",
        body={"attendees": guests[:1]}).execute()
    assert sandbox.mails[1:] == [("update", "olga@example.com"), ("cancellation", GUEST)]


def ids(page):
    return [item["id"] for item in page["items"]]


def test_lists_by_property_time_and_page(api):
    for number in range(5):
        insert(api, event(f"bk{number:05}", 9 + number, extendedProperties={
            "private": {"bookingUid": f"u{number}", "kind": "call"}}))

    def listed(**more):
        return api.events().list(calendarId="primary", **more).execute()

    found = listed(privateExtendedProperty=["bookingUid=u3", "kind=call"], showDeleted=True)
    assert ids(found) == ["bk00003"] and "nextSyncToken" not in found
    assert ids(listed(privateExtendedProperty=["bookingUid=u3", "kind=none"])) == []
    window = dict(timeMin="2027-01-15T09:30:00Z", timeMax="2027-01-15T11:00:00Z")
    assert ids(listed(singleEvents=True, orderBy="startTime", **window)) == ["bk00002"]
    assert ids(listed(iCalUID="bk00004@google.com")) == ["bk00004"]
    assert refused(api.events().list(calendarId="primary", orderBy="startTime")) == (
        400, "badRequest")

    seen, request = [], api.events().list(calendarId="primary", maxResults=2)
    while request is not None:
        page = request.execute()
        seen += ids(page)
        assert ("nextSyncToken" in page) == ("nextPageToken" not in page)
        request = api.events().list_next(request, page)
    assert seen == [f"bk{number:05}" for number in range(5)]


def test_sync_tokens_tell_what_changed_and_expire(sandbox, api):
    insert(api)

    def sync(token):
        return api.events().list(calendarId="primary", syncToken=token)

    token = api.events().list(calendarId="primary").execute()["nextSyncToken"]
    quiet = sync(token).execute()
    assert quiet["items"] == []
    insert(api, event("bkaaaaa", 12))
    api.events().delete(calendarId="primary", eventId=event()["id"]).execute()
    changes = sync(quiet["nextSyncToken"]).execute()
    assert [(item["id"], item["status"]) for item in changes["items"]] == [
        ("bkaaaaa", "confirmed"), (event()["id"], "cancelled")]
    assert "summary" not in changes["items"][1]
    with_time = api.events().list(
        calendarId="primary", syncToken=token, timeMin="2027-01-01T00:00:00Z")
    assert refused(with_time) == (400, "invalid")

    sandbox.arm("google", "phantomDeletion", event="bkaaaaa")
    phantom = sync(changes["nextSyncToken"]).execute()
    assert [(item["id"], item["status"]) for item in phantom["items"]] == [
        ("bkaaaaa", "cancelled")]
    assert api.events().get(
        calendarId="primary", eventId="bkaaaaa").execute()["status"] == "confirmed"
    sandbox.control("POST", "sync/expire")
    assert refused(sync(phantom["nextSyncToken"])) == (410, "fullSyncRequired")


def test_a_part_of_an_answer(api):
    insert(api)
    page = api.events().list(
        calendarId="primary",
        fields="nextSyncToken,items(id,start/timeZone,extendedProperties/private)").execute()
    token = page.pop("nextSyncToken")
    assert page == {"items": [{
        "id": event()["id"], "start": {"timeZone": "Europe/Berlin"},
        "extendedProperties": {"private": {"bookingUid": "7f3c", "bookingRev": "0"}}}]}
    assert token
    one = api.events().get(
        calendarId="primary", eventId=event()["id"], fields="status,attendees(email)").execute()
    assert one == {"status": "confirmed", "attendees": [{"email": GUEST}]}
    # What is not there is left out, what cannot be understood is refused, and an error is told whole.
    assert api.events().list(calendarId="primary", fields="nextPageToken").execute() == {}
    assert refused(api.events().list(calendarId="primary", fields="items(id")) == (
        400, "invalidParameter")
    missing = api.events().get(calendarId="primary", eventId="bkzzzzz", fields="id")
    assert refused(missing) == (404, "notFound")


def test_the_hosts_own_hand_and_a_guests_answer(sandbox, api):
    made = insert(api)
    token = api.events().list(calendarId="primary").execute()["nextSyncToken"]
    place = {"provider": "google", "account": "alex@example.com", "id": made["id"]}
    sandbox.control("POST", "responses", place | {"guest": GUEST, "response": "accepted"})
    fetched = api.events().get(calendarId="primary", eventId=made["id"]).execute()
    assert fetched["attendees"][0]["responseStatus"] == "accepted"
    assert fetched["etag"] != made["etag"]
    sandbox.control("PATCH", "events", place | {"event": {
        "start": {"dateTime": "2027-01-18T09:00:00Z"},
        "end": {"dateTime": "2027-01-18T09:30:00Z"}}})
    sandbox.control("DELETE", "events", place)
    changes = api.events().list(calendarId="primary", syncToken=token).execute()["items"]
    assert [item["status"] for item in changes] == ["cancelled"]
    assert sandbox.mails == [("invitation", GUEST)]


def test_an_event_that_moves_to_another_calendar(sandbox, api):
    made = insert(api)
    team = api.calendarList().list().execute()["items"][1]["id"]
    sandbox.control("PATCH", "events", {
        "provider": "google", "account": "alex@example.com", "id": made["id"], "moveTo": team})
    here = api.events().get(calendarId="primary", eventId=made["id"]).execute()
    there = api.events().get(calendarId=team, eventId=made["id"]).execute()
    assert (here["status"], there["status"]) == ("cancelled", "confirmed")
    assert there["organizer"]["email"] == team and there["iCalUID"] == made["iCalUID"]


def test_another_organizers_event(sandbox, api):
    made = sandbox.control("POST", "events", {
        "provider": "google", "account": "alex@example.com", "event": event(
            organizer={"email": "boss@example.com"},
            attendees=[{"email": "alex@example.com"}, {"email": GUEST}])})

    def change(body):
        return api.events().patch(calendarId="primary", eventId=made["id"], body=body)

    assert refused(change({"summary": "Mine"})) == (403, "forbiddenForNonOrganizer")
    answered = change({"attendeesOmitted": True, "attendees": [
        {"email": "alex@example.com", "responseStatus": "accepted"}]}).execute()
    own = [guest for guest in answered["attendees"] if guest.get("self")]
    assert [guest["responseStatus"] for guest in own] == ["accepted"]
    assert len(answered["attendees"]) == 2


def test_a_conference_that_comes_later(sandbox, api):
    sandbox.settings(conferenceDelaySeconds=5)
    ask = {"createRequest": {
        "requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    ignored = insert(api, event("bkaaaaa", conferenceData=ask))
    assert "conferenceData" not in ignored
    made = insert(api, event(conferenceData=ask), conferenceDataVersion=1)
    assert made["conferenceData"]["createRequest"]["status"]["statusCode"] == "pending"
    assert "hangoutLink" not in made
    sandbox.advance(6)
    late = api.events().get(calendarId="primary", eventId=made["id"]).execute()
    assert late["hangoutLink"] == late["conferenceData"]["entryPoints"][0]["uri"]
    assert late["etag"] != made["etag"], "finishing a conference changes the event"
    again = api.events().patch(
        calendarId="primary", eventId=made["id"], conferenceDataVersion=1,
        body={"conferenceData": ask}).execute()
    assert again["hangoutLink"] == late["hangoutLink"], "a request id is honoured once"
    unknown = {"createRequest": {"requestId": "r2", "conferenceSolutionKey": {"type": "addOn"}}}
    assert refused(api.events().insert(
        calendarId="primary", conferenceDataVersion=1,
        body=event("bkbbbbb", conferenceData=unknown))) == (400, "invalid")


def test_a_conference_that_fails(sandbox, api):
    sandbox.settings(conferenceFails=True)
    ask = {"createRequest": {"requestId": "r1"}}
    made = insert(api, event(conferenceData=ask), conferenceDataVersion=1)
    assert made["conferenceData"]["createRequest"]["status"]["statusCode"] == "failure"
    assert "hangoutLink" not in made


def test_watching_a_calendar(api):
    with Listener() as listener:
        channel = api.events().watch(calendarId="primary", body={
            "id": "channel-1", "type": "web_hook", "address": listener.url, "token": "secret",
            "params": {"ttl": "604800"}}).execute()
        life = datetime.fromtimestamp(int(channel["expiration"]) / 1000, timezone.utc)
        assert timedelta(days=6) < life - datetime.now(timezone.utc) <= timedelta(days=7)
        insert(api)
        (sync, _), (change, body) = listener.wait_for(2)
        assert sync["X-Goog-Resource-State"] == "sync" and sync["X-Goog-Message-Number"] == "1"
        assert change["X-Goog-Resource-State"] == "exists" and body == b""
        assert change["X-Goog-Channel-ID"] == "channel-1"
        assert change["X-Goog-Channel-Token"] == "secret"
        assert change["X-Goog-Resource-ID"] == channel["resourceId"]
        until = datetime.now(timezone.utc) + timedelta(days=2)
        second = api.events().watch(calendarId="primary", body={
            "id": "channel-1b", "type": "web_hook", "address": listener.url,
            "expiration": str(int(until.timestamp() * 1000))}).execute()
        assert int(second["expiration"]) == int(until.timestamp() * 1000)
        api.channels().stop(body={"id": "channel-1b", "resourceId": second["resourceId"]}).execute()
        again = api.events().watch(calendarId="primary", body={
            "id": "channel-1", "type": "web_hook", "address": listener.url})
        assert refused(again) == (400, "channelIdNotUnique")
        stop = api.channels().stop(
            body={"id": channel["id"], "resourceId": channel["resourceId"]})
        stop.execute()
        assert refused(stop) == (404, "notFound")
    elsewhere = api.events().watch(calendarId="primary", body={
        "id": "channel-2", "type": "web_hook", "address": "https://example.com/hook"})
    assert refused(elsewhere) == (401, "push.webhookUrlUnauthorized")


@pytest.mark.parametrize("fault", [
    {"kind": "calendar#calendar"}, {"etag": None}, {"etag": ""}, {"invented": 1}, {"id": 7},
    {"updated": "2027-01-15T10:00:00"}, {"sequence": "0"}, {"locked": "true"},
    {"start": {"date": "15.1.2027"}}, {"attendees": {}}, {"creator": {"name": "Alex"}}], ids=str)
def test_the_judge_can_say_no(fault):
    judge = Discovery()
    url = "http://127.0.0.1/calendar/v3/calendars/primary/events/bkaaaaa"
    sound = {"kind": "calendar#event", "etag": '"1"', "id": "bkaaaaa"}
    judge.judge("GET", url, 200, json.dumps(sound))
    broken = {name: value for name, value in (sound | fault).items() if value is not None}
    with pytest.raises((AssertionError, ValueError)):
        judge.judge("GET", url, 200, json.dumps(broken))


def test_every_call_that_is_used_was_judged():
    """Runs last: what the tests above did not call was not judged."""
    assert DISCOVERY.judged >= {
        "calendar." + name for name in (
            "calendarList.list", "calendarList.get", "calendars.get", "freebusy.query",
            "events.insert", "events.get", "events.list", "events.patch", "events.update",
            "events.delete", "events.watch", "channels.stop")}
