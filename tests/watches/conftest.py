"""A hub over a database of the test's own, with accounts and no children yet."""

from tests.identity.conftest import hub

__all__ = ["hub"]
