"""Tests of what is decided before anything is read: the fixtures they share."""

from tests.http.fixtures import country_template, country_url, hub, own_hub, shared_country
from tests.plan.asking import wide

__all__ = ["country_template", "country_url", "hub", "own_hub", "shared_country", "wide"]
