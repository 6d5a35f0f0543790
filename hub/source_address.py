"""From where a request comes: the peer's address, or what proxies that the operator trusts say of it.

`X-Forwarded-For` is believed only where the peer is a trusted proxy, and read from the right: each hop vouches for the
one before it, and the first that is not trusted is where the request comes from. What a client wrote itself stands
further left and is never looked at. Where a hop is no IP address, the proxy that named it is taken for the source.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from starlette.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_HOPS = 20
_FORWARDED = b"x-forwarded-for"


def networks(text: str) -> tuple[Network, ...]:
    """The networks in a list like `10.0.0.0/8, 2001:db8::1`. Raises ValueError."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def source_address(scope: Scope, trusted: tuple[Network, ...]) -> str | None:
    """The address that a request comes from; None where its peer has none."""
    client = scope.get("client")
    peer = parsed(client[0]) if client else None
    if peer is None or not trusted or not _is_in(peer, trusted):
        return None if peer is None else str(peer)
    # Several headers of that name are one list, in their order.
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == _FORWARDED]
    hops = ",".join(lines).rsplit(",", MOST_HOPS)[-MOST_HOPS:] if lines else []
    for hop in reversed(hops):
        told = parsed(_without_port(hop.strip()))
        if told is None:
            break
        peer = told
        if not _is_in(peer, trusted):
            break
    return str(peer)


@lru_cache(maxsize=10_000)
def parsed(text: str) -> Address | None:
    """An IP address, an IPv4 one written as IPv6 as what it is; None for anything else."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return None
        return address.ipv4_mapped or address
    return address


def _is_in(address: Address, trusted: Iterable[Network]) -> bool:
    return any(address in network for network in trusted)


def _without_port(hop: str) -> str:
    """`192.0.2.1:443` and `[2001:db8::1]:443` without their ports, as some proxies write them."""
    if hop.startswith("["):
        inside, closed, port = hop[1:].partition("]")
        return inside if closed and (not port or (port[0] == ":" and port[1:].isdigit())) else ""
    host, colon, port = hop.partition(":")
    return host if colon and port.isascii() and port.isdigit() and "." in host else hop
