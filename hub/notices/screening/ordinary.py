"""Words that are names and something else besides, and the words around them that tell which is meant."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from hub.notices.screening.number_words import MONTHS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@cache
def _ordinary() -> frozenset[str]:
    return _words(files("hub.notices.screening").joinpath("ordinary_words.txt").read_text(encoding="utf-8"))


def is_ordinary(word: str) -> bool:
    """Whether a folded word is a word of English or Spanish, a month or a well-known place, or too short to tell."""
    return len(word) <= 2 or word in MONTHS or word in TOWNS or word in _ordinary()


FUNCTION_WORDS = _words(
    "al a el la lo mi tu su no si de me the in on an is he she so do go to be we us or and not can but you her"
    " his him"
    " for are was all any new one two out who how now see may will did get has had let our own per que con por"
    " una uno"
    " los las del sus mas sin ser son era fue muy hay hoy ese esa eso este esta solo todo toda don mark hope rich"
)
STREETS = _words(
    "street avenue ave boulevard blvd highway hwy elementary county isd usd cisd st rd dr lane road apartments apts"
    " orchard orchards academy university preparatory"
    " river creek bridge campus"
)
"""What makes a street or school of the word before, written in any case."""
PLACES = STREETS | _words(
    "drive ln court courts ct circle way middle high school schools junior district city town park hospital clinic"
    " medical health church farm farms ranch ranches camp river creek lake valley hall center centre college packing"
    " nursery dairy bridge beach springs heights foods produce vineyard vineyards labor intermediate primary unified"
    " independent consolidated library plaza village township parish island mill mills airport station building"
    " trailer"
    " mobile estates growers greenhouse greenhouses fields hills grove point bay bend square program foundation"
    " company"
    " catholic lutheran baptist methodist community migrant learning isd memorial public head border gulf"
)
"""What makes a place of the capital words before, itself in capitals."""
PLACES_BEFORE = _words(
    "calle avenida av avda col colonia fracc fraccionamiento escuela primaria secundaria preparatoria telesecundaria"
    " condado ciudad cd municipio rancho granja iglesia clinica hospital parque rio lago distrito puerto cerro"
    " hacienda"
    " barrio ejido camino carretera plaza colegio instituto universidad county city town university college"
    " camp river"
    " lake cafe restaurante restaurant supermercado mercado jardin kinder estado bulevar blvd highway"
)
BEFORE_PLACES = _words(
    "san santa santo saint st sto sta fort ft port mount mt north south east west new puerto villa ciudad nuevo nueva"
    " isla palo rio los las el la cape lake"
)
TOWNS = _words(
    "orlando austin dallas houston madison jackson florence victoria virginia carolina georgia salinas fresno laredo"
    " leon merida guadalajara cordoba granada valencia toledo santiago guadalupe trinidad soledad mercedes"
    " medina zamora"
    " zapata marion charlotte savannah tyler bryan alexandria denton irving garland eugene salem helena phoenix"
    " augusta"
    " lubbock lincoln washington monroe montana dakota israel jordan america durango tampico celaya ponce arecibo"
    " tlaxiaco loreto paris lansing brooklyn sydney aurora clinton francisco diego antonio jose angelo"
    " beaumont fe juarez hidalgo morelos guerrero michoacan zaragoza reynosa matamoros selma sierra cuba chad"
) - _words("francisco diego antonio jose")
LOCATIVES = _words(
    "in to from near at of en a de desde hacia hasta via around outside toward towards north south east west"
    " new nuevo"
    " nueva por leaving reaching for"
)
TITLES = _words(
    "mr mrs ms miss mister sr sra srta senor senora senorita dona prof maestra maestro tio tia coach dear"
    " querida querido"
)
NAMING = _words(
    "named called nicknamed name names nombre nombres llama llaman llamada llamado llamamos llamo apellido apellidos"
    " surname nickname apodo dicen alias aka"
)
RELATIVES = _words(
    "student sister brother mother mom mama father dad papa son daughter child girl boy twin sibling cousin"
    " aunt uncle"
    " hermano hermana hermanito hermanita madre padre hijo hija nino nina alumno alumna estudiante primo tio tia"
)
ROLES = RELATIVES | _words(
    "twins joven menor senor senora bebe gemelo gemela kid teen teenager told met tell ask asked call help"
    " helped with"
    " and y e con to for"
)
"""After these a capital word is a name."""
FAMILIES = _words("family families children kids boys girls twins brothers sisters siblings household parents child")
DESCRIBING = _words("grade age grado edad who whose que quien aged born nacido nacida and")
BEING = _words("is was will can has es esta tiene fue va")
ACTS = _words(
    "arrived arrives left leaves enrolled enrolls attends attended needs needed moved moves speaks spoke withdrew"
    " called calls asks phoned signed plays walks sings drives brings brought sent wrote writes goes gets"
    " passed missed misses started completed finished came comes lives lived went got transferred received"
    " receives takes took"
    " wants said says has had does reads likes turned told asked knows works studies llego llega llegan salio asiste"
    " asistio vive vivia llamo llama pidio pide firmo trajo juega sale manda mando escribio necesita tiene"
    " termino empezo estudia habla dejo cambio fue viene vino cumple curso cursa lee"
    " dijo quiere tomo reprobo paso pasa trabaja"
)
BEFORE_MONTHS = _words(
    "in of de en by until since through during early late mid last next this every before after hasta desde para"
    " durante fines finales mediados principios mes month from to or and y o entre between till starting beginning"
    " the el each a on through around este proximo pasado al end middle ending our your their"
)
AFTER_MONTHS = _words("or and through to y o a de del of semester term deadline testing break enrollment when")
PHRASES = frozenset(
    tuple(phrase.split())
    for phrase in (
        "cruz roja",
        "vera cruz",
        "las cruces",
        "santa fe",
        "dia de reyes",
        "los reyes",
        "semana santa",
        "sierra madre",
        "good will",
        "free will",
        "head start",
        "grace period",
        "cinco de mayo",
        "el paso",
        "el sol",
        "will be",
        "red rose",
        "rose bowl",
        "may have",
        "may be",
        "hope to",
        "hope that",
        "we hope",
        "i hope",
        "mark on",
        "check mark",
        "grand rapids",
        "des moines",
        "angel tree",
        "costa rica",
        "puerto rico",
        "corpus christi",
        "los angeles",
        "star spangled",
        "memo from",
        "nueva rosita",
        "dolores hidalgo",
        "guadalupe victoria",
        "morelos zaragoza",
        "martin luther",
        "cesar chavez",
        "benito juarez",
        "abraham lincoln",
        "miguel hidalgo",
        "dolores huerta",
        "diego rivera",
        "frida kahlo",
        "simon bolivar",
        "emiliano zapata",
        "pancho villa",
        "luis munoz marin",
        "sor juana",
        "jose marti",
        "george washington",
        "francisco madero",
        "venustiano carranza",
    )
)
"""Runs of words in which none is a person's name."""
