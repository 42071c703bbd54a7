"""Client addresses behind proxies: which proxies are trusted, and what counts as one address."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aiohttp import web

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

FORWARDED = "X-Forwarded-For"
# A provider assigns one customer at least this much IPv6: single addresses are free.
IPV6_PREFIX = 64
# Proxy chains are short; anything longer was written by the client.
MOST_HOPS = 16


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """Proxies whose X-Forwarded-For is trusted."""

    networks: tuple[Network, ...]

    @classmethod
    def parse(cls, text: str) -> "TrustedProxies":
        """Parse a setting's proxies: addresses and CIDR networks, separated by commas or blanks.

        Raises ValueError for anything else.
        """
        return cls(tuple(ipaddress.ip_network(word) for word in text.replace(",", " ").split()))

    def trusts(self, peer: str) -> bool:
        """Return whether this address is one of them."""
        address = _address(peer)
        return address is not None and any(address in network for network in self.networks)

    def client(self, peer: str, forwarded: Iterable[str]) -> str:
        """Return the client address, as far as trusted proxies vouch for it.

        `forwarded`: the header's values in order. The rightmost address that is no trusted proxy counts; anything left
        of it may be forged by the client. If the peer is not trusted, it is the peer.
        """
        found = peer
        if not self.trusts(peer):
            return found
        hops = [hop for value in forwarded for hop in value.split(",")]
        for hop in reversed(hops[-MOST_HOPS:]):
            address = _address(hop)
            if address is None:
                return found
            found = str(address)
            if not self.trusts(found):
                return found
        return found

    def client_of(self, request: web.BaseRequest) -> str:
        """Return the address of this request's client."""
        return self.client(request.remote or "", request.headers.getall(FORWARDED, ()))


TRUSTED = web.AppKey("trusted_proxies", TrustedProxies)


def counted_as(address: str) -> str:
    """Return what an address counts as: itself, or for IPv6 its /64 network."""
    found = _address(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((found, IPV6_PREFIX), strict=False))
    return address if found is None else str(found)


def _address(text: str) -> Address | None:
    """Return the address in one header entry, without port, brackets and zone; None if there is none."""
    for form in _forms(text.strip()[:64]):
        try:
            found = ipaddress.ip_address(form)
        except ValueError:
            continue
        mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
        return found if mapped is None else mapped
    return None


def _forms(text: str) -> Sequence[str]:
    if text.startswith("["):
        return (text[1:].partition("]")[0].partition("%")[0],)
    if text.count(":") == 1:
        return (text.partition(":")[0],)
    return (text.partition("%")[0],)
