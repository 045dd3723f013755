"""``report.html``: one file with an animated contact sheet, quality, timings and failures."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from urllib.parse import quote

from exporters import export
from toolkit import __version__
from toolkit.batch.assets import Export
from toolkit.batch.cache import Cache
from toolkit.batch.keys import export_key
from toolkit.batch.results import Result, Summary, slowest
from toolkit.pipelines.turntable import split_passes

MAX_CARDS = 2000
"""More pictures than this make a page that browsers are slow to open."""
PREVIEW = "preview"
PREVIEW_EXPORT = Export(format="webp")
MEDIA = {".webp": "image/webp", ".gif": "image/gif", ".apng": "image/apng"}
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
STYLE = """
:root{color-scheme:light dark;font:15px/1.45 system-ui,sans-serif}
body{margin:2rem auto;max-width:80rem;padding:0 1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;margin:0}
.counts{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;list-style:none;padding:0}
.sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(15rem,100%),1fr));gap:1rem;padding:0}
.sheet>li{list-style:none;border:1px solid #8886;border-radius:.5rem;padding:.75rem;min-width:0}
.failed{border-color:#c33!important}
figure{margin:0 0 .5rem;display:grid;place-items:center;min-height:8rem;border-radius:.25rem;
  background:repeating-conic-gradient(#8883 0 25%,#8881 0 50%) 0/1rem 1rem}
img{image-rendering:pixelated;max-width:100%;min-width:6rem}
dl{display:grid;grid-template-columns:auto 1fr;gap:0 .75rem;margin:.5rem 0;font-size:.85rem}
dd{margin:0;text-align:right;white-space:nowrap}
.how{font-size:.8rem;border-radius:1rem;padding:0 .5rem;background:#8883}
.failed .how,.reason{color:#c33}
summary{cursor:pointer;font-size:.85rem}
table{border-collapse:collapse}td,th{text-align:left;padding:.1rem .75rem .1rem 0}
"""


def report_html(summary: Summary, cache: Cache, out: Path, name: str) -> str:
    """The report as one page that loads nothing and runs nothing."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        f"<title>{escape(name)}: {len(summary.results)} assets</title>",
        f"<style>{STYLE}</style></head><body>",
        *_head(summary, name),
        *_failures(summary),
        *_sheet(summary, cache, out),
        *_timings(summary),
        f"<p>Playreel {__version__}</p></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _head(summary: Summary, name: str) -> Iterator[str]:
    body = summary.to_json()
    yield f"<h1>{escape(name)}</h1>"
    yield '<ul class="counts">'
    for count in ("assets", "made", "exported", "unchanged", "failed", "cancelled"):
        yield f'<li id="count-{count}"><b>{body[count]}</b> {count}</li>'
    yield f"<li><b>{summary.seconds:.1f}</b> seconds</li></ul>"


def _failures(summary: Summary) -> Iterator[str]:
    failed = [result for result in summary.results if result.how == "failed"]
    if not failed:
        return
    yield '<h2>Failures</h2><table id="failures">'
    for result in failed:
        yield (
            f"<tr><td>{escape(result.asset.name)}</td>"
            f'<td class="reason">{escape(result.record.reason)}</td>'
            f"<td>{escape(str(result.asset.place))}</td></tr>"
        )
    yield "</table>"


def _sheet(summary: Summary, cache: Cache, out: Path) -> Iterator[str]:
    yield '<h2>Assets</h2><ul class="sheet">'
    for result in summary.results[:MAX_CARDS]:
        yield _card(result, preview(result, cache, out))
    yield "</ul>"
    if len(summary.results) > MAX_CARDS:
        yield f"<p>{len(summary.results) - MAX_CARDS} more are in results.jsonl.</p>"


def _card(result: Result, picture: str) -> str:
    asset, record = result.asset, result.record
    shown = (
        f'<img src="{picture}" alt="{escape(asset.words)}" width="{2 * asset.size[0]}">'
        if picture
        else "no picture"
    )
    links = " ".join(f'<a href="{escape(quote(path))}">{escape(path)}</a>' for path in record.files)
    reason = f'<p class="reason">{escape(record.reason)}</p>' if record.reason else ""
    return (
        f'<li class="{result.how}" id="asset-{escape(asset.name)}"><figure>{shown}</figure>'
        f'<b>{escape(asset.name)}</b> <span class="how">{result.how}</span>'
        f"<p>{escape(asset.words)}</p>{reason}"
        f"<dl>{_terms(result)}</dl>"
        f"<details><summary>{len(record.files)} files</summary>{links}</details></li>"
    )


def _terms(result: Result) -> str:
    record = result.record
    numbers = {
        "seed": record.seed,
        "seeds tried": record.attempts,
        "seconds": record.seconds,
        **record.quality,
    }
    return "".join(
        f"<dt>{escape(term.replace('_', ' '))}</dt><dd>{escape(str(value))}</dd>"
        for term, value in numbers.items()
    )


def _timings(summary: Summary) -> Iterator[str]:
    made = slowest(summary.results, 10)
    if not made:
        return
    yield '<h2>Slowest</h2><table id="slowest">'
    for result in made:
        yield f"<tr><td>{escape(result.asset.name)}</td><td>{result.record.seconds:.2f} s</td></tr>"
    yield "</table>"


def preview(result: Result, cache: Cache, out: Path) -> str:
    """The animated picture of an asset as a data URL, or empty when there is nothing to show."""
    content = _cached_preview(result, cache)
    if content:
        return data_url(content, "image/webp")
    for path in result.record.files:
        media = MEDIA.get(Path(path).suffix)
        if media and (out / path).is_file():
            return data_url((out / path).read_bytes(), media)
    return ""


def _cached_preview(result: Result, cache: Cache) -> bytes:
    """The cached clip as WebP without metadata, made once."""
    outcome = cache.outcome(result.record.wish)
    if outcome is None:
        return b""
    key = export_key(outcome.clip, PREVIEW, PREVIEW_EXPORT)
    files = cache.files(key)
    if files is None:
        clip = cache.clip(outcome.clip)
        if clip is None:
            return b""
        shown = next(iter(split_passes(clip).values()))
        files = export(replace(shown, metadata={}), "webp", name=PREVIEW)
        cache.put_files(key, files)
    return next(iter(files.values()))


def data_url(content: bytes, media: str) -> str:
    """The content inside the page itself."""
    return f"data:{media};base64,{base64.b64encode(content).decode()}"
