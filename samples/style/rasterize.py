"""Writes each portrait that ``draw.mjs`` prints as a PNG of 16x16 pixels into ``sprites/``."""

import io
import json
import sys
from pathlib import Path

import resvg_py
from PIL import Image

SIDE = 16

if __name__ == "__main__":
    folder = Path(__file__).parent / "sprites"
    folder.mkdir(exist_ok=True)
    for line in sys.stdin:
        portrait = json.loads(line)
        png = bytes(resvg_py.svg_to_bytes(svg_string=portrait["svg"], width=SIDE, height=SIDE))
        Image.open(io.BytesIO(png)).convert("RGBA").save(folder / f"{portrait['name']}.png")
