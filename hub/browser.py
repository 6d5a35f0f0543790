"""What makes a cookie safe to believe: its name, its attributes, and that the request comes from the console itself.

A browser sends cookies along whoever wrote the page. So a request that counts on one carries a header that no other
site can make a browser send, and says by `Sec-Fetch-Site` or `Origin` that it comes from the hub's own pages.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from hub.errors import Code, HubError
from hub.settings import Settings

CONSOLE_HEADER = "x-hub-console"
SESSION_COOKIE = "hub_session"
_PORTS = {"http": 80, "https": 443}
_UNDER = {"ws": "http", "wss": "https"}
"""The scheme of the page that may open a socket of a scheme."""


def is_secure(scope: Scope, settings: Settings) -> bool:
    """Whether the browser talks TLS, to the hub or to what stands before it."""
    return scope["scheme"] in ("https", "wss") or (settings.public_url or "").startswith("https:")


def cookie_name(name: str, *, secure: bool) -> str:
    """Under TLS `__Host-…`: no other host of the domain, and no page without TLS, can set a cookie of that name."""
    return f"__Host-{name}" if secure else name


def set_cookie(name: str, value: str, *, secure: bool, same_site: str, max_age: int) -> tuple[bytes, bytes]:
    """The header that sets a cookie that no script can read; `max_age` in seconds, 0 takes the cookie away."""
    parts = [f"{cookie_name(name, secure=secure)}={value}", "Path=/", "HttpOnly", f"SameSite={same_site}"]
    parts += [f"Max-Age={max_age}"] + (["Secure"] if secure else [])
    return b"set-cookie", "; ".join(parts).encode("ascii")


def cookies(headers: Headers, name: str, *, secure: bool) -> list[str]:
    """Every value that was sent under the cookie's name: more than one means that somebody planted another."""
    wanted = cookie_name(name, secure=secure)
    sent = (part.strip().partition("=") for header in headers.getlist("cookie") for part in header.split(";"))
    return [value.strip() for found, _, value in sent if found.strip() == wanted]


def check_own_page(scope: Scope, headers: Headers, settings: Settings) -> None:
    """Raise `CROSS_SITE` unless the request comes from a page of the hub's own.

    No page can give a socket a header; but every browser names the origin of the page that opens one.
    """
    console, site, origin = (_only(headers, name) for name in (CONSOLE_HEADER, "sec-fetch-site", "origin"))
    scheme = scope["scheme"]
    own = settings.public_url or f"{_UNDER.get(scheme, scheme)}://{_only(headers, 'host') or ''}"
    if scheme in _UNDER:
        if origin is None:
            raise _cross_site()
    elif console != "1" or (site is None and origin is None):
        raise _cross_site()
    if site is not None and site != "same-origin":
        raise _cross_site()
    if origin is not None and (_origin(origin) is None or _origin(origin) != _origin(own)):
        raise _cross_site()


def _only(headers: Headers, name: str) -> str | None:
    found = headers.getlist(name)
    if len(found) > 1:
        raise _cross_site()
    return found[0].strip() if found else None


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; None where it has none."""
    try:
        parts = urlsplit(url.lower())
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None


def _cross_site() -> HubError:
    return HubError(Code.CROSS_SITE, "Expected a request of the console's own, with the header X-Hub-Console: 1.")
