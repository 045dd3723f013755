"""Model actors on a Ray cluster, shared by batches and the server."""
