"""Settings from SRDI_* environment variables or .env; an unknown SRDI_* name is an error."""

import base64
import binascii
import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_validator

from config.errors import UnavailableError

PREFIX = "SRDI_"
# By default a proxy on the same machine is trusted.
LOOPBACK_ONLY = "127.0.0.1,::1"


class Settings(BaseModel):
    """Everything that differs between installations. Secrets never appear in a repr."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wechat_app_id: str = ""
    wechat_secret: SecretStr = SecretStr("")
    wechat_token: SecretStr = SecretStr("")
    wechat_token_previous: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_aes_key_previous: SecretStr = SecretStr("")
    wechat_plain: bool = False
    wechat_account: str = ""
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_jssdk: str = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"
    database_url: str = "sqlite:///.data/srdi.db"
    public_url: str = ""
    secret_key: SecretStr = SecretStr("")
    secret_key_previous: SecretStr = SecretStr("")
    semantic: bool = True
    trusted_proxies: str = LOOPBACK_ONLY
    metrics_token: SecretStr = SecretStr("")
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_sender: str = ""
    sms_url: str = ""
    sms_token: SecretStr = SecretStr("")

    @field_validator("wechat_aes_key", "wechat_aes_key_previous")
    @classmethod
    def _is_an_encoding_aes_key(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if key and not (len(key) == 43 and key.isalnum() and key.isascii()):
            raise ValueError("EncodingAESKey 应为 43 位字母或数字")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise ValueError("应为 https://域名，不带路径")
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise ValueError("应以 https:// 开头")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("trusted_proxies")
    @classmethod
    def _is_a_list_of_networks(cls, value: str) -> str:
        for word in value.replace(",", " ").split():
            try:
                ip_network(word)
            except ValueError as error:
                raise ValueError(f"{word} 不是地址或网段，应如 127.0.0.1,10.0.0.0/24") from error
        return value

    @field_validator("sms_url", "wechat_jssdk")
    @classmethod
    def _is_guarded(cls, value: str) -> str:
        parts = urlsplit(value)
        local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if value and not (parts.hostname and (parts.scheme == "https" or local)):
            raise ValueError("应以 https:// 开头")
        return value

    @field_validator("smtp_sender")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        name, at, domain = value.partition("@")
        if value and not (name and at and "." in domain and value.isprintable() and " " not in value):
            raise ValueError("应为发件邮箱，如 notice@example.cn")
        return value

    @field_validator("secret_key", "secret_key_previous")
    @classmethod
    def _is_thirty_two_bytes(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            decode_secret_key(value.get_secret_value())
        return value

    def key_bytes(self) -> bytes:
        """Return the 32 bytes of SRDI_SECRET_KEY; raises UnavailableError if unset."""
        return self._key("secret_key")

    def previous_key_bytes(self) -> bytes:
        """Return the same for SRDI_SECRET_KEY_PREVIOUS, which `main.py rekey` replaces."""
        return self._key("secret_key_previous")

    def _key(self, name: str) -> bytes:
        text: str = getattr(self, name).get_secret_value()
        if not text:
            raise UnavailableError("setting_missing", name=PREFIX + name.upper())
        return decode_secret_key(text)


def decode_secret_key(text: str) -> bytes:
    """Decode 32 bytes from base64 in either alphabet, padded or not; raises ValueError otherwise."""
    try:
        key = base64.urlsafe_b64decode(
            text.replace("+", "-").replace("/", "_").rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
        )
    except (binascii.Error, ValueError) as error:
        raise ValueError("SRDI_SECRET_KEY 应为 32 字节的 base64") from error
    if len(key) != 32:
        raise ValueError("SRDI_SECRET_KEY 应为 32 字节的 base64")
    return key


def load_settings(environment: Mapping[str, str] = os.environ, env_file: Path = Path(".env")) -> Settings:
    """Load and validate the settings; the environment overrides the file.

    Raises UnavailableError with the setting's name and what is wrong with it.
    """
    found = {**dotenv_values(env_file), **environment}
    ours = {name: value for name, value in found.items() if name.startswith(PREFIX) and value is not None}
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    unknown = sorted(ours.keys() - known.keys())
    if unknown:
        raise UnavailableError("setting_unknown", names="、".join(unknown))
    try:
        return Settings.model_validate({known[name]: value for name, value in ours.items()})
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        why = first["msg"].removeprefix("Value error, ")
        raise UnavailableError("setting_wrong", name=PREFIX + str(first["loc"][0]).upper(), why=why) from None
