"""The sandbox's Microsoft Graph, judged by Microsoft's own client."""

import pytest
import requests
from bookend_lab.graph import (
    GUEST, KEY, PROPERTY, WINDOW, Graph, at, check, draft, guest, prefer, schedule,
)
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.event import Event
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType
from msgraph.generated.models.response_type import ResponseType
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import (
    CalendarViewRequestBuilder,
)
from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.events.item.accept.accept_post_request_body import (
    AcceptPostRequestBody,
)
from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import (
    CancelPostRequestBody,
)
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem


def test_the_user_the_settings_and_the_calendars(graph):
    async def read(client):
        user = check(await client.me.get())
        assert user.user_principal_name == "alex@example.com" and user.id
        settings = check(await client.me.mailbox_settings.get())
        assert settings.time_zone == "W. Europe Standard Time"
        page = await client.me.calendars.get()
        calendar = check(page.value[0])
        assert calendar.is_default_calendar and calendar.can_edit
        assert OnlineMeetingProviderType.TeamsForBusiness in (
            calendar.allowed_online_meeting_providers)
        assert check(await client.me.calendar.get()).id == calendar.id
        assert (await client.me.calendars.by_calendar_id(calendar.id).get()).name == "Calendar"
        assert (await client.users.by_user_id(user.id).get()).mail == "alex@example.com"

    graph.run(read)


def test_an_event_from_its_making_to_its_end(sandbox, graph):
    made = check(graph.create())
    assert made.transaction_id == KEY and made.is_organizer and made.change_key
    assert (made.start.date_time, made.start.time_zone) == ("2027-01-15T09:00:00.0000000", "UTC")
    assert made.attendees[0].status.response == ResponseType.None_

    async def change(client):
        item = client.me.events.by_event_id(made.id)
        moved = check(await item.patch(Event(start=at(11), end=at(11, 30)), prefer()))
        assert moved.id == made.id and moved.change_key != made.change_key
        assert moved.subject == "Intro call" and moved.start.date_time.startswith("2027-01-15T11")
        berlin = await item.get(prefer(value='outlook.timezone="Europe/Berlin"'))
        assert berlin.start.date_time.startswith("2027-01-15T12:00")
        assert berlin.start.time_zone == "Europe/Berlin"
        assert "@" not in berlin.body.content and berlin.body.content_type == BodyType.Html
        text = await item.get(prefer(value='outlook.body-content-type="text"'))
        assert text.body.content == "Manage the booking"
        await item.cancel.post(CancelPostRequestBody(comment="Sorry"))

    graph.run(change)
    for again in (
            lambda item: item.get(), lambda item: item.delete(),
            lambda item: item.cancel.post(CancelPostRequestBody())):
        assert graph.refused(
            lambda client, again=again: again(client.me.events.by_event_id(made.id))) == (
                404, "ErrorItemNotFound")
    assert sandbox.mails == [
        ("invitation", GUEST), ("update", GUEST), ("cancellation", GUEST)]
    assert sandbox.control("GET", "mails")["mails"][-1]["comment"] == "Sorry"


def test_mails_follow_what_guests_can_see(sandbox, graph):
    made = graph.create()

    async def change(client):
        item = client.me.events.by_event_id(made.id)
        await item.patch(Event(categories=["Booked"], reminder_minutes_before_start=5))
        assert sandbox.mails == [("invitation", GUEST)]
        await item.patch(Event(attendees=[guest("olga@guest.example")]))
        assert sandbox.mails[1:] == [
            ("invitation", "olga@guest.example"), ("cancellation", GUEST)]
        await item.patch(Event(subject="Other"))
        assert sandbox.mails[3:] == [("update", "olga@guest.example")]
        await item.delete()
        assert sandbox.mails[4:] == [("cancellation", "olga@guest.example")]

    graph.run(change)


