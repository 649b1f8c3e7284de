"""How the sandbox's Graph tells of changes: delta rounds and subscriptions."""

import json
from datetime import datetime, timedelta, timezone

from bookend_lab.graph import PREFER, WINDOW, at, check, draft, prefer
from bookend_lab.listener import Listener
from msgraph.generated.models.event import Event
from msgraph.generated.models.subscription import Subscription
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import (
    DeltaRequestBuilder,
)
from msgraph.generated.users.item.calendars.item.calendar_view.delta.delta_request_builder import (
    DeltaRequestBuilder as OfOneCalendar,
)


def test_delta_goes_round_by_round_and_expires(sandbox, graph):
    kept, gone = graph.create(), graph.create(draft("k1", 10))
    graph.create(draft("k2", 11, start=at(9, day=28), end=at(10, day=28)))

    async def follow(client):
        async def pages(link, size=1):
            found = []
            builder = client.me.calendar_view.delta
            page = await (builder.with_url(link) if link else builder).get(prefer(
                None if link else DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
                    **WINDOW), f"{PREFER}, odata.maxpagesize={size}"))
            found += page.value
            while page.odata_next_link:
                page = await builder.with_url(page.odata_next_link).get(
                    prefer(None, f"{PREFER}, odata.maxpagesize={size}"))
                found += page.value
            return found, page.odata_delta_link

        first, link = await pages(None)
        assert [event.id for event in first] == [kept.id, gone.id]
        quiet, link = await pages(link)
        assert quiet == []
        await client.me.events.by_event_id(gone.id).delete()
        await client.me.events.by_event_id(kept.id).patch(Event(subject="New"))
        changed, link = await pages(link, size=50)
        assert [event.id for event in changed] == [gone.id, kept.id]
        assert changed[0].additional_data["@removed"] == {"reason": "deleted"}
        assert changed[1].subject == "New"
        sandbox.arm("outlook", "phantomDeletion", event=kept.id)
        phantom, link = await pages(link)
        assert [event.additional_data["@removed"]["reason"] for event in phantom] == ["deleted"]
        assert await client.me.events.by_event_id(kept.id).get()
        sandbox.control("POST", "sync/expire")
        return link

    link = graph.run(follow)
    assert graph.refused(
        lambda client: client.me.calendar_view.delta.with_url(link).get(prefer())) == (
            410, "syncStateNotFound")


def test_each_calendar_has_its_own_delta(sandbox, graph):
    """Of events that a client has not seen in a calendar it is not told that they are gone from it."""
    place = {"provider": "outlook", "account": "alex@example.com"}
    other = sandbox.control("POST", "calendars", place | {"name": "Other"})["id"]
    query = OfOneCalendar.DeltaRequestBuilderGetQueryParameters(**WINDOW)

    async def follow(client):
        builder = client.me.calendars.by_calendar_id(other).calendar_view.delta
        begun = await builder.get(prefer(query))
        assert begun.value == []
        made = await client.me.events.post(draft(), prefer())
        quiet = await builder.with_url(begun.odata_delta_link).get(prefer())
        assert quiet.value == []
        sandbox.control("PATCH", "events", place | {"id": made.id, "moveTo": other})
        come = await builder.with_url(quiet.odata_delta_link).get(prefer())
        assert [event.id for event in come.value] == [made.id] and check(come.value[0])
        sandbox.control("PATCH", "events", place | {
            "id": made.id, "event": {"start": {"dateTime": "2027-03-15T09:00:00", "timeZone": "UTC"},
                                     "end": {"dateTime": "2027-03-15T10:00:00", "timeZone": "UTC"}}})
        left = await builder.with_url(come.odata_delta_link).get(prefer())
        assert [event.id for event in left.value] == [made.id]
        assert left.value[0].additional_data["@removed"] == {"reason": "deleted"}
        await client.me.events.by_event_id(made.id).delete()
        assert (await builder.with_url(left.odata_delta_link).get(prefer())).value == []

    graph.run(follow)


def subscription(url, minutes=60, **more):
    return Subscription(**dict(
        change_type="created,updated,deleted", notification_url=url, resource="me/events",
        client_state="secret",
        expiration_date_time=datetime.now(timezone.utc) + timedelta(minutes=minutes)) | more)


def test_a_subscription_and_its_handshake(graph):
    with Listener() as listener:
        made = check(graph.run(lambda client: client.subscriptions.post(
            subscription(listener.url, lifecycle_notification_url=listener.url + "/life"))))
        assert len(listener.asked) == 2 and made.id and made.client_state == "secret"
        event = graph.create()
        (headers, body), = listener.wait_for(1)
        notice = json.loads(body)["value"][0]
        assert notice["subscriptionId"] == made.id and notice["changeType"] == "created"
        assert notice["clientState"] == "secret" and notice["resourceData"]["id"] == event.id

        async def renew(client):
            item = client.subscriptions.by_subscription_id(made.id)
            until = datetime.now(timezone.utc) + timedelta(days=5)
            renewed = await item.patch(Subscription(expiration_date_time=until))
            assert renewed.expiration_date_time > made.expiration_date_time + timedelta(days=4)
            assert [entry.id for entry in (await client.subscriptions.get()).value] == [made.id]
            await item.delete()

        assert graph.refused(lambda client: client.subscriptions.post(
            subscription(listener.url))) == (409, "Conflict")
        graph.run(renew)
        short = graph.run(lambda client: client.subscriptions.post(
            subscription(listener.url, minutes=1)))
        life = short.expiration_date_time - datetime.now(timezone.utc)
        assert life > timedelta(minutes=44), "less than 45 minutes are raised to 45"
        assert graph.refused(lambda client: client.subscriptions.post(
            subscription(listener.url + "/2", minutes=20_000))) == (400, "ValidationError")
        assert graph.refused(lambda client: client.subscriptions.by_subscription_id(
            made.id).get()) == (404, "ResourceNotFound")


def test_an_endpoint_that_does_not_want_it(graph):
    with Listener(agrees=False) as listener:
        assert graph.refused(lambda client: client.subscriptions.post(
            subscription(listener.url))) == (400, "ValidationError")
    assert graph.refused(lambda client: client.subscriptions.post(
        subscription("https://example.com/notices"))) == (400, "ValidationError")
    assert graph.run(lambda client: client.subscriptions.get()).value == []
