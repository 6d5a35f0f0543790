"""What an operator may set: each setting has a default, a description, and an environment variable `HUB_<NAME>`.

Read once a process, from the environment and then from `.env` in the working directory. `hub settings` lists them.
"""

import ipaddress
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hub.errors import Code, HubError

MIB = 1024 * 1024


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="HUB_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str | None = Field(
        None,
        repr=False,
        pattern=r"^postgres(ql)?://",
        description="PostgreSQL 15 or newer, as postgresql://…; unset: a server of the hub's own in the data folder",
    )
    web_database_url: str | None = Field(
        None,
        repr=False,
        pattern=r"^postgres(ql)?://",
        description="The same database with the web process's own login, which may only act as hub_web; "
        "unset: the owner's login",
    )
    data_dir: Path = Field(Path(".hub"), description="Folder of the hub's own PostgreSQL server")
    pool_size: int = Field(16, ge=1, le=500, description="Database connections a process keeps for reads")
    statement_timeout_ms: int = Field(
        10_000, ge=100, description="Milliseconds after which a read's SQL statement is given up"
    )

    host: str = Field("127.0.0.1", description="Address that the server listens on")
    port: int = Field(8000, ge=0, le=65535, description="Port that the server listens on; 0 takes a free one")
    workers: int = Field(1, ge=1, le=256, description="Server processes")
    tls_cert: Path | None = Field(None, description="PEM file of the TLS certificate chain")
    tls_key: Path | None = Field(None, description="PEM file of the TLS private key")
    trusted_proxies: str = Field(
        "", description="Networks (CIDR, comma-separated) of the proxies whose X-Forwarded-For is believed"
    )

    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#@\s]+$",
        description="Address that browsers know the hub by, such as https://hub.agency.gov; passkeys are made for it; "
        "unset: the request's own, and for passkeys localhost",
    )

    max_body_bytes: int = Field(MIB, ge=1024, description="Largest request body, in bytes (not uploads)")
    max_tokens: int = Field(5000, ge=100, description="Most tokens in a GraphQL document")
    max_depth: int = Field(15, ge=3, description="Deepest nesting of a GraphQL operation")
    max_aliases: int = Field(50, ge=1, description="Most aliases in a GraphQL operation")
    max_cost: int = Field(100_000, ge=100, description="Highest cost of a GraphQL operation")
    max_page_size: int = Field(200, ge=50, le=1000, description="Largest page of a connection")

    max_subscriptions: int = Field(20, ge=1, le=1000, description="Most subscriptions on one socket")
    max_untold_changes: int = Field(
        5000, ge=1, description="Changes that a subscription may have yet to tell; a socket that takes longer is closed"
    )

    upload_max_bytes: int = Field(4096 * MIB, ge=1024, description="Largest upload, in bytes after decompression")
    upload_max_line_bytes: int = Field(8 * MIB, ge=1024, description="Longest line of an upload, in bytes")
    upload_chunk_students: int = Field(
        500, ge=1, le=10_000, description="State records applied in one transaction of an upload"
    )

    session_idle_minutes: int = Field(30, ge=1, le=30, description="Minutes without a request that end a session")
    session_max_hours: int = Field(12, ge=1, le=12, description="Hours after which a session ends at the latest")
    password_policy: Literal["msix", "nist-800-63b-4"] = Field(
        "msix", description="What passwords must be: by the federal system's rules, or by NIST SP 800-63B-4"
    )
    second_factor_roles: str = Field(
        "",
        description="Roles (comma-separated) whose holders must have a second factor, such as STATE_USER_ADMINISTRATOR",
    )
    secret_key: Path | None = Field(
        None,
        description="File of the keys that encrypt authenticator secrets (32 bytes in URL-safe base64, one a line); "
        "unset: secret.key in the data folder, where the hub's own server keeps the data",
    )
    one_time_code_minutes: int = Field(
        60, ge=5, le=1440, description="Minutes for which a mailed one-time code is good"
    )
    new_account_code_hours: int = Field(
        72, ge=1, le=336, description="Hours for which the one-time code of a new account is good"
    )
    applications_per_address: int = Field(
        10, ge=1, le=1000, description="Applications for access that one source address may send at once"
    )
    applications_minutes: int = Field(60, ge=1, description="Minutes after which it may send as many again")
    wrong_tries_per_address: int = Field(
        20, ge=3, le=1000, description="Wrong sign-ins that one source address has at once"
    )
    wrong_tries_minutes: int = Field(60, ge=1, description="Minutes after which a source address has all of them back")
    service_token_max_days: int = Field(
        365, ge=1, le=366, description="Days after which a service token expires at the latest"
    )
    argon2_time_cost: int = Field(2, ge=1, description="Passes of the password hash (argon2id)")
    argon2_memory_kib: int = Field(47_104, ge=8, description="Memory of the password hash, in KiB")
    argon2_parallelism: int = Field(1, ge=1, description="Lanes of the password hash")

    audit_key: Path | None = Field(
        None,
        description="PEM file of the Ed25519 key that signs the audit trail; unset: audit.key in the data folder, "
        "where the hub's own server keeps the data",
    )
    audit_seal_seconds: float = Field(
        1.0,
        ge=0,
        le=3600,
        description="Seconds between two seals of the audit trail by a web process; 0: another process seals",
    )

    smtp_url: str | None = Field(
        None,
        repr=False,
        pattern=r"^smtps?://",
        description="Mail server, as smtp://user:password@host:25 or smtps://…; beyond this machine STARTTLS is "
        "required unless ?tls=none says otherwise, ?ca=FILE names whom to trust; unset: mail waits in the outbox",
    )
    mail_from: str | None = Field(None, description="Sender of the hub's mail, as Student Hub <hub@agency.gov>")
    mail_connections: int = Field(2, ge=1, le=50, description="Connections to the mail server a worker keeps at work")
    mail_retry_seconds: int = Field(
        60,
        ge=1,
        le=3600,
        description="Seconds until a mail that was put off is tried again; doubled each time, to 2 hours",
    )
    mail_attempts: int = Field(
        40, ge=1, le=1000, description="Tries after which a mail that is put off each time is a dead letter"
    )
    outbox_keep_days: int = Field(90, ge=1, description="Days that delivered mails and dead letters are kept")
    digest_hour: int = Field(
        11, ge=0, le=23, description="Hour of the day (UTC) from which the daily digests of notifications leave"
    )
    notifications_keep_days: int = Field(365, ge=30, description="Days that notifications are kept")
    worker_in_server: bool = Field(
        True, description="Whether server processes do the worker's jobs too; false where `hub worker` runs"
    )

    reports_dir: Path | None = Field(
        None, description="Folder of the report snapshots; unset: reports in the data folder"
    )
    reports_url: str | None = Field(
        None,
        repr=False,
        pattern=r"^postgres(ql)?://",
        description="PostgreSQL that answers reports, as postgresql://…; each snapshot is copied there; "
        "unset: DuckDB in the hub's own process",
    )
    reports_hour: int = Field(
        7, ge=0, le=23, description="Hour of the day (UTC) from which the nightly snapshot is made"
    )
    reports_at_once: int = Field(2, ge=1, le=64, description="Reports a process runs at a time; others wait")
    reports_timeout_seconds: float = Field(30.0, ge=0.1, description="Seconds after which a report's query is given up")
    reports_memory_mib: int = Field(1024, ge=64, description="Memory that DuckDB may take for reports, in MiB")
    reports_threads: int = Field(2, ge=1, le=256, description="Threads of DuckDB for reports")

    oidc_issuer: str | None = Field(
        None, description="Issuer of the OpenID Connect provider for single sign-on; unset: there is none"
    )
    oidc_client_id: str | None = Field(None, description="The hub's client id at the provider")
    oidc_client_secret: SecretStr | None = Field(None, description="The hub's client secret at the provider")
    oidc_claim: Literal["email", "preferred_username"] = Field(
        "email", description="Claim that names an account: its e-mail (verified), or its user id"
    )
    oidc_second_factor: str = Field(
        "", description="Values of amr or acr (comma-separated), such as mfa, that count as a second factor"
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severe log line")
    log_json: bool | None = Field(
        None, description="Log lines as JSON instead of text; unset: JSON unless written to a terminal"
    )

    @property
    def reports_folder(self) -> Path:
        """Where report snapshots are."""
        return self.reports_dir or self.data_dir / "reports"

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, text: str) -> str:
        for part in filter(None, (part.strip() for part in text.split(","))):
            ipaddress.ip_network(part)
        return text

    @model_validator(mode="after")
    def _single_sign_on_is_whole(self) -> "Settings":
        parts = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)
        if any(parts) and not (all(parts) and self.public_url):
            raise ValueError(
                "HUB_OIDC_ISSUER, HUB_OIDC_CLIENT_ID, HUB_OIDC_CLIENT_SECRET and HUB_PUBLIC_URL are set together"
            )
        if self.oidc_issuer and not is_unchangeable(self.oidc_issuer):
            raise ValueError("HUB_OIDC_ISSUER is an address with https://, or on this machine")
        return self

    @model_validator(mode="after")
    def _certificate_and_key_come_together(self) -> "Settings":
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("HUB_TLS_CERT and HUB_TLS_KEY are set together or not at all")
        return self


def is_unchangeable(url: str) -> bool:
    """Whether what an address says cannot be changed on its way: by TLS, or since it is on this very machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")


@cache
def settings() -> Settings:
    """This process's settings, read on first use. Raises HubError (USAGE) naming each wrong one, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [f"HUB_{str(found['loc'][0]).upper()}: {found['msg']}" for found in error.errors() if found["loc"]]
        wrong += [found["msg"] for found in error.errors() if not found["loc"]]
        raise HubError(Code.USAGE, "; ".join(wrong)) from None
