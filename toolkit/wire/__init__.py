"""The protocol ``playreel.v1`` as data: messages, their JSON, and binary frames; no I/O at all."""
