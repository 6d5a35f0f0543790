"""The states as the demo knows them: federal codes, telephone and postal prefixes, and how a state's school year runs.

Codes and prefixes are the real ones, so that ids look right; everything built on them (towns, districts, schools,
telephone numbers 555-01xx) is invented. `STATES` stands in the order of the federal codes and never changes order.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class State:
    """One state, DC or Puerto Rico. `late_year`: school runs from September to June instead of August to May."""

    code: str
    fips: str
    name: str
    area_code: str
    zip3: str
    neighbour: str
    district_style: str
    late_year: bool

    @property
    def writing(self) -> int:
        """Which of the four ways of writing names (see `spelling`) this state's system has."""
        return int(self.fips) % 4


_TABLE = """
AL 01 Alabama 334 360 GA County_Schools S
AK 02 Alaska 907 995 WA Borough_Schools N
AZ 04 Arizona 928 853 CA Unified_District S
AR 05 Arkansas 479 727 MO School_District S
CA 06 California 559 932 OR Unified S
CO 08 Colorado 970 806 NM School_District_RE S
CT 09 Connecticut 860 060 MA Public_Schools N
DE 10 Delaware 302 199 MD School_District N
DC 11 District_of_Columbia 202 200 MD Public_Schools N
FL 12 Florida 863 338 GA County_Schools S
GA 13 Georgia 229 316 SC County_Schools S
HI 15 Hawaii 808 967 CA Complex_Area S
ID 16 Idaho 208 833 UT Joint_District S
IL 17 Illinois 815 609 IN Community_Unit S
IN 18 Indiana 765 469 OH Community_Schools S
IA 19 Iowa 515 502 NE Community_School_District N
KS 20 Kansas 620 678 OK Unified_District S
KY 21 Kentucky 270 421 TN County_Schools S
LA 22 Louisiana 985 703 MS Parish_Schools S
ME 23 Maine 207 046 NH School_Administrative_Unit N
MD 24 Maryland 410 216 DE County_Public_Schools N
MA 25 Massachusetts 413 010 CT Public_Schools N
MI 26 Michigan 231 496 IN Area_Schools N
MN 27 Minnesota 507 560 WI Public_School_District N
MS 28 Mississippi 662 388 AL School_District S
MO 29 Missouri 573 638 AR R-II_Schools S
MT 30 Montana 406 598 ND Public_Schools N
NE 31 Nebraska 308 688 IA Public_Schools S
NV 32 Nevada 775 894 CA County_School_District S
NH 33 New_Hampshire 603 035 VT School_District N
NJ 34 New_Jersey 856 083 PA Township_Schools N
NM 35 New_Mexico 575 880 TX Municipal_Schools S
NY 36 New_York 585 144 PA Central_School_District N
NC 37 North_Carolina 910 283 VA County_Schools S
ND 38 North_Dakota 701 582 MN Public_School_District S
OH 39 Ohio 419 434 MI Local_Schools S
OK 40 Oklahoma 580 735 KS Public_Schools S
OR 41 Oregon 503 973 WA School_District N
PA 42 Pennsylvania 717 173 NY Area_School_District N
RI 44 Rhode_Island 401 028 CT Public_Schools N
SC 45 South_Carolina 843 294 NC County_Schools S
SD 46 South_Dakota 605 573 ND School_District S
TN 47 Tennessee 423 373 KY County_Schools S
TX 48 Texas 956 785 NM ISD S
UT 49 Utah 435 847 ID School_District S
VT 50 Vermont 802 057 NH Supervisory_Union N
VA 51 Virginia 757 233 MD County_Public_Schools N
WA 53 Washington 509 989 OR School_District N
WV 54 West_Virginia 304 254 VA County_Schools S
WI 55 Wisconsin 715 549 MN School_District N
WY 56 Wyoming 307 824 MT County_School_District S
PR 72 Puerto_Rico 787 007 FL Region_Schools S
"""


def _state(line: str) -> State:
    code, fips, name, area, zip3, neighbour, style, term = (w.replace("_", " ") for w in line.split())
    return State(code, fips, name, area, zip3, neighbour, style, term == "N")


STATES: tuple[State, ...] = tuple(_state(line) for line in _TABLE.strip().splitlines())
BY_CODE: dict[str, State] = {state.code: state for state in STATES}
