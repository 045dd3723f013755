"""Meshes to pictures and back: loading, a z-buffer renderer, turntable cameras, visual hulls."""
