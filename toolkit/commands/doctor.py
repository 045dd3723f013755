"""``playreel doctor``: what works on this machine and what to do about what does not."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.commands.console import json_flag, say, say_json
from toolkit.doctor import DEFAULT_PORT, Finding, examine

MARKS = {"ok": "ok  ", "note": "note", "problem": "FAIL"}


@click.command("doctor")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True,
    help="Folder you want to write to.",
)  # fmt: skip
@click.option("--bundle", type=click.Path(path_type=Path), help="Bundle folder to check.")
@click.option("--state", type=click.Path(path_type=Path), help="State folder of the server.")
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True,
              help="Port that the server would use.")  # fmt: skip
@json_flag
@click.pass_context
def doctor_command(
    context: click.Context,
    out: Path,
    bundle: Path | None,
    state: Path | None,
    port: int,
    as_json: bool,
) -> None:
    """Say what works on this machine and what to do about what does not; exits with 1 then."""
    findings = examine(out, bundle=bundle, state=state, port=port)
    healthy = all(finding.state != "problem" for finding in findings)
    if as_json:
        say_json({"healthy": healthy, "findings": [finding.to_dict() for finding in findings]})
    else:
        for finding in findings:
            _say_finding(finding)
    context.exit(0 if healthy else 1)


def _say_finding(finding: Finding) -> None:
    say(f"{MARKS[finding.state]}  {finding.subject}: {finding.detail}")
    if finding.advice:
        say(f"      -> {finding.advice}")
