"""The seasonal streams: where families winter, and which crops and catches they follow through the year.

A stream is one cycle: the home base from autumn until spring, then stops in the order of the calendar, then home
again. Days are (month, day) and stops never overlap. The routes follow the three old streams (from Florida up the
Atlantic, from Texas through the middle, from California up the Pacific) and the newer work: fishing, dairies,
nurseries, meat and poultry plants.
"""

from dataclasses import dataclass

from hub.demo.names import (
    ANGLO,
    HAITIAN,
    HMONG,
    MARSHALLESE,
    MAYA,
    MEXICAN,
    MIXTECO,
    PUERTO_RICAN,
    VIETNAMESE,
    Community,
)

Day = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stop:
    """A state where the family works from `arrive` until `leave`."""

    state: str
    arrive: Day
    leave: Day
    work: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A home base with the stops of one year; `weight` is its share of the migrant families."""

    home: str
    home_arrive: Day
    home_leave: Day
    work: str
    stops: tuple[Stop, ...]
    peoples: tuple[tuple[Community, int], ...]
    weight: int


def _stream(home: str, stops: str, peoples: str, weight: int) -> Stream:
    """`home` is "TX 10/20-4/25 onions"; `stops` the same, parted by semicolons; `peoples` "MEXICAN 9, ANGLO 1"."""
    base = _stop(home)
    mixed = tuple((_PEOPLES[name], int(share)) for name, share in (part.split() for part in peoples.split(",")))
    route = tuple(_stop(stop) for stop in stops.split(";"))
    return Stream(base.state, base.arrive, base.leave, base.work, route, mixed, weight)


def _stop(text: str) -> Stop:
    state, days, work = text.strip().split(" ", 2)
    arrive, leave = (tuple(map(int, day.split("/"))) for day in days.split("-"))
    return Stop(state, (arrive[0], arrive[1]), (leave[0], leave[1]), work)


_PEOPLES = {
    "MEXICAN": MEXICAN,
    "MIXTECO": MIXTECO,
    "MAYA": MAYA,
    "PUERTO_RICAN": PUERTO_RICAN,
    "HAITIAN": HAITIAN,
    "MARSHALLESE": MARSHALLESE,
    "HMONG": HMONG,
    "VIETNAMESE": VIETNAMESE,
    "ANGLO": ANGLO,
}

STREAMS: tuple[Stream, ...] = (
    _stream(
        "TX 10/22-4/24 winter vegetables and citrus",
        "OH 4/29-7/10 nursery stock; MI 7/14-10/17 cherries, blueberries and apples",
        "MEXICAN 1",
        14,
    ),
    _stream(
        "TX 10/12-5/8 onions and citrus",
        "MN 5/13-7/18 sugar beets; WI 7/21-10/7 vegetables for canning",
        "MEXICAN 9,HMONG 1",
        8,
    ),
    _stream(
        "TX 10/15-4/28 packing sheds",
        "IL 5/3-6/25 asparagus; IN 6/28-9/5 tomatoes and melons; OH 9/8-10/10 pickles",
        "MEXICAN 1",
        7,
    ),
    _stream("TX 11/8-4/15 citrus", "ND 4/22-8/4 sugar beets; MT 8/8-11/2 sugar beets and cherries", "MEXICAN 1", 4),
    _stream(
        "TX 11/15-5/10 cotton gins",
        "OK 5/14-6/12 wheat; KS 6/15-7/8 wheat; SD 7/12-8/22 wheat; MT 8/26-11/8 wheat and lentils",
        "ANGLO 3,MEXICAN 2",
        5,
    ),
    _stream("TX 11/20-6/1 packing sheds", "NM 6/5-8/20 onions; CO 8/24-11/14 potatoes and melons", "MEXICAN 1", 5),
    _stream("TX 12/5-5/20 shrimp", "LA 5/25-8/30 shrimp; MS 9/3-11/28 oysters", "VIETNAMESE 3,MEXICAN 1", 3),
    _stream(
        "FL 10/28-4/20 tomatoes and citrus",
        "GA 4/24-6/18 onions and blueberries; SC 6/21-7/25 peaches; NC 7/28-10/23 sweet potatoes and tobacco",
        "MEXICAN 5,HAITIAN 2,MAYA 2",
        12,
    ),
    _stream(
        "FL 11/10-5/5 tomatoes and strawberries",
        "VA 5/10-7/20 tomatoes; DE 7/23-8/30 melons; PA 9/3-11/4 apples and mushrooms",
        "HAITIAN 4,MEXICAN 4",
        8,
    ),
    _stream(
        "FL 11/12-5/15 citrus",
        "NJ 5/20-7/24 blueberries; ME 7/27-9/1 wild blueberries; NY 9/4-11/6 apples",
        "HAITIAN 3,MEXICAN 3,MAYA 1",
        7,
    ),
    _stream("FL 11/1-5/28 ferns and sugar cane", "MD 6/2-8/15 crabs and melons; NY 8/19-10/27 apples", "MAYA 1", 4),
    _stream(
        "FL 10/25-5/1 strawberries",
        "AL 5/5-7/5 tomatoes; TN 7/8-8/25 tomatoes; KY 8/28-10/20 tobacco",
        "MEXICAN 1",
        4,
    ),
    _stream(
        "CA 10/25-5/10 lettuce and citrus",
        "OR 5/15-8/8 strawberries and nursery stock; WA 8/11-10/20 apples and pears",
        "MIXTECO 6,MEXICAN 5",
        13,
    ),
    _stream("CA 11/1-5/25 pruning vines", "WA 6/1-10/26 cherries and apples", "MEXICAN 5,MIXTECO 4,HMONG 1", 7),
    _stream("CA 10/18-4/12 broccoli", "ID 4/18-7/28 onions; UT 8/1-10/12 cherries and peaches", "MEXICAN 1", 3),
    _stream("AZ 11/6-3/28 lettuce", "CA 4/1-10/30 lettuce and berries", "MEXICAN 1", 8),
    _stream("AZ 10/10-5/12 dairy", "NV 5/16-7/20 onions; ID 7/24-10/4 potatoes", "MEXICAN 1", 3),
    _stream("WA 9/4-5/20 seafood plants", "AK 5/26-8/28 salmon", "MEXICAN 3,ANGLO 2,VIETNAMESE 1", 4),
    _stream("AR 9/1-5/20 poultry", "AK 5/27-8/24 fish plants", "MARSHALLESE 1", 3),
    _stream("HI 10/20-5/28 coffee and macadamia", "AR 6/3-10/12 poultry", "MARSHALLESE 1", 2),
    _stream("WI 10/28-5/20 dairy", "MN 5/25-10/20 vegetables and turkey", "HMONG 2,MEXICAN 3", 3),
    _stream("GA 11/4-5/28 poultry and pecans", "NC 6/2-10/29 tobacco and Christmas trees", "MEXICAN 3,MAYA 3", 4),
    _stream("PR 12/1-5/1 coffee", "NJ 5/6-7/28 blueberries; MA 8/1-11/22 tobacco and cranberries", "PUERTO_RICAN 1", 4),
    _stream("PA 11/15-5/10 mushrooms", "NY 5/16-8/20 vegetables; VT 8/24-11/8 dairy and apples", "MEXICAN 2,MAYA 1", 3),
    _stream("NE 10/30-5/20 meat packing", "WY 5/25-8/10 sugar beets; CO 8/14-10/24 onions", "MEXICAN 4,MAYA 1", 3),
)

LOCAL_WORK: tuple[str, ...] = (
    "dairy",
    "poultry",
    "meat packing",
    "nursery stock",
    "vegetables",
    "orchards",
    "hay and feedlots",
)
"""What families do who move within one state, or to its neighbour and back."""

LOCAL_PEOPLES: tuple[tuple[Community, int], ...] = ((MEXICAN, 6), (ANGLO, 4), (MAYA, 2))
