"""One test for each attack that the guard refuses, named after it."""

import ast
import inspect
import textwrap

import pytest

from toolkit.server.guard import CODE_SECONDS, SESSION_SECONDS, Asked, Denied, Guard

HOST = "127.0.0.1:8787"
TOKEN = "right-token"
OURS = f"http://{HOST}"
SOCKET = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Protocol": "playreel.v1"}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guard(clock: Clock) -> Guard:
    hosts = [f"{name}:8787" for name in ("127.0.0.1", "localhost", "[::1]")]
    return Guard(hosts=hosts, token=TOKEN, cookie="playreel_8787", clock=clock)


def ask(guard: Guard, target: str = "/", headers=(), *, method: str = "GET", host: str = HOST):
    pairs = [("Host", host)] if host else []
    pairs += headers.items() if isinstance(headers, dict) else headers
    found = guard.check(Asked(method=method, target=target, headers=pairs))
    return found.status if isinstance(found, Denied) else found


def session(guard: Guard) -> dict[str, str]:
    """The cookie of a browser that opened the page with a code."""
    cookie = guard.redeem(guard.new_code())
    assert cookie
    return {"Cookie": cookie.partition(";")[0]}


def test_a_program_with_the_token_comes_in(guard: Guard):
    for host in (HOST, "localhost:8787", "[::1]:8787", "LOCALHOST:8787"):
        assert ask(guard, "/", {**SOCKET, **BEARER}, host=host) == "program"
    assert ask(guard, "/results/x", BEARER) == "program"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8787", "evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8788",
        "127.0.0.1.evil.example:8787", "localhost.:8787", "0.0.0.0:8787", "127.1:8787",
        "2130706433:8787", "", " 127.0.0.1:8787", "user@127.0.0.1:8787", "[::ffff:127.0.0.1]:8787",
    ],
)  # fmt: skip
def test_rebinding_host_refused(guard: Guard, host: str):
    for path in ("/", "/healthz", "/results/x"):
        assert ask(guard, path, BEARER, host=host) == 403
    assert ask(guard, "/", {**SOCKET, **BEARER}, host=host) == 403


def test_two_hosts_refused(guard: Guard):
    assert ask(guard, "/", [("host", HOST), *BEARER.items()]) == 403


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "http://evil.example:8787", "https://127.0.0.1:8787",
        "http://127.0.0.1", "http://127.0.0.1:8788", "http://localhost:8787", "file://", "",
        "http://127.0.0.1:8787/", "http://127.0.0.1:8787.evil.example",
        "chrome-extension://abcdefghijklmnop", "vscode-webview://x",
    ],
)  # fmt: skip
def test_foreign_origin_refused(guard: Guard, origin: str):
    for more in (BEARER, session(guard), {**BEARER, **session(guard)}):
        assert ask(guard, "/", {**SOCKET, **more, "Origin": origin}) == 403
        assert ask(guard, "/results/x", {**more, "Origin": origin}) == 403


def test_null_origin_refused(guard: Guard):
    assert ask(guard, "/", {**SOCKET, **session(guard), "Origin": "null"}) == 403
    assert ask(guard, "/", {**SOCKET, **BEARER, "Origin": "null"}) == 403


def test_two_origins_refused(guard: Guard):
    pairs = [*SOCKET.items(), *session(guard).items(), ("Origin", OURS), ("Origin", OURS)]
    assert ask(guard, "/", pairs) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "Same-Origin"])
def test_sec_fetch_site_of_other_pages_refused(guard: Guard, site: str):
    cookie = session(guard)
    assert ask(guard, "/results/x", {**cookie, "Sec-Fetch-Site": site}) == 403
    socket = {**SOCKET, **cookie, "Origin": OURS, "Sec-Fetch-Site": site}
    assert ask(guard, "/", socket) == 403
    if site != "none":
        assert ask(guard, "/", {**cookie, "Sec-Fetch-Site": site}) == 403
        assert ask(guard, f"/open?code={guard.new_code()}", {"Sec-Fetch-Site": site}) == 403


def test_a_browser_with_a_stolen_token_but_no_session_refused(guard: Guard):
    headers = {**SOCKET, **BEARER, "Origin": OURS, "Sec-Fetch-Site": "same-origin"}
    assert ask(guard, "/", headers) == 401


