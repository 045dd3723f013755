"""Playreel: generated, animated game assets on the maker's own machine."""

__version__ = "0.1.0"
