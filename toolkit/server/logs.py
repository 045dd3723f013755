"""What the server writes to its log."""

from __future__ import annotations

import json
import logging


class JsonLines(logging.Formatter):
    """One JSON object a line; messages hold no prompts."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        body = {
            "at": round(record.created, 3),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        return json.dumps(body)
