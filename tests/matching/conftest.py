"""A second database, to compare with."""

from tests.intake.conftest import other_database_url

__all__ = ["other_database_url"]
