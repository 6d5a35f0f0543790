"""Disclosure control: what of a raw table may be shown to whoever may not see the records behind it.

`standard` suppresses cells of fixed tables and proves that none follows (`patterns`, `audit`, `complementary`,
`swaps`); `cell_keys` perturbs ad hoc answers (`noise`, `families`), of which `permitted` says what may be asked.
All of it is pure: a function of the table alone, whatever else was asked, by whom and when.
`limits` are its parameters.
"""

from hub.reports.disclosure.control import Control
from hub.reports.disclosure.permitted import chosen, conditions, permitted

__all__ = ["Control", "chosen", "conditions", "permitted"]
