"""What tests of calendar accounts do with a lab."""

from .signin import Visitor


def authorize(lab, provider, **query):
    answer = lab.client().get(f"/v1/connections/{provider}/authorize?" + "&".join(
        f"{name}={value}" for name, value in query.items()))
    assert answer.status == 200, answer
    return answer.json()["url"]


def connect(lab, provider, **query):
    status, page = Visitor().sign_in(authorize(lab, provider, **query))
    assert status == 200, page
    return account(lab, provider)


def account(lab, provider):
    [found] = [
        one for one in lab.everything("/v1/connections") if one["provider"] == provider
    ]
    return found


def accounts(lab):
    """But not the built-in one that every lab has."""
    return [one for one in lab.everything("/v1/connections") if one["provider"] != "local"]


def link_on(lab, connection):
    calendar = next(one["id"] for one in connection["calendars"] if one["isWritable"])
    return lab.create_link(calendars={"destination": calendar, "conflicts": [calendar]})
