"""Jurisdictions, districts and schools."""

from __future__ import annotations

from enum import Enum

import strawberry

from hub.tables import DistrictRow, JurisdictionRow, SchoolRow
from permissions.declare import guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column
from resolvers.sources import directory as source
from schema.base import PAGE_ARGUMENTS, Connection, Node, record

_CATALOG = "The list of states is common knowledge."


@strawberry.enum(description="What kind of jurisdiction submits records.")
class JurisdictionKind(Enum):
    STATE = strawberry.enum_value("STATE", description="One of the fifty states.")
    DISTRICT = strawberry.enum_value("DISTRICT", description="The District of Columbia.")
    TERRITORY = strawberry.enum_value("TERRITORY", description="A territory.")


@record(source.SCHOOLS, G.DIRECTORY_READ, "A school or project, as the newest upload that names it calls it.")
class School(Node):
    school_id: str | None = guarded(G.DIRECTORY_READ, Column(SchoolRow.school_id), "Its 12-digit NCES id.")
    name: str | None = guarded(G.DIRECTORY_READ, Column(SchoolRow.name), "Its name.")
    state: str | None = guarded(G.DIRECTORY_READ, Column(SchoolRow.state), "Two-letter code of its state.")
    district: District | None = guarded(
        G.DIRECTORY_READ, source.DISTRICT_OF_SCHOOL, "The district it belongs to, where an upload said so."
    )


@record(source.DISTRICTS, G.DIRECTORY_READ, "A school district (LEA), as the newest upload that names it calls it.")
class District(Node):
    district_id: str | None = guarded(G.DIRECTORY_READ, Column(DistrictRow.district_id), "Its 7-digit NCES id.")
    name: str | None = guarded(G.DIRECTORY_READ, Column(DistrictRow.name), "Its name.")
    state: str | None = guarded(G.DIRECTORY_READ, Column(DistrictRow.state), "Two-letter code of its state.")
    jurisdiction: Jurisdiction | None = guarded(G.DIRECTORY_READ, source.STATE_OF_ROW, "Its state.")
    schools: Connection[School] | None = guarded(
        G.DIRECTORY_READ, source.SCHOOLS_OF_DISTRICT, "Its schools.", PAGE_ARGUMENTS
    )


@record(source.JURISDICTIONS, None, "A state, the District of Columbia or a territory.")
class Jurisdiction(Node):
    code: str = public(_CATALOG, Column(JurisdictionRow.code), "Two-letter code.")
    name: str = public(_CATALOG, Column(JurisdictionRow.name), "Name.")
    kind: JurisdictionKind = public(_CATALOG, Column(JurisdictionRow.kind), "What kind of jurisdiction it is.")
    fips: str = public(_CATALOG, Column(JurisdictionRow.fips), "Two-digit FIPS code, with which its NCES ids begin.")
    districts: Connection[District] | None = guarded(
        G.DIRECTORY_READ, source.DISTRICTS_OF_STATE, "Its school districts.", PAGE_ARGUMENTS
    )
    schools: Connection[School] | None = guarded(
        G.DIRECTORY_READ, source.SCHOOLS_OF_STATE, "Its schools and projects.", PAGE_ARGUMENTS
    )
