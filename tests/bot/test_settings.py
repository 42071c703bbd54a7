"""Settings: the environment overrides the file, an unknown name is an error, secrets are not shown."""

import base64
from pathlib import Path

import pytest

from config.errors import UnavailableError
from config.settings import load_settings

KEY = bytes(range(32))
NO_FILE = Path("no-such-file")


@pytest.mark.parametrize("text", [base64.b64encode(KEY).decode(), base64.urlsafe_b64encode(KEY).decode().rstrip("=")])
def test_the_secret_key_may_be_in_either_alphabet(text: str) -> None:
    assert load_settings({"SRDI_SECRET_KEY": text}, NO_FILE).key_bytes() == KEY


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SRDI_WECHAT_TOKEN=file\nSRDI_WECHAT_ACCOUNT=gh_file\nOTHER=x\n", "utf-8")
    settings = load_settings({"SRDI_WECHAT_TOKEN": "environment"}, file)
    assert settings.wechat_token.get_secret_value() == "environment"
    assert settings.wechat_account == "gh_file"


@pytest.mark.parametrize("where", ["environment", "file"])
def test_an_unknown_name_is_an_error_wherever_it_stands(where: str, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SRDI_TYPO=1\n" if where == "file" else "", "utf-8")
    with pytest.raises(UnavailableError) as raised:
        load_settings({"SRDI_TYPO": "1"} if where == "environment" else {}, file)
    assert raised.value.details == {"names": "SRDI_TYPO"}


def test_semantic_ranking_can_be_switched_off() -> None:
    assert load_settings({"SRDI_SEMANTIC": "0"}, NO_FILE).semantic is False
    assert load_settings({}, NO_FILE).semantic is True


def test_secrets_are_not_shown() -> None:
    settings = load_settings({"SRDI_WECHAT_SECRET": "canary-1", "SRDI_WECHAT_TOKEN": "canary-2"}, NO_FILE)
    assert "canary" not in repr(settings)
    with pytest.raises(UnavailableError) as raised:
        load_settings({"SRDI_SECRET_KEY": "canary"}, NO_FILE)
    assert "canary" not in str(raised.value.details)


@pytest.mark.parametrize("typed", ["127.0.0.1,::1", "10.0.0.0/8 172.18.0.1", ""])
def test_trusted_proxies_are_addresses_and_networks(typed: str) -> None:
    assert load_settings({"SRDI_TRUSTED_PROXIES": typed}, NO_FILE).trusted_proxies == typed


def test_a_proxy_that_is_no_address_is_named() -> None:
    with pytest.raises(UnavailableError) as raised:
        load_settings({"SRDI_TRUSTED_PROXIES": "127.0.0.1,nginx"}, NO_FILE)
    assert raised.value.details["name"] == "SRDI_TRUSTED_PROXIES"
    assert "nginx 不是地址或网段" in str(raised.value.details["why"])
