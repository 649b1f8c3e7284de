"""Microsoft's token endpoints at the sandbox: consent, rotation, an application as itself."""

import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from bookend_lab.graph import Graph, draft, prefer

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
REDIRECT = "http://127.0.0.1:9/oauth/callback"


def consent(sandbox, **more):
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
    query = {
        "client_id": "sandbox-client", "redirect_uri": REDIRECT, "response_type": "code",
        "scope": "https://graph.microsoft.com/Calendars.ReadWrite User.Read offline_access",
        "response_mode": "query", "state": "s1", "code_challenge": challenge.decode(),
        "code_challenge_method": "S256"} | more
    answer = requests.get(
        sandbox.addresses["outlook"]["authorizeUrl"] + "?" + urlencode(query),
        allow_redirects=False, timeout=20)
    fields = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in fields.items()}


def token(sandbox, tenant="common", **fields):
    url = sandbox.addresses["outlook"]["tokenUrl"].replace("/common/", f"/{tenant}/")
    answer = requests.post(url, {
        "client_id": "sandbox-client", "client_secret": "sandbox-secret"} | fields, timeout=20)
    return answer.status_code, answer.json()


def redeem(sandbox, code, **more):
    return token(sandbox, **{
        "grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER,
        "redirect_uri": REDIRECT} | more)


def refresh(sandbox, refresh_token):
    return token(sandbox, grant_type="refresh_token", refresh_token=refresh_token)


def test_consent_and_rotation(sandbox):
    graph = Graph(sandbox)
    fields = consent(sandbox)
    assert fields["state"] == "s1"
    assert redeem(sandbox, fields["code"], code_verifier="x" * 43)[1]["error"] == "invalid_grant"
    status, first = redeem(sandbox, fields["code"])
    assert status == 200 and first["scope"] == "Calendars.ReadWrite User.Read"
    assert redeem(sandbox, fields["code"])[1]["error_codes"] == [54005]
    status, second = refresh(sandbox, first["refresh_token"])
    assert status == 200 and second["refresh_token"] != first["refresh_token"]
    graph.token = second["access_token"]
    assert graph.create()
    assert refresh(sandbox, first["refresh_token"])[0] == 200, "the old one works on for a while"
    sandbox.settings(oldRefreshTokens="refused")
    status, error = refresh(sandbox, first["refresh_token"])
    assert (status, error["error"], error["error_codes"]) == (400, "invalid_grant", [700082])
    assert error["error_description"].startswith("AADSTS700082: ")
    sandbox.advance(3600)
    assert graph.refused(lambda client: client.me.calendars.get()) == (
        401, "InvalidAuthenticationToken")
    third = refresh(sandbox, second["refresh_token"])[1]
    sandbox.control("POST", "tokens/revoke", {
        "provider": "outlook", "account": "alex@example.com"})
    assert refresh(sandbox, third["refresh_token"])[1]["error_codes"] == [50173]


def test_what_consent_and_tokens_refuse(sandbox):
    Graph(sandbox)
    assert "refresh_token" not in redeem(
        sandbox, consent(sandbox, scope="Calendars.Read")["code"])[1]
    late = consent(sandbox)["code"]
    sandbox.advance(601)
    assert redeem(sandbox, late)[1]["error_codes"] == [70008]
    assert redeem(sandbox, late, client_secret="x")[1]["error_codes"] == [7000215]
    assert redeem(sandbox, late, client_id="x")[1]["error_codes"] == [700016]
    sandbox.control("POST", "consent", {"provider": "outlook", "denied": True})
    assert consent(sandbox) == {"error": "access_denied", "state": "s1"}


def test_an_application_that_acts_as_itself(sandbox):
    graph = Graph(sandbox)
    asked = dict(
        grant_type="client_credentials", scope="https://graph.microsoft.com/.default")
    assert token(sandbox, **asked)[1]["error"] == "invalid_request"
    assert token(sandbox, "contoso.example", **asked | {"scope": "Calendars.Read"})[1][
        "error"] == "invalid_scope"
    status, tokens = token(sandbox, "contoso.example", **asked)
    assert status == 200 and "refresh_token" not in tokens
    graph.token = tokens["access_token"]
    assert graph.refused(lambda client: client.me.events.post(draft())) == (400, "BadRequest")
    made = graph.run(lambda client: client.users.by_user_id(
        "alex@example.com").events.post(draft(), prefer()))
    assert made.organizer.email_address.address == "alex@example.com"
    assert sandbox.calls[-1]["account"] == "alex@example.com"


def test_a_missing_scope(sandbox):
    graph = Graph(sandbox)
    graph.token = sandbox.control("POST", "tokens", {
        "provider": "outlook", "account": "alex@example.com", "scopes": ["Calendars.Read"],
    })["accessToken"]
    assert graph.run(lambda client: client.me.calendars.get()).value
    assert graph.refused(lambda client: client.me.events.post(draft())) == (
        403, "ErrorAccessDenied")
