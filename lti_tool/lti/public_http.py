"""Requests to addresses that somebody outside named: to public servers only, over https, and to the very address that was checked.

A name is resolved once, every address it has is checked, and the connection goes to one of those: a name server that answers differently
a moment later changes nothing. Redirects are not followed, answers are bounded in size and time (`lti.http.send`).
With `allow_loopback` (INFOLIT_ALLOW_HTTP_PLATFORMS, for development) this machine may be reached too, also with plain http.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

import httpx

from lti_tool.errors import RegistrationError
from lti_tool.lti.http import USER_AGENT, Answer, send
from lti_tool.lti.values import LOOPBACK_HOSTS, Origin, find_origin

MOST_BYTES = 256 * 1024
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, kw_only=True)
class PublicHTTP:
    """Sends one request at a time; each opens and closes its own connection."""

    timeout_s: float
    allow_loopback: bool = False
    most_bytes: int = MOST_BYTES

    def get_json(self, url: str, *, bearer: str | None) -> Answer:
        return self._send("GET", url, bearer=bearer, body=None)

    def post_json(self, url: str, body: bytes, *, bearer: str | None) -> Answer:
        return self._send("POST", url, bearer=bearer, body=body)

    def check(self, url: str) -> Address:
        """An address of the server that may be connected to. Raises RegistrationError saying why there is none."""
        origin = find_origin(url)
        if origin is None or "#" in url:
            raise RegistrationError("This is no web address.", host=url[:80])
        if origin.scheme != "https" and not (self.allow_loopback and origin.host in LOOPBACK_HOSTS):
            raise RegistrationError(
                f"The address at {origin.host} is not secure (https), so nothing was sent there."
            )
        found = _resolve(origin)
        if not all(self._may_connect(each) for each in found):
            raise RegistrationError(
                f"The server {origin.host} is not on the public internet, so nothing was sent there."
            )
        return found[0]

    def _may_connect(self, address: Address) -> bool:
        plain = _plain(address)
        return is_public(plain) or (self.allow_loopback and plain.is_loopback)

    def _send(self, method: str, url: str, *, bearer: str | None, body: bytes | None) -> Answer:
        origin, address = find_origin(url), self.check(url)
        assert origin is not None  # noqa: S101 - `check` has refused what is no address
        headers = {"Host": _host_header(origin), "Accept": "application/json", "User-Agent": USER_AGENT}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        with httpx.Client(timeout=self.timeout_s, follow_redirects=False, trust_env=False) as client:
            request = client.build_request(
                method,
                httpx.URL(url).copy_with(host=str(address)),
                headers=headers,
                content=body,
                extensions={"sni_hostname": origin.host},
            )
            return send(client, request, most_bytes=self.most_bytes)


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet.

    >>> [is_public(ipaddress.ip_address(a)) for a in ("10.1.2.3", "169.254.169.254", "100.64.0.1", "224.0.0.1", "93.184.215.14")]
    [False, False, False, False, True]
    """
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to, where it is only a wrapping."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    nat64 = ipaddress.ip_network("64:ff9b::/96")
    if address in nat64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _resolve(origin: Origin) -> list[Address]:
    try:
        rows = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        found = [ipaddress.ip_address(str(row[4][0]).split("%")[0]) for row in rows]
    except (OSError, ValueError) as error:
        raise RegistrationError(f"There is no server called {origin.host}. Compare the address.") from error
    if not found:
        raise RegistrationError(f"There is no server called {origin.host}. Compare the address.")
    return found


def _host_header(origin: Origin) -> str:
    return str(origin).partition("://")[2]
