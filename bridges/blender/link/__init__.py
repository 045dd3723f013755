"""The way to the server: a websocket without threads."""
