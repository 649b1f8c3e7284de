"""The key that seals passwords and tokens: changed while the server runs, and kept by another program."""

import pytest
from bookend_lab import Lab, bookend, run_bookend
from bookend_lab.accounts import connect
from bookend_lab.signin import provider_settings

ALEX = "alex@example.com"


@pytest.fixture
def connected_lab(tmp_path, sandbox):
    for provider in ("google", "outlook"):
        sandbox.account(provider, ALEX)
    with Lab(tmp_path / "data", *provider_settings(sandbox, tmp_path / "settings")) as lab:
        yield lab


def test_the_sealing_key_changes_while_the_server_runs(connected_lab, sandbox):
    lab = connected_lab
    connection = connect(lab, "outlook")
    key_file = lab.data / "keys" / "seal"
    [first] = key_file.read_text().split()

    rotated = bookend("secrets", "rotate", "--data", lab.data)
    assert rotated == {"resealed": 1, "keys": 2}
    lines = key_file.read_text().split()
    assert lines[1] == first and lines[0] != first
    assert key_file.stat().st_mode & 0o777 == 0o600

    # The server opens what was sealed anew, and what it seals itself is sealed under the new key.
    sandbox.control("POST", "tokens/revoke", {
        "provider": "outlook", "account": ALEX, "what": "access"})
    assert lab.client().post(f"/v1/connections/{connection['id']}/test").status == 200
    dropped = bookend("secrets", "reseal", "--drop-old", "--data", lab.data)
    assert dropped == {"resealed": 0, "keys": 1}
    assert first not in key_file.read_text()
    tested = lab.client().post(f"/v1/connections/{connection['id']}/test")
    assert tested.status == 200 and tested.json()["state"] == "connected"
    assert connect(lab, "google")["state"] == "connected"


def test_a_key_that_another_program_keeps(tmp_path, sandbox):
    key = tmp_path / "credentials" / "seal"
    key.parent.mkdir()
    key.write_text("a1" * 32 + "\n")
    settings = ["--set", f"secrets.keyFile={key}"]
    sandbox.account("google", ALEX)
    arguments = [*settings, *provider_settings(sandbox, tmp_path / "settings")]
    with Lab(tmp_path / "data", *arguments) as lab:
        connection = connect(lab, "google")
        assert not (lab.data / "keys" / "seal").exists() or (
            lab.data / "keys" / "seal").read_text() != key.read_text()
        # By hand, as for a credential of systemd's: the new key first.
        key.write_text("b2" * 32 + "\n" + "a1" * 32 + "\n")
        assert bookend("secrets", "reseal", "--data", lab.data, *settings)["resealed"] == 1
        key.write_text("b2" * 32 + "\n")
        tested = lab.client().post(f"/v1/connections/{connection['id']}/test")
        assert tested.json()["state"] == "connected"
    key.write_text("nonsense")
    refused = run_bookend("connections", "list", "--data", tmp_path / "data", *settings)
    assert refused.returncode == 69 and str(key) in refused.stderr