@pytest.mark.parametrize(
    "header",
    [
        {}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Basic {TOKEN}"}, {"Authorization": TOKEN},
        {"Authorization": "Bearer Ünïcödé"}, {"X-Token": TOKEN}, {"Cookie": f"token={TOKEN}"},
    ],
)  # fmt: skip
def test_missing_or_wrong_token_refused(guard: Guard, header: dict[str, str]):
    assert ask(guard, "/", {**SOCKET, **header}) == 401
    assert ask(guard, "/metrics", header) == 401


def test_two_tokens_refused(guard: Guard):
    assert ask(guard, "/metrics", [*BEARER.items(), *BEARER.items()]) == 401


def test_a_token_in_the_address_refused(guard: Guard):
    assert ask(guard, f"/metrics?token={TOKEN}") == 401


def test_an_empty_token_opens_nothing(clock: Clock):
    guard = Guard(hosts=[HOST], token="x", cookie="c", clock=clock)
    assert ask(guard, "/metrics", {"Authorization": "Bearer "}) == 401


@pytest.mark.parametrize("offered", [None, "", "playreel.v2", "playreel.v1x", "chat"])
def test_missing_subprotocol_refused(guard: Guard, offered: str | None):
    socket = {"Upgrade": "websocket", **BEARER}
    if offered is not None:
        socket["Sec-WebSocket-Protocol"] = offered
    assert ask(guard, "/", socket) == 400


def test_the_subprotocol_may_be_one_of_several(guard: Guard):
    socket = {**SOCKET, **BEARER, "Sec-WebSocket-Protocol": "playreel.v2, playreel.v1"}
    assert ask(guard, "/", socket) == "program"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "get"])
def test_other_methods_refused(guard: Guard, method: str):
    assert ask(guard, "/", BEARER, method=method) == 405


def test_health_is_public_and_nothing_else_is(guard: Guard):
    assert ask(guard, "/healthz") == "anyone"
    for path in ("/", "/healthz/", "//healthz", "/HEALTHZ", "/readyz", "/metrics", "/version"):
        assert ask(guard, path) == 401
    assert ask(guard, "/healthz", SOCKET) == 401


def test_our_own_page_with_its_session_comes_in(guard: Guard):
    cookie = session(guard)
    same = {"Sec-Fetch-Site": "same-origin"}
    assert ask(guard, "/", {**SOCKET, **cookie, **same, "Origin": OURS}) == "page"
    assert ask(guard, "/", {**cookie, "Sec-Fetch-Site": "none"}) == "page"
    assert ask(guard, "/main.js", {**cookie, **same}) == "page"
    assert ask(guard, "/main.js", cookie) == "page"  # a browser from before Sec-Fetch-Site


def test_a_websocket_with_a_session_but_no_origin_refused(guard: Guard):
    """A cookie alone comes along with requests of any page; an Origin it cannot make up."""
    cookie = session(guard)
    assert ask(guard, "/", {**SOCKET, **cookie}) == 401
    assert ask(guard, "/", {**SOCKET, **cookie, "Sec-Fetch-Site": "same-origin"}) == 403


def test_a_code_works_once(guard: Guard):
    code = guard.new_code()
    assert guard.redeem(code)
    assert guard.redeem(code) is None
    assert guard.redeem("") is None


def test_a_code_and_a_session_end(guard: Guard, clock: Clock):
    late, code = guard.new_code(), guard.new_code()
    cookie = guard.redeem(code)
    assert cookie
    clock.now += CODE_SECONDS
    assert guard.redeem(late) is None
    held = {"Cookie": cookie.partition(";")[0]}
    assert ask(guard, "/x", held) == "page"
    clock.now += SESSION_SECONDS
    assert ask(guard, "/x", held) == 401


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(guard: Guard):
    cookie = guard.redeem(guard.new_code())
    assert cookie
    assert "; HttpOnly; SameSite=Strict;" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "cookie", ["playreel_8787=", "playreel_8787=x", "playreel_8787", ";;;", "\x00=", "a" * 9000]
)
def test_a_made_up_session_refused(guard: Guard, cookie: str):
    assert ask(guard, "/x", {"Cookie": cookie}) == 401


def test_secrets_are_compared_in_constant_time():
    """The token by hmac.compare_digest, codes and sessions by the hash they are looked up under."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(Guard._has_token)))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert "hmac.compare_digest" in called
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Compare)
                and "_token" in ast.unparse(node)]  # fmt: skip


def test_open_codes_and_sessions_are_bounded(guard: Guard):
    first = guard.new_code()
    for _ in range(20):
        guard.new_code()
    assert guard.redeem(first) is None
