"""The commands of ``playreel``, one file per group; each parses and calls."""
