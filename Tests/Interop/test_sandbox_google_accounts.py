"""Google's token endpoints at the sandbox: its own credentials, a service account, consent."""

import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import google.oauth2.credentials
import google.oauth2.service_account
import pytest
import requests
from bookend_lab.google import (
    SCOPE, connect, credentials, event, free_busy, insert, refresh, refused,
)
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.exceptions import RefreshError
from googleapiclient.errors import HttpError


def test_the_client_refreshes_by_itself(sandbox, api):
    account = sandbox.account("google", "olga@example.com")
    stale = account | {"accessToken": "ya29.expired"}
    service = connect(sandbox, credentials(sandbox, stale))
    assert service.calendarList().list().execute()["items"]
    assert [call["status"] for call in sandbox.calls[-3:]] == [401, 200, 200]
    sandbox.advance(3600)
    assert service.calendarList().list().execute()["items"], "tokens live an hour"
    sandbox.control("POST", "tokens/revoke", {"provider": "google", "account": "olga@example.com"})
    with pytest.raises(RefreshError) as caught:
        service.calendarList().list().execute()
    assert caught.value.args[1]["error"] == "invalid_grant"


def test_a_missing_scope(sandbox):
    sandbox.account("google")
    tokens = sandbox.control("POST", "tokens", {
        "provider": "google", "account": "alex@example.com",
        "scopes": [SCOPE + "calendar.freebusy"]})
    service = connect(sandbox, credentials(sandbox, tokens))
    assert free_busy(service, "primary").execute()
    assert refused(service.events().list(calendarId="primary")) == (403, "insufficientPermissions")
    with pytest.raises(HttpError) as caught:
        service.events().insert(calendarId="primary", body=event()).execute()
    assert caught.value.error_details[0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


ROBOT = "robot@project.iam.gserviceaccount.com"


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def robot(sandbox, key):
    """Google's own credentials of a service account, which sign with the key."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption())
    return google.oauth2.service_account.Credentials.from_service_account_info({
        "type": "service_account", "client_email": ROBOT, "private_key_id": "k1",
        "private_key": pem.decode(), "token_uri": sandbox.addresses["google"]["tokenUrl"],
    }, scopes=[SCOPE + "calendar"])


def test_a_service_account_signs_with_its_key(sandbox):
    sandbox.account("google")
    key = new_key()
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    registered = {"email": ROBOT, "publicKeyPem": public}
    sandbox.control("POST", "service-accounts", registered | {"delegated": True})
    made = insert(connect(sandbox, robot(sandbox, key).with_subject("alex@example.com")))
    assert made["creator"]["email"] == "alex@example.com"
    with pytest.raises(RefreshError, match="invalid_grant"):
        refresh(robot(sandbox, new_key()).with_subject("alex@example.com"))
    sandbox.control("POST", "service-accounts", registered)
    with pytest.raises(RefreshError, match="unauthorized_client"):
        refresh(robot(sandbox, key).with_subject("alex@example.com"))


def test_a_service_account_without_delegation_invites_nobody(sandbox):
    sandbox.account("google", ROBOT)
    sandbox.control("POST", "service-accounts", {"email": ROBOT})
    service = connect(sandbox, robot(sandbox, new_key()))
    assert refused(service.events().insert(calendarId="primary", body=event())) == (
        403, "forbiddenForServiceAccounts")
    assert service.events().insert(
        calendarId="primary", body=event(attendees=[])).execute()


VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
REDIRECT = "http://127.0.0.1:9/oauth/callback"


def consent(sandbox, **more):
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
    query = {
        "client_id": "sandbox-client", "redirect_uri": REDIRECT, "response_type": "code",
        "scope": f"{SCOPE}calendar.freebusy {SCOPE}calendar.events.owned",
        "access_type": "offline", "prompt": "consent", "state": "s1",
        "code_challenge": challenge.decode(), "code_challenge_method": "S256",
    } | more
    answer = requests.get(
        sandbox.addresses["google"]["authorizeUrl"] + "?" + urlencode(query),
        allow_redirects=False, timeout=20)
    if answer.status_code != 302:
        return answer.status_code, answer.text
    assert answer.headers["Location"].startswith(REDIRECT + "?")
    fields = parse_qs(urlsplit(answer.headers["Location"]).query)
    return 302, {name: values[0] for name, values in fields.items()}


def redeem(sandbox, code, **more):
    answer = requests.post(sandbox.addresses["google"]["tokenUrl"], {
        "grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER,
        "redirect_uri": REDIRECT, "client_id": "sandbox-client",
        "client_secret": "sandbox-secret"} | more, timeout=20)
    return answer.status_code, answer.json()


def test_consent_with_a_code_and_its_verifier(sandbox):
    sandbox.account("google")
    status, fields = consent(sandbox)
    assert status == 302 and fields["state"] == "s1"
    assert redeem(sandbox, fields["code"], code_verifier="x" * 43)[1]["error"] == "invalid_grant"
    status, tokens = redeem(sandbox, fields["code"])
    assert status == 200 and tokens["token_type"] == "Bearer" and tokens["expires_in"] == 3599
    assert tokens["scope"].split() == [
        SCOPE + "calendar.freebusy", SCOPE + "calendar.events.owned"]
    service = connect(sandbox, google.oauth2.credentials.Credentials(tokens["access_token"]))
    assert insert(service)
    revocation = sandbox.addresses["google"]["revokeUrl"], {"token": tokens["refresh_token"]}
    assert requests.post(*revocation, timeout=20).status_code == 200
    assert requests.post(*revocation, timeout=20).json()["error"] == "invalid_token"
    with pytest.raises(RefreshError):
        refresh(credentials(
            sandbox, {"accessToken": None, "refreshToken": tokens["refresh_token"]}))


def test_a_code_serves_once_and_for_ten_minutes(sandbox):
    sandbox.account("google")
    code = consent(sandbox)[1]["code"]
    assert redeem(sandbox, code)[0] == 200
    assert redeem(sandbox, code)[1]["error"] == "invalid_grant"
    late = consent(sandbox)[1]["code"]
    sandbox.advance(601)
    assert redeem(sandbox, late)[1]["error"] == "invalid_grant"
    assert redeem(sandbox, late, client_secret="wrong")[1]["error"] == "invalid_client"


def test_who_consented_before_gets_no_second_refresh_token(sandbox):
    sandbox.account("google")
    assert "refresh_token" in redeem(sandbox, consent(sandbox, prompt="")[1]["code"])[1]
    assert "refresh_token" not in redeem(sandbox, consent(sandbox, prompt="")[1]["code"])[1]
    assert "refresh_token" in redeem(sandbox, consent(sandbox)[1]["code"])[1]


def test_consent_denied_narrowed_or_asked_for_wrongly(sandbox):
    sandbox.account("google")
    sandbox.control("POST", "consent", {"provider": "google", "denied": True})
    assert consent(sandbox)[1] == {"error": "access_denied", "state": "s1"}
    sandbox.control("POST", "consent", {
        "provider": "google", "scopes": [SCOPE + "calendar.freebusy"]})
    status, tokens = redeem(sandbox, consent(sandbox)[1]["code"])
    assert tokens["scope"] == SCOPE + "calendar.freebusy"
    assert consent(sandbox, redirect_uri="https://example.com/callback")[0] == 400
    assert consent(sandbox, client_id="nobody")[0] == 401
