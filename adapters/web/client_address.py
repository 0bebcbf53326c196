"""From which network address a request comes."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest

UNKNOWN: Final = "unknown"
"""Of a server that listens on a Unix socket and is told of no proxy."""
IPV6_PREFIX: Final = 64
"""What one household or host gets at least (RFC 6177): all its addresses are one client."""

type Address = IPv4Address | IPv6Address


def client_of(request: HttpRequest) -> str:
    """An IPv4 address, or the network of an IPv6 address.

    `X-Forwarded-For` is believed as far as proxies of `TRUSTED_PROXIES` wrote it: it is read from its end, and the first address that is
    none of theirs is the client. What anybody may have written before that does not count.
    """
    client = _address(request.META.get("REMOTE_ADDR", ""))
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        if not _is_trusted(client) or (before := _address(hop)) is None:
            break
        client = before
    return UNKNOWN if client is None else _network(client)


def is_from_trusted_proxy(request: HttpRequest) -> bool:
    """Whether what its headers say of where it comes from, and of what it is part of, may be believed."""
    return _is_trusted(_address(request.META.get("REMOTE_ADDR", "")))


def _is_trusted(address: Address | None) -> bool:
    """No address at all is that of a Unix socket: whoever writes to it is on this machine."""
    if address is None:
        return "unix" in settings.TRUSTED_PROXIES
    networks = (ip_network(network, strict=False) for network in settings.TRUSTED_PROXIES if network != "unix")
    return any(address in network for network in networks)


def _address(text: str) -> Address | None:
    """Some proxies add a port, and brackets around IPv6 addresses (RFC 7239 §6)."""
    host = text.strip().strip('"')
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _network(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, IPV6_PREFIX), strict=False))
