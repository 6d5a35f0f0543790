"""Every setting is described, listed by `hub settings`, and read from its variable; secrets are not shown."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.commands.settings import without_password
from hub.errors import Code, HubError
from hub.settings import Settings, settings


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither the developer's `.env` nor settings that were read before."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HUB_{name.upper()}", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


def listed() -> dict[str, dict[str, object]]:
    result = CliRunner().invoke(app(["settings"]), ["settings", "--json"])
    assert result.exit_code == 0, result.output
    return {row["name"]: row for row in json.loads(result.stdout)}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_description_and_is_listed(name: str) -> None:
    assert Settings.model_fields[name].description
    assert listed()[name]["variable"] == f"HUB_{name.upper()}"


def test_the_listing_tells_where_a_value_comes_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HUB_PORT=8001\nHUB_WORKERS=2\n")
    monkeypatch.setenv("HUB_WORKERS", "3")
    rows = listed()
    assert (rows["port"]["value"], rows["port"]["from"]) == (8001, ".env")
    assert (rows["workers"]["value"], rows["workers"]["from"]) == (3, "environment")
    assert rows["host"]["from"] == "default"


def test_a_wrong_setting_is_refused_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", "mysql://hub:s3cret@db/hub")
    with pytest.raises(HubError, match="HUB_DATABASE_URL") as refused:
        settings()
    assert refused.value.code is Code.USAGE
    assert "s3cret" not in str(refused.value)


def test_a_certificate_without_its_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_TLS_CERT", "cert.pem")
    with pytest.raises(HubError, match="HUB_TLS_KEY"):
        settings()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://hub:s3:c@ret@db:5432/hub", "postgresql://hub:***@db:5432/hub"),
        ("postgresql:///hub?host=/run&password=s3cret&user=x", "postgresql:///hub?host=/run&password=***&user=x"),
        ("smtp://hub:s3cret@mail.agency.gov:587?tls=starttls", "smtp://hub:***@mail.agency.gov:587?tls=starttls"),
        ("postgresql://hub@db/hub", "postgresql://hub@db/hub"),
    ],
)
def test_a_password_in_a_url_is_not_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown
