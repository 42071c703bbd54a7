"""Which address counts behind which proxies, and who is rate-limited."""

import pytest
from aiohttp import web

from bot.web.client_addresses import TrustedProxies, counted_as
from bot.web.pacing import MOST_REMEMBERED, Pacer
from config.settings import LOOPBACK_ONLY

# The setting, the peer, X-Forwarded-For, the resulting address.
CASES = [
    (LOOPBACK_ONLY, "127.0.0.1", [], "127.0.0.1"),
    (LOOPBACK_ONLY, "127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
    (LOOPBACK_ONLY, "::1", ["203.0.113.7"], "203.0.113.7"),
    # Anything left of it may be forged by the client.
    (LOOPBACK_ONLY, "127.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
    (LOOPBACK_ONLY, "127.0.0.1", ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
    # A remote proxy is not trusted unless listed.
    (LOOPBACK_ONLY, "10.0.0.5", ["203.0.113.7"], "10.0.0.5"),
    ("10.0.0.5", "10.0.0.5", ["203.0.113.7"], "203.0.113.7"),
    ("10.0.0.0/24, 127.0.0.1", "127.0.0.1", ["198.51.100.1, 203.0.113.7, 10.0.0.9"], "203.0.113.7"),
    ("10.0.0.0/24 127.0.0.1", "10.0.0.3", ["203.0.113.7,10.0.0.9"], "203.0.113.7"),
    ("", "127.0.0.1", ["203.0.113.7"], "127.0.0.1"),
    ("0.0.0.0/0", "10.0.0.5", ["192.0.2.1, 203.0.113.7"], "192.0.2.1"),
    # Ports, brackets, zones, IPv4-mapped IPv6.
    (LOOPBACK_ONLY, "127.0.0.1", ["203.0.113.7:4711"], "203.0.113.7"),
    (LOOPBACK_ONLY, "127.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
    (LOOPBACK_ONLY, "::ffff:127.0.0.1", ["::ffff:203.0.113.7"], "203.0.113.7"),
    (LOOPBACK_ONLY, "127.0.0.1", ["fe80::1%eth0"], "fe80::1"),
    # An invalid address ends the chain.
    (LOOPBACK_ONLY, "127.0.0.1", ["203.0.113.7, unknown"], "127.0.0.1"),
    ("10.0.0.0/24,127.0.0.1", "127.0.0.1", ["203.0.113.7, , 10.0.0.9"], "10.0.0.9"),
    (LOOPBACK_ONLY, "127.0.0.1", ["\udcff"], "127.0.0.1"),
    (LOOPBACK_ONLY, "", ["203.0.113.7"], ""),
]


@pytest.mark.parametrize(("setting", "peer", "forwarded", "wanted"), CASES)
def test_the_right_most_address_that_no_trusted_proxy_has_counts(
    setting: str, peer: str, forwarded: list[str], wanted: str
) -> None:
    assert TrustedProxies.parse(setting).client(peer, forwarded) == wanted


@pytest.mark.parametrize("setting", ["nginx", "10.0.0.5/8", "10.0.0.300"])
def test_a_setting_that_names_no_network_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match=r"\d|nginx"):
        TrustedProxies.parse(setting)


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::2", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "203.0.113.7"),
        ("", ""),
    ],
)
def test_a_64_of_ipv6_counts_as_one_address(address: str, wanted: str) -> None:
    assert counted_as(address) == wanted


class Clock:
    """A clock that only moves on sleep, or when the test advances it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def test_who_asks_too_often_waits_and_then_is_refused_and_others_are_not() -> None:
    clock = Clock()
    pacer = Pacer(burst=3, per_second=2, patience=1, clock=clock, sleep=clock.sleep)
    for _ in range(5):
        await pacer.pace("a")
    assert clock.slept == [0.5, 1.0]
    with pytest.raises(web.HTTPTooManyRequests) as refused:
        await pacer.pace("a")
    assert refused.value.headers["Retry-After"] == "2"
    await pacer.pace("b")
    clock.now += 1
    await pacer.pace("a")
    assert clock.slept == [0.5, 1.0, 0.5]


async def test_it_remembers_so_many_addresses_and_no_more() -> None:
    clock = Clock()
    pacer = Pacer(burst=1, per_second=1, clock=clock, sleep=clock.sleep)
    for number in range(MOST_REMEMBERED + 5):
        await pacer.pace(str(number))
    assert len(pacer._due) == MOST_REMEMBERED