@pytest.mark.parametrize("mode, status", [("created", 201), ("conflict", 409), ("badRequest", 400)])
def test_a_transaction_that_comes_twice(sandbox, graph, mode, status):
    sandbox.settings(duplicateTransaction=mode)
    made = graph.create()
    if mode == "created":
        assert graph.create().id == made.id
    else:
        assert graph.refused(lambda client: client.me.events.post(draft())) == (
            status, "ErrorDuplicateTransactionId")
    assert sandbox.calls[-1]["status"] == status
    assert len(sandbox.events("outlook")) == 1
    assert sandbox.mails == [("invitation", GUEST)]

    async def find(client):
        query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(
            filter="singleValueExtendedProperties/Any("
                   f"ep: ep/id eq '{PROPERTY}' and ep/value eq '7f3c')",
            expand=[f"singleValueExtendedProperties($filter=id eq '{PROPERTY}')"])
        found = (await client.me.events.get(prefer(query))).value
        assert [event.id for event in found] == [made.id]
        properties = check(found[0]).single_value_extended_properties
        assert [(entry.id, entry.value) for entry in properties] == [(PROPERTY, "7f3c")]
        assert (await client.me.events.by_event_id(made.id).get(
        )).single_value_extended_properties is None

    graph.run(find)


def test_immutable_ids_outlive_a_move(sandbox, graph):
    made = graph.create()
    place = {"provider": "outlook", "account": "alex@example.com"}
    other = sandbox.control("POST", "calendars", place | {"name": "Other"})["id"]

    async def read(client):
        item = client.me.events.by_event_id(made.id)
        mutable = await item.get(prefer(value=None))
        assert mutable.id != made.id
        by_other = await client.me.events.by_event_id(mutable.id).get(prefer())
        assert by_other.id == made.id
        sandbox.control("PATCH", "events", place | {"id": made.id, "moveTo": other})
        moved = await client.me.calendars.by_calendar_id(other).events.get()
        assert len(moved.value) == 1 and moved.value[0].id != mutable.id
        assert (await item.get(prefer())).id == made.id
        return mutable.id

    gone = graph.run(read)
    assert graph.refused(lambda client: client.me.events.by_event_id(gone).get()) == (
        404, "ErrorItemNotFound")


def test_a_view_expands_pages_and_selects(graph):
    for number in range(12):
        graph.create(draft(f"k{number}", 8 + number))

    async def read(client):
        parameters = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters
        page = await client.me.calendar_view.get(prefer(parameters(**WINDOW)))
        assert len(page.value) == 10 and page.odata_next_link
        rest = await client.me.calendar_view.with_url(page.odata_next_link).get(prefer())
        assert len(rest.value) == 2 and rest.odata_next_link is None
        hours = [event.start.date_time[11:13] for event in page.value + rest.value]
        assert hours == [f"{hour:02}" for hour in range(8, 20)]
        narrow = await client.me.calendar_view.get(prefer(parameters(
            start_date_time="2027-01-15T09:30:00Z", end_date_time="2027-01-15T11:00:00Z",
            select=["id", "showAs", "start"], top=200)))
        assert [event.start.date_time[11:16] for event in narrow.value] == ["10:00"]
        assert narrow.value[0].subject is None and narrow.value[0].show_as == FreeBusyStatus.Busy
        marked = (await client.me.calendar_view.get(prefer(parameters(
            **WINDOW, select=["id", "start", "end", "isAllDay", "isCancelled"], top=500,
            expand=[f"singleValueExtendedProperties($filter=id eq '{PROPERTY}')"])))).value
        assert len(marked) == 12 and check(marked[0]).subject is None
        properties = marked[0].single_value_extended_properties
        assert [(entry.id, entry.value) for entry in properties] == [(PROPERTY, "7f3c")]

    graph.run(read)
    parameters = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters
    for query in (parameters(start_date_time="2027-01-15T00:00:00Z"),
                  parameters(**WINDOW | {"end_date_time": "2037-01-15T00:00:00Z"})):
        assert graph.refused(
            lambda client, query=query: client.me.calendar_view.get(prefer(query))) == (
                400, "ErrorInvalidParameter")


