"""The few HTTP paths beside the websocket: health, metrics, results and the page's own files."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable

from exporters import EXPORTERS, file_stem
from toolkit import __version__
from toolkit.errors import PlayreelError
from toolkit.server.costs import cost_body
from toolkit.server.guard import OPEN, PUBLIC, Asked, Guard, Visitor
from toolkit.server.metrics import prometheus
from toolkit.server.service import Service
from toolkit.wire.fields import SUBPROTOCOL
from toolkit.wire.refused import Refused

MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
"""Kinds of file that the page may be made of; others are not served."""
MOST_BODY = 32 * 2**20
"""Bytes of one answer; a larger result is read in ranges of at most so many."""
RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
SUFFIX_RANGE = re.compile(r"bytes=-(\d{1,15})")
JSON = "application/json"
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer; the headers that every answer has are added when it is sent."""

    status: int = 200
    body: bytes = b""
    media: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def text_reply(status: int, text: str) -> Reply:
    """One sentence."""
    return Reply(status=status, body=f"{text}\n".encode())


def json_reply(body: Mapping[str, object], status: int = 200) -> Reply:
    """A JSON object."""
    return Reply(status=status, body=json.dumps(body).encode(), media=JSON)


def security_headers(host: str) -> dict[str, str]:
    """What every answer says to browsers: run nothing foreign, guess nothing, tell nobody."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' blob: data:; media-src 'self' blob:; manifest-src 'self'; "
        f"connect-src 'self' ws://{host}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def page_files(folder: Traversable | None = None) -> dict[str, Reply]:
    """Every file of the page by its path, read once: no path of a request touches the disk."""
    found: dict[str, Reply] = {}
    top = folder or files("toolkit.server") / "web"
    pending = [("", top)] if top.is_dir() else []
    while pending:
        prefix, current = pending.pop()
        for entry in current.iterdir():
            name = f"{prefix}/{entry.name}"
            suffix = "." + entry.name.rpartition(".")[2]
            if entry.is_dir():
                pending.append((name, entry))
            elif suffix in MEDIA:
                found[name] = Reply(
                    body=entry.read_bytes(),
                    media=MEDIA[suffix],
                    headers={"Cache-Control": "no-cache"},
                )
    if "/index.html" in found:
        found["/"] = found["/index.html"]
    return found


class Routes:
    """Answers HTTP requests that the guard has let through."""

    def __init__(
        self,
        service: Service,
        guard: Guard,
        pages: Mapping[str, Reply],
        *,
        ready: Callable[[], bool],
    ) -> None:
        self._service, self._guard, self._pages, self._ready = service, guard, pages, ready

    async def answer(self, asked: Asked, visitor: Visitor) -> Reply:
        """The answer to a visitor's request."""
        path = asked.path
        if path == PUBLIC:
            return json_reply({"ok": True})
        if path == OPEN:
            return self._open(asked)
        if path.startswith("/results/"):
            return self._result(asked, path.removeprefix("/results/"))
        if path.startswith("/exports/"):
            return await self._export(asked, path.removeprefix("/exports/"))
        match path:
            case "/exports":
                return json_reply({"formats": list(EXPORTERS)})
            case "/cost":
                return self._cost(asked)
            case "/readyz":
                ready = self._ready()
                return json_reply({"ready": ready}, 200 if ready else 503)
            case "/version":
                return json_reply(
                    {
                        "server": __version__,
                        "protocols": [SUBPROTOCOL],
                        "epoch": self._service.store.epoch,
                    }
                )
            case "/metrics":
                return Reply(
                    body=prometheus(self._service).encode(), media="text/plain; version=0.0.4"
                )
            case "/code" if visitor == "program":
                return json_reply({"path": f"{OPEN}?code={self._guard.new_code()}"})
            case _:
                return self._pages.get(path) or text_reply(404, "there is nothing here")

    def _cost(self, asked: Asked) -> Reply:
        try:
            text = "".join(asked.query.get("request", []))
            body = cost_body(text, self._service.catalog, self._service.settings)
        except PlayreelError as error:
            return text_reply(400, str(error))
        return json_reply(body)

    def _open(self, asked: Asked) -> Reply:
        codes = asked.query.get("code", [])
        cookie = self._guard.redeem(codes[0]) if len(codes) == 1 else None
        if cookie is None:
            return text_reply(403, "this link was used or is too old; run playreel serve --open")
        return Reply(status=303, headers={"Location": "/", "Set-Cookie": cookie})

    def _result(self, asked: Asked, sha256: str) -> Reply:
        try:
            size = self._service.results.size(sha256)
            part = byte_range(asked.one("range"), size)
            if part is None:
                return Reply(status=416, headers={"Content-Range": f"bytes */{size}"})
            start, stop = part
            whole = (start, stop) == (0, size) and not asked.all("range")
            if whole and size > MOST_BODY:
                return text_reply(413, f"the result has {size} bytes; ask for them with Range")
            stop = min(stop, start + MOST_BODY)
            body = self._service.results.read(sha256, start, stop - start)
        except PlayreelError as error:
            return text_reply(404, str(error))
        named = asked.query.get("name", [""])[0]
        stem = file_stem(named[:LONGEST_NAME]) if named else sha256[:16]
        headers = {
            "Accept-Ranges": "bytes",
            "Cache-Control": "private, max-age=31536000, immutable",
            "Content-Disposition": f'attachment; filename="{stem}.png"',
            "ETag": f'"{sha256}"',
        }
        if not whole:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        return Reply(status=200 if whole else 206, body=body, media="image/png", headers=headers)

    async def _export(self, asked: Asked, path: str) -> Reply:
        """``SHA256/FORMAT?name=hero``: a worker makes the files, the server only passes them on.

        With ``plain=1`` a single file is not packed.
        """
        sha256, _, format_name = path.partition("/")
        name = asked.query.get("name", [""])[0][:LONGEST_NAME]
        try:
            png = self._service.results.read(sha256)
            content = await self._service.lanes["preview"].export(png, format_name, name)
        except Refused as refused:
            status = {"unknown_result": 404, "worker_lost": 503}.get(refused.code, 400)
            return text_reply(status, str(refused))
        file, media = f"{file_stem(name or 'sprite')}_{format_name}.zip", "application/zip"
        if asked.query.get("plain") == ["1"] and (only := only_file(content)) is not None:
            file, content = only
            media = MEDIA.get(file[file.rfind(".") :], "application/octet-stream")
        headers = {"Content-Disposition": f'attachment; filename="{file}"'}
        return Reply(body=content, media=media, headers=headers)


def only_file(archive: bytes) -> tuple[str, bytes] | None:
    """Name and content of the one file in a zip of ours; ``None`` when there are several."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        names = opened.namelist()
        return (names[0], opened.read(names[0])) if len(names) == 1 else None


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """Start and stop of the one range asked for; everything without one; ``None`` if it is void.

    A header of another form, or with several ranges, is passed over, as HTTP allows.
    """
    if found := SUFFIX_RANGE.fullmatch(header):
        length = min(size, int(found[1]))
        return (size - length, size) if length else None
    found = RANGE.fullmatch(header)
    if found is None:
        return 0, size
    start, last = int(found[1]), int(found[2]) if found[2] else size - 1
    return (start, min(last + 1, size)) if start <= last and start < size else None
