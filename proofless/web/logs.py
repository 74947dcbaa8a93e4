"""日志: one JSON object a line. Exceptions give type and place, not their message: a database error quotes values."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from proofless.kit.errors import Refusal


class JsonFormatter(logging.Formatter):
    """Lines that already are JSON (the access log) are merged in; Django's own lose their arguments (paths, values)."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            **self._said(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = _described(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)

    def _said(self, record: logging.LogRecord) -> dict[str, Any]:
        if record.name == "proofless.access":
            return dict(json.loads(record.getMessage()))
        if record.name.startswith("django"):
            return {"message": str(record.msg), "status": getattr(record, "status_code", None)}
        return {"message": record.getMessage()}


def _described(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    described: dict[str, Any] = {
        "type": type(error).__qualname__,
        "at": [
            f"{frame.filename.rsplit('proofless/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames
        ],
    }
    if isinstance(error, Refusal):
        described["code"] = error.code.name
    return described


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {
        "proofless": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
    },
}