def test_schedules_have_errors_of_their_own(sandbox, graph):
    graph.create()
    graph.create(draft("k1", 10, show_as=FreeBusyStatus.Tentative))
    graph.create(draft("k2", 11, show_as=FreeBusyStatus.Free))
    sandbox.account("outlook", "olga@example.com")
    sandbox.arm("outlook", "itemError", item="olga@example.com", reason="5006")

    async def ask(client):
        answer = await client.me.calendar.get_schedule.post(
            schedule("alex@example.com", "olga@example.com", "nobody@example.com"), prefer())
        mine, olga, nobody = map(check, answer.value)
        assert mine.availability_view == "0000220011000000"
        assert [item.status for item in mine.schedule_items] == [
            FreeBusyStatus.Busy, FreeBusyStatus.Tentative, FreeBusyStatus.Free]
        assert mine.schedule_items[0].start.date_time == "2027-01-15T09:00:00.0000000"
        assert mine.working_hours.time_zone.name == "W. Europe Standard Time"
        assert olga.error.response_code == "5006"
        assert nobody.error.response_code == "ErrorMailRecipientNotFound"

    graph.run(ask)
    too_long = DateTimeTimeZone(date_time="2027-04-15T08:00:00", time_zone="UTC")
    with_offset = DateTimeTimeZone(date_time="2027-01-15T12:00:00Z", time_zone="UTC")
    for body, code in [
            (schedule("a@b.example", end=too_long), "ErrorTimeIntervalTooBig"),
            (schedule("a@b.example", end=with_offset), "ErrorInvalidParameter"),
            (schedule(*[f"a{n}@b.example" for n in range(101)]), "ErrorMailboxDataArrayTooBig")]:
        assert graph.refused(
            lambda client, body=body: client.me.calendar.get_schedule.post(body)) == (400, code)


def test_an_all_day_event_is_a_date(graph):
    made = graph.create(draft(
        is_all_day=True, start=at(0, zone="Europe/Berlin"),
        end=at(0, zone="Europe/Berlin", day=16)))
    assert made.is_all_day and made.start.date_time == "2027-01-15T00:00:00.0000000"
    assert made.start.time_zone == "UTC"
    assert graph.refused(lambda client: client.me.events.post(
        draft("k1", is_all_day=True))) == (400, "ErrorPropertyValidationFailure")


def meeting(key=KEY, **more):
    return draft(
        key, is_online_meeting=True, subject="Call",
        online_meeting_provider=OnlineMeetingProviderType.TeamsForBusiness, **more)


def test_an_online_meeting_that_comes_later(sandbox, graph):
    sandbox.settings(conferenceDelaySeconds=5)
    made = graph.create(meeting())
    assert made.is_online_meeting and made.online_meeting is None
    sandbox.advance(6)

    async def read(client):
        item = client.me.events.by_event_id(made.id)
        late = await item.get(prefer())
        assert late.online_meeting.join_url in late.body.content
        assert late.change_key != made.change_key
        kept = await item.patch(Event(body=ItemBody(
            content_type=BodyType.Html, content="<p>New</p>" + late.body.content)))
        assert kept.online_meeting.join_url == late.online_meeting.join_url
        lost = await item.patch(Event(body=ItemBody(
            content_type=BodyType.Html, content="<p>New</p>")))
        assert lost.online_meeting is None and not lost.is_online_meeting

    graph.run(read)


def test_personal_accounts_have_neither_teams_nor_schedules(sandbox):
    graph = Graph(sandbox, personal=True)
    made = graph.create(meeting())
    assert not made.is_online_meeting and made.online_meeting is None
    assert graph.refused(lambda client: client.me.calendar.get_schedule.post(
        schedule("alex@example.com"))) == (403, "ErrorAccessDenied")


