"""A believable country of invented migrant children, for the demo and for measurements.

`make_country` describes it; `write_uploads` writes the first night's files (home records) and `second_night` the
second's, once the hub has given MSIX IDs. Nothing here reads the hub: the files go through the real intake.
"""

from hub.demo.country import Country, Links, StateRecord, make_country
from hub.demo.uploads import second_night, write_uploads

__all__ = ["Country", "Links", "StateRecord", "make_country", "second_night", "write_uploads"]
