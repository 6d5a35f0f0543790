"""A second database, and limits that a test may lower."""

from collections.abc import Callable, Iterator

import pytest

from hub.settings import settings
from tests.conftest import Databases

Limits = Callable[..., None]


@pytest.fixture
def other_database_url(databases: Databases, template_url: str) -> Iterator[str]:
    with databases.new(template_url) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(databases: Databases, template_url: str) -> Iterator[str]:
    """One database for all tests of a module that do not mind what the others stored."""
    with databases.new(template_url) as url:
        yield url


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Limits]:
    """Sets upload limits for one test: `limits(max_bytes=…, max_line_bytes=…, chunk_students=…)`."""

    def lower(**values: int) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"HUB_UPLOAD_{name.upper()}", str(value))
        settings.cache_clear()

    yield lower
    monkeypatch.undo()
    settings.cache_clear()