def test_a_batch(sandbox, graph):
    made = graph.create()
    sandbox.arm("outlook", "throttled", form="TooManyRequests", path="*/mailboxSettings")

    async def send(client):
        def item(key, path):
            request = RequestInformation()
            request.http_method, request.url = Method.GET, client.request_adapter.base_url + path
            return BatchRequestItem(request, key)

        content = BatchRequestContent({entry.id: entry for entry in (
            item("1", f"/me/events/{made.id}"), item("2", "/me/events/nonsense"),
            item("3", "/me/mailboxSettings"))})
        answer = await client.batch.post(content)
        assert {key: answer.get_response_by_id(key).status for key in "123"} == {
            "1": 200, "2": 404, "3": 429}

    graph.run(send)


def test_a_batch_whose_steps_depend(sandbox, graph):
    """By hand: Microsoft's client for Python misspells `dependsOn` and reads no bodies of JSON."""
    def send(*steps):
        answer = requests.post(
            sandbox.addresses["outlook"]["apiBaseUrl"] + "/$batch", timeout=20,
            headers={"Authorization": f"Bearer {graph.token}"}, json={"requests": [
                {"id": str(number)} | step for number, step in enumerate(steps)]})
        return answer.status_code, [
            (entry["status"], entry["body"].get("subject"))
            for entry in answer.json().get("responses", [])]

    body = {
        "subject": "Batched", "start": {"dateTime": "2027-01-15T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2027-01-15T10:00:00", "timeZone": "UTC"}}
    calendars = {"method": "GET", "url": "/me/calendars"}
    assert send(
        {"method": "POST", "url": "/me/events", "body": body,
         "headers": {"Content-Type": "application/json"}},
        calendars | {"dependsOn": ["0"]}, {"method": "GET", "url": "/me/events/nonsense"},
        calendars | {"dependsOn": ["2"]}) == (
            200, [(201, "Batched"), (200, None), (404, None), (424, None)])
    assert [event["subject"] for event in sandbox.events("outlook")] == ["Batched"]
    assert send(*[calendars] * 21)[0] == 400


def test_what_is_refused(sandbox, graph):
    def post(**more):
        return lambda client: client.me.events.post(draft(**more))

    assert graph.refused(post(start=None)) == (400, "ErrorPropertyValidationFailure")
    assert graph.refused(post(end=at(8))) == (400, "ErrorCalendarEndDateIsEarlierThanStartDate")
    assert graph.refused(post(start=at(9, zone="Mars/Base"))) == (
        400, "TimeZoneNotSupportedException")
    assert graph.refused(post(attendees=[guest("nobody")])) == (400, "ErrorInvalidRecipients")
    assert graph.refused(post(additional_data={"summary": "x"})) == (400, "RequestBodyRead")
    assert graph.refused(lambda client: client.me.events.by_event_id("x").get()) == (
        400, "ErrorInvalidIdMalformed")
    assert graph.refused(lambda client: client.users.by_user_id("olga@example.com").get()) == (
        404, "ErrorInvalidUser")
    sandbox.account("outlook", "olga@example.com")
    assert graph.refused(
        lambda client: client.users.by_user_id("olga@example.com").calendar.get()) == (
            403, "ErrorAccessDenied")
    assert sandbox.events("outlook") == []


def test_somebody_elses_meeting(sandbox, graph):
    made = sandbox.control("POST", "events", {
        "provider": "outlook", "account": "alex@example.com", "event": {
            "subject": "Board", "start": {"dateTime": "2027-01-15T09:00:00", "timeZone": "UTC"},
            "end": {"dateTime": "2027-01-15T10:00:00", "timeZone": "UTC"},
            "organizer": {"emailAddress": {"address": "boss@example.com", "name": "Boss"}},
            "attendees": [{"emailAddress": {"address": "alex@example.com"}}]}})

    async def answer(client):
        item = client.me.events.by_event_id(made["id"])
        assert not (await item.get()).is_organizer
        await item.accept.post(AcceptPostRequestBody(comment="", send_response=True))
        assert (await item.get()).response_status.response == ResponseType.Accepted

    graph.run(answer)
    assert graph.refused(lambda client: client.me.events.by_event_id(made["id"]).cancel.post(
        CancelPostRequestBody())) == (400, "ErrorInvalidRequest")
