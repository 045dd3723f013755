"""The local websocket server: protocol, store, jobs, worker and the program around them."""
