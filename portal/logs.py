"""Structured logs: one JSON object a line, UTC, with the request's id; plain lines for the terminal.

Our own loggers write their lines themselves; what libraries say through `logging` is brought into the same form.
"""

import json
import logging
import sys

import structlog

_SHARED = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


_encode = json.JSONEncoder(ensure_ascii=False, default=repr).encode


def _as_json(event: dict, **options: object) -> str:
    """Write an event; the encoder is kept, for json.dumps makes one for each line."""
    return _encode(event)


class _Stderr:
    """Standard error as it is when a line is written, not when logging was set up."""

    def write(self, text: str) -> None:
        sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(kind: str = "json", *, level: int = logging.INFO) -> None:
    """Send all logs, ours and the libraries', to standard error as `json` or as `plain` lines."""
    renderer = structlog.processors.JSONRenderer(_as_json) if kind == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*_SHARED, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=_Stderr()),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name, structlog.processors.UnicodeDecoder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("alembic", "mail.log", "werkzeug", "gunicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
