"""Microsoft's own client at the sandbox, and how to look for what the sandbox has invented."""

import asyncio

import pytest
from kiota_abstractions.authentication import AuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.location import Location
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.single_value_legacy_extended_property import (
    SingleValueLegacyExtendedProperty,
)
from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import (
    GetSchedulePostRequestBody,
)

GUEST = "sam@guest.example"
KEY = "bkt4ps916uc6vfpfddfhfv0bmt92783p7i"
PROPERTY = "String {8f2b4c1e-6d0a-4d57-9a51-2f6f2f6b8a10} Name bookingUid"
PREFER = 'outlook.timezone="UTC", IdType="ImmutableId"'
WINDOW = dict(start_date_time="2027-01-15T00:00:00Z", end_date_time="2027-01-22T00:00:00Z")


class Bearer(AuthenticationProvider):
    def __init__(self, token):
        self.token = token

    async def authenticate_request(self, request, additional_authentication_context=None):
        request.headers.try_add("Authorization", f"Bearer {self.token}")


def connect(sandbox, token):
    adapter = GraphRequestAdapter(Bearer(token))
    adapter.base_url = sandbox.addresses["outlook"]["apiBaseUrl"]
    return GraphServiceClient(request_adapter=adapter)


class Graph:
    """Microsoft's client with the preferences that we send on every request."""

    def __init__(self, sandbox, **more):
        self.sandbox = sandbox
        self.account = sandbox.account("outlook", timeZone="W. Europe Standard Time", **more)
        self.token = self.account["accessToken"]

    def run(self, body):
        """Runs `body` with a client of its own, whose connections end with it."""
        return asyncio.run(body(connect(self.sandbox, self.token)))

    def create(self, event=None):
        return self.run(lambda client: client.me.events.post(event or draft(), prefer()))

    def refused(self, body):
        """Status and code of a call that is refused."""
        with pytest.raises(ODataError) as caught:
            self.run(body)
        error = caught.value
        assert error.error.message and error.error.inner_error.request_id
        return error.response_status_code, error.error.code


def prefer(query=None, value=PREFER, **headers):
    configuration = RequestConfiguration(query_parameters=query)
    if value:
        configuration.headers.add("Prefer", value)
    for name, text in headers.items():
        configuration.headers.add(name.replace("_", "-"), text)
    return configuration


def at(hour, minute=0, zone="UTC", day=15):
    return DateTimeTimeZone(
        date_time=f"2027-01-{day:02}T{hour:02}:{minute:02}:00", time_zone=zone)


def draft(key=KEY, hour=9, **more):
    fields = dict(
        transaction_id=key, subject="Intro call", start=at(hour), end=at(hour, 30),
        body=ItemBody(content_type=BodyType.Html, content="<p>Manage the booking</p>"),
        location=Location(display_name="Room 1"), attendees=[guest(GUEST)],
        allow_new_time_proposals=False, response_requested=True, is_reminder_on=True,
        reminder_minutes_before_start=10, show_as=FreeBusyStatus.Busy,
        single_value_extended_properties=[
            SingleValueLegacyExtendedProperty(id=PROPERTY, value="7f3c")])
    return Event(**fields | more)


def guest(address):
    return Attendee(email_address=EmailAddress(address=address, name="Sam Guest"))


def check(model):
    """The model, with nothing in it that Microsoft's type does not have."""
    invented = [name for name in model.additional_data if not name.startswith("@odata.")]
    assert not invented, f"{type(model).__name__} has no {invented}"
    for value in vars(model).values():
        for part in value if isinstance(value, list) else [value]:
            if hasattr(part, "additional_data"):
                check(part)
    return model


def schedule(*addresses, end=None, interval=15):
    return GetSchedulePostRequestBody(
        schedules=list(addresses), start_time=at(8), end_time=end or at(12),
        availability_view_interval=interval)
