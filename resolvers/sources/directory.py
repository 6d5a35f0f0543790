"""The directory: jurisdictions, the districts in them, the schools in those."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from hub.tables import DistrictRow, JurisdictionRow, SchoolRow
from resolvers.compiler.source import Connection, Relation, Rows, Source

JURISDICTIONS = Source("jurisdictions", JurisdictionRow, ("code",))
DISTRICTS = Source("districts", DistrictRow, ("district_id",))
SCHOOLS = Source("schools", SchoolRow, ("school_id",))


def _in_state(child: Rows, parent: Rows | None) -> ColumnElement[bool] | None:
    return None if parent is None else child.c.state == parent.c.code


def _in_district(school: Rows, district: Rows | None) -> ColumnElement[bool] | None:
    return None if district is None else school.c.district_id == district.c.district_id


ALL_JURISDICTIONS = Relation(JURISDICTIONS, many=True, size=57)
DISTRICTS_OF_STATE = Connection(DISTRICTS, _in_state)
SCHOOLS_OF_STATE = Connection(SCHOOLS, _in_state)
SCHOOLS_OF_DISTRICT = Connection(SCHOOLS, _in_district)
STATE_OF_ROW = Relation(JURISDICTIONS, lambda state, row: state.c.code == row.c.state)
DISTRICT_OF_SCHOOL = Relation(DISTRICTS, lambda district, school: district.c.district_id == school.c.district_id)
DISTRICT_OF_ENROLLMENT = Relation(
    DISTRICTS, lambda district, enrollment: district.c.district_id == enrollment.c.district_id
)
SCHOOL_OF_ENROLLMENT = Relation(SCHOOLS, lambda school, enrollment: school.c.school_id == enrollment.c.school_id)
