"""Many assets from one manifest: declared, cached, reproducible, resumable."""
