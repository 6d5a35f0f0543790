"""Protects tables: the one way by which a number leaves to whoever may not see the records."""

from __future__ import annotations

from hub.reports.disclosure.cell_keys import ad_hoc
from hub.reports.disclosure.standard import standard
from hub.reports.table import Mode, ProtectedTable, RawTable


class Control:
    """The protection of everybody who may see no exact counts."""

    def protect(self, raw: RawTable, *, mode: Mode) -> ProtectedTable:
        """`raw` as it may be shown. `mode` must be STANDARD or AD_HOC."""
        if mode is Mode.STANDARD:
            return standard(raw)
        if mode is Mode.AD_HOC:
            return ad_hoc(raw)
        raise PermissionError(f"a table would leave as {mode}, unprotected")
