"""What was asked for, and what becomes of its results; no Blender in here."""
