"""Frames out of sheets and into files; no Blender in here."""
