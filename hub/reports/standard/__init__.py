"""The standard reports: named definitions over the same engine. The rules of a count stand where it is computed, in
the facts and the catalogue; a definition says which counts, by what, of which year."""

from hub.reports.standard.definitions import STANDARD, Parameters, Standard, standard_request

__all__ = ["STANDARD", "Parameters", "Standard", "standard_request"]
