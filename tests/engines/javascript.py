"""Readers of other people, written in JavaScript: npm fetches them once, Node runs them."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.engines.pythons import engines

SCRIPTS = Path(__file__).parent / "javascript"
PACKAGES = {
    "@esotericsoftware/spine-core": "4.3.13",
    "ase-parser": "0.0.19",
    "free-tex-packer-core": "0.3.9",
    "gltf-validator": "2.0.0-dev.3.10",
    "phaser": "4.2.1",
    "pixi.js": "8.22.0",
    "spritesmith": "3.5.1",
}


def read_with(script: str, *arguments: str) -> Any:
    """The JSON that a script of ``tests/engines/javascript`` prints about its arguments."""
    done = subprocess.run(
        ["node", str(SCRIPTS / script), *arguments],
        cwd=installed(),
        stdout=subprocess.PIPE,
        check=True,
        timeout=570,
    )
    return json.loads(done.stdout)


def installed() -> Path:
    """The folder whose ``node_modules`` has the packages; fails when there is no npm."""
    settings = json.dumps({"private": True, "dependencies": PACKAGES}, sort_keys=True)
    version = hashlib.sha256(settings.encode()).hexdigest()[:12]
    folder = engines() / f"javascript-{version}"
    if folder.exists():
        return folder
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    (partial / "package.json").write_text(settings)
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=partial, check=True, stdout=subprocess.DEVNULL)
    return partial.rename(folder)
