"""The settings, read once from the environment. What is missing or unsafe is said plainly, all of it at once."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

WEAK_KEYS = {"secret", "changeme", "change-me", "dev", "development", "password", "portal"}
SECRET_KEY_LENGTH = 32


class UnsafeSettings(Exception):
    """The settings cannot be used. Its text has one line for each thing to put right."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that differs between one installation and another."""

    database_url: str
    secret_key: str
    public_url: str
    smtp_url: str = "smtp://127.0.0.1:25"
    dns_resolver: str = ""
    bounce_address: str = ""
    bounce_imap_url: str = ""
    environment: str = "production"
    secret_key_fallbacks: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    log_format: str = "json"
    metrics_token: str = ""
    mailbox: Path | None = None
    upload_limit: int = 64 * 1024 * 1024

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def secure(self) -> bool:
        """Whether people reach Portal over TLS; cookies are Secure and carry the __Host- prefix then."""
        return self.public_url.startswith("https://")

    @property
    def public_host(self) -> str:
        return urlsplit(self.public_url).netloc

    @property
    def smtp_host(self) -> str:
        """The mail server that sends for us."""
        return urlsplit(self.smtp_url).hostname or ""

    def returns_to(self, message_id: UUID) -> str:
        """Give the address that a message comes back to, with its id after a plus; nothing where no such mailbox is set up."""
        local, at, domain = self.bounce_address.rpartition("@")
        return f"{local}+{message_id.hex}@{domain}" if at else ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that are answered; every other Host header is refused."""
        return (*{self.public_host.partition(":")[0]: None, **dict.fromkeys(self.trusted_hosts)},)

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from PORTAL_* variables.

        :raises UnsafeSettings: naming every variable that is missing, unreadable or unsafe.
        """
        environ = os.environ if environ is None else environ
        get = {name.removeprefix("PORTAL_").lower(): text.strip() for name, text in environ.items() if name.startswith("PORTAL_")}.get
        problems: list[str] = []
        settings = cls(
            database_url=_database_url(get("database_url", "")),
            secret_key=get("secret_key", ""),
            public_url=(get("public_url") or "").rstrip("/"),
            smtp_url=get("smtp_url") or cls.smtp_url,
            dns_resolver=get("dns_resolver", ""),
            bounce_address=get("bounce_address", ""),
            bounce_imap_url=get("bounce_imap_url", ""),
            environment=get("environment") or cls.environment,
            secret_key_fallbacks=_words(get("secret_key_fallbacks", "")),
            trusted_hosts=_words(get("trusted_hosts", "")),
            proxy_hops=_number("PORTAL_PROXY_HOPS", get("proxy_hops", "0"), problems),
            log_format=get("log_format") or cls.log_format,
            metrics_token=get("metrics_token", ""),
            mailbox=Path(mailbox) if (mailbox := get("mailbox")) else None,
            upload_limit=_number("PORTAL_UPLOAD_LIMIT", get("upload_limit", str(cls.upload_limit)), problems),
        )
        problems += settings.faults(debug=environ.get("FLASK_DEBUG", "") not in {"", "0"})
        if problems:
            raise UnsafeSettings(problems)
        return settings

    def faults(self, *, debug: bool = False) -> list[str]:
        """Name what is missing or unsafe, one sentence each."""
        found = []
        if not self.database_url:
            found.append("PORTAL_DATABASE_URL is missing: sqlite:///portal.db or postgresql://user@host/name.")
        elif not self.database_url.startswith(("sqlite:", "postgresql")):
            found.append("PORTAL_DATABASE_URL names a database that Portal does not speak: SQLite or PostgreSQL.")
        public = urlsplit(self.public_url)
        if public.scheme not in {"http", "https"} or not public.netloc or public.path:
            found.append("PORTAL_PUBLIC_URL is the address people open, as in https://portal.example.com, without a path.")
        if self.dns_resolver not in {"", "none"} and not _is_address(self.dns_resolver):
            found.append("PORTAL_DNS_RESOLVER is the IP address of a resolver, as in 9.9.9.9 or 127.0.0.1:5353; none asks nobody.")
        if self.bounce_address and not re.fullmatch(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+", self.bounce_address):
            found.append("PORTAL_BOUNCE_ADDRESS is the address that mail comes back to, as in bounces@example.com.")
        imap = urlsplit(self.bounce_imap_url)
        if self.bounce_imap_url and ((imap.scheme != "imaps" and not _is_own(imap)) or not imap.hostname or not imap.username):
            found.append("PORTAL_BOUNCE_IMAP_URL is the mailbox of returned mail, as in imaps://user:password@imap.example.com/INBOX.")
        if self.environment not in {"production", "demo", "test"}:
            found.append("PORTAL_ENVIRONMENT is production, demo or test.")
        if len(self.secret_key) < SECRET_KEY_LENGTH or self.secret_key.lower() in WEAK_KEYS or len(set(self.secret_key)) < 8:
            found.append(f"PORTAL_SECRET_KEY needs at least {SECRET_KEY_LENGTH} random characters; `openssl rand -hex 32` makes one.")
        if self.production:
            if debug:
                found.append("FLASK_DEBUG is on: it shows the code to everybody. Unset it.")
            if self.mailbox:
                found.append("PORTAL_MAILBOX shows everybody's mail and is for the demo only. Unset it.")
            if public.scheme == "http" and public.hostname not in {"127.0.0.1", "localhost", "::1"}:
                found.append("PORTAL_PUBLIC_URL must be https: sign-in cookies would travel in the open.")
        return found


def _database_url(text: str) -> str:
    """Name the driver: plain postgres addresses mean psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    return text


def _is_address(text: str) -> bool:
    """Tell whether a text is an IP address, with a port or without; one of version 6 stands in square brackets."""
    try:
        parts = urlsplit(f"//{text}")
        ipaddress.ip_address(parts.hostname or "")
        return parts.port != 0
    except ValueError:
        return False


def _is_own(imap: SplitResult) -> bool:
    """Tell whether a mailbox is read in the open on this very computer, where nobody listens."""
    return imap.scheme == "imap" and imap.hostname in {"127.0.0.1", "localhost", "::1"}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _number(name: str, text: str, problems: list[str]) -> int:
    try:
        return int(text)
    except ValueError:
        problems.append(f"{name} is a whole number, not “{text}”.")
        return 0
