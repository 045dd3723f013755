"""Who may come in: decided from the head of an HTTP request, before anything else happens.

A program shows the token and says nothing about an origin. A browser page shows the session that
a one-time code gave it, and must be our own page: its Origin is exactly the Host it talks to.
Everything else is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Literal
from urllib.parse import parse_qs

from toolkit.wire.fields import SUBPROTOCOL

CODE_SECONDS = 300.0
SESSION_SECONDS = 12 * 3600.0
MOST_CODES, MOST_SESSIONS = 16, 64
PUBLIC = "/healthz"
OPEN = "/open"
NAVIGATED = ("/", OPEN)
"""Paths that a person may come to from outside a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The head of an HTTP request."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name]

    def one(self, name: str) -> str:
        """The value of a header that stands there once, else empty."""
        found = self.all(name)
        return found[0] if len(found) == 1 else ""

    @property
    def path(self) -> str:
        """The path without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, list[str]]:
        """The query by name."""
        return parse_qs(self.target.partition("?")[2])

    @property
    def upgrades(self) -> bool:
        """Whether it asks for a websocket."""
        return any("websocket" in value.lower() for value in self.all("upgrade"))


@dataclass(frozen=True, slots=True)
class Denied:
    """The request is answered with this status and sentence, and nothing else."""

    status: int
    reason: str


Visitor = Literal["anyone", "program", "page", "newcomer"]


class Guard:
    """Checks requests for one server; knows its token, its codes and its browser sessions."""

    def __init__(
        self, *, hosts: Iterable[str], token: str, cookie: str, clock: Callable[[], float]
    ) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._token = token.encode()
        self._clock = clock
        self._cookie = cookie
        self._codes: dict[bytes, float] = {}
        self._sessions: dict[bytes, float] = {}

    def check(self, asked: Asked) -> Visitor | Denied:
        """Who is asking, or why they are refused; fails closed."""
        if asked.method != "GET":
            return Denied(405, "only GET is served")
        hosts = asked.all("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return Denied(403, "this Host is not served here")
        if asked.path == PUBLIC and not asked.upgrades:
            return "anyone"
        if asked.upgrades and not self._speaks(asked):
            return Denied(400, f"the subprotocol must be {SUBPROTOCOL}")
        if asked.all("origin") or asked.all("sec-fetch-site"):
            return self._check_browser(asked)
        if asked.path == OPEN and not asked.upgrades:
            return "newcomer"
        if self._has_token(asked):
            return "program"
        if not asked.upgrades and self._has_session(asked):
            return "page"  # a browser without Sec-Fetch-Site, asking for a file of the page
        return Denied(401, "the token is missing or wrong")

    def _check_browser(self, asked: Asked) -> Visitor | Denied:
        origins, sites = asked.all("origin"), asked.all("sec-fetch-site")
        if origins and origins != [f"http://{asked.one('host').lower()}"]:
            return Denied(403, "pages of another origin are refused")
        navigates = not origins and asked.path in NAVIGATED and not asked.upgrades
        if sites and sites != ["same-origin"] and not (navigates and sites == ["none"]):
            return Denied(403, "requests from other pages are refused")
        if asked.upgrades and not origins:
            return Denied(403, "a page must show its origin")
        if asked.path == OPEN and navigates:
            return "newcomer"
        if not self._has_session(asked):
            return Denied(401, "open this page with playreel serve --open")
        return "page"

    def _speaks(self, asked: Asked) -> bool:
        offered = ",".join(asked.all("sec-websocket-protocol")).split(",")
        return SUBPROTOCOL in [name.strip() for name in offered]

    def _has_token(self, asked: Asked) -> bool:
        scheme, _, given = asked.one("authorization").partition(" ")
        right = hmac.compare_digest(given.strip().encode(), self._token)
        return right and scheme.lower() == "bearer"

    def _has_session(self, asked: Asked) -> bool:
        try:
            found = SimpleCookie(asked.one("cookie")).get(self._cookie)
        except CookieError:
            return False
        return found is not None and _alive(self._sessions, found.value, self._clock())

    def new_code(self) -> str:
        """A code that opens the page once, within five minutes."""
        return _issue(self._codes, MOST_CODES, self._clock() + CODE_SECONDS)

    def redeem(self, code: str) -> str | None:
        """The header that gives a browser its session, or ``None`` for a wrong or used code."""
        if not _alive(self._codes, code, self._clock()):
            return None
        del self._codes[_hash(code)]
        session = _issue(self._sessions, MOST_SESSIONS, self._clock() + SESSION_SECONDS)
        return (
            f"{self._cookie}={session}; Path=/; HttpOnly; SameSite=Strict; "
            f"Max-Age={int(SESSION_SECONDS)}"
        )


def _hash(secret: str) -> bytes:
    """What is kept and compared in a secret's place: looking it up tells nothing by its time."""
    return hashlib.sha256(secret.encode()).digest()


def _issue(table: dict[bytes, float], most: int, until: float) -> str:
    secret = secrets.token_urlsafe(32)
    while len(table) >= most:
        del table[next(iter(table))]
    table[_hash(secret)] = until
    return secret


def _alive(table: dict[bytes, float], secret: str, now: float) -> bool:
    return table.get(_hash(secret), now) > now
