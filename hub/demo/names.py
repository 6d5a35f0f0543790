"""The peoples whose children follow the work, and the names they give.

Names are common given names and surnames, put together by chance: no name here means a real person. Siblings
share what `Community` says they share: in a community with double surnames a child carries the first surname
of the father and then the first of the mother, elsewhere the father's only.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Community:
    """Given names, surnames and birth places of one people; `english_learners` is a share from 0 to 1."""

    name: str
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    surnames: tuple[str, ...]
    birth_places: tuple[tuple[str, str | None, str], ...]
    double_surname: bool
    second_names: float
    born_abroad: float
    english_learners: float


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


_HISPANIC_GIRLS = _words(
    "María Guadalupe Ana Rosa Sofía Valentina Camila Ximena Daniela Fernanda Alejandra Gabriela Lucía Elena Isabel"
    " Mariana Natalia Paola Verónica Yesenia Araceli Esmeralda Jazmín Karla Leticia Marisol Noemí Perla Rocío"
    " Teresa Yolanda Ángela Beatriz Citlali Dulce Evelyn Francisca Graciela Itzel Juana Liliana Mónica Ashley"
)
_HISPANIC_BOYS = _words(
    "José Juan Luis Carlos Jesús Miguel Ángel Francisco Antonio Alejandro Daniel Eduardo Fernando Gabriel Héctor"
    " Iván Javier Jorge Kevin Leonardo Manuel Marcos Mateo Martín Óscar Pablo Pedro Rafael Ramón Raúl Ricardo"
    " Roberto Salvador Santiago Sebastián Sergio Tomás Uriel Víctor Adrián Brayan Cristian Diego Emiliano Gerardo"
)
_MEXICAN_SURNAMES = _words(
    "García Hernández Martínez López González Rodríguez Pérez Sánchez Ramírez Flores Cruz Rivera Gómez Morales"
    " Reyes Gutiérrez Ortiz Ramos Mendoza Ruiz Aguilar Álvarez Castillo Jiménez Moreno Romero Vargas Castro"
    " Guerrero Muñoz Rojas Contreras Salazar Luna Ortega Soto Estrada Ríos Cárdenas Ávila Vega Delgado Peña"
    " Cervantes Campos Ibarra Trujillo Zavala Zúñiga Núñez Barrera Cantú De_la_Cruz De_León Villarreal Treviño"
    " Escobedo Galván Huerta Juárez Lara Maldonado Navarro Ochoa Palacios Quintero Rangel Saldívar Tapia Valdez"
)
_MEXICAN_PLACES = (
    ("Matamoros", None, "MX"),
    ("Reynosa", None, "MX"),
    ("Ciudad Victoria", None, "MX"),
    ("San Luis Potosí", None, "MX"),
    ("Celaya", None, "MX"),
    ("Uruapan", None, "MX"),
    ("Zamora", None, "MX"),
    ("Durango", None, "MX"),
    ("Tepatitlán", None, "MX"),
)

MEXICAN = Community(
    "Mexican",
    _HISPANIC_GIRLS,
    _HISPANIC_BOYS,
    _MEXICAN_SURNAMES,
    _MEXICAN_PLACES,
    double_surname=True,
    second_names=0.45,
    born_abroad=0.35,
    english_learners=0.55,
)
MIXTECO = Community(
    "Mixteco",
    _HISPANIC_GIRLS,
    _HISPANIC_BOYS,
    _words(
        "Santiago Bautista López Martínez Hernández Cruz Reyes Velasco Vásquez Guzmán Merino Zurita Chávez Feria"
        " Ventura Ojeda Celis Tenorio Sierra Aparicio Solano Gregorio Cortés Pacheco Rojas Basurto Quiroz Librado"
    ),
    (
        ("Santiago Juxtlahuaca", None, "MX"),
        ("Tlaxiaco", None, "MX"),
        ("Huajuapan", None, "MX"),
        ("Tlapa", None, "MX"),
    ),
    double_surname=True,
    second_names=0.3,
    born_abroad=0.5,
    english_learners=0.85,
)
MAYA = Community(
    "Maya",
    _HISPANIC_GIRLS,
    _HISPANIC_BOYS,
    _words("Tzoc Chávez Ixcoy Tum Caal Pop Ajanel Xol Coc Tzul Us Chitic Lux Batz Mejía Pérez Domingo Pascual Tiu"),
    (("Totonicapán", None, "GT"), ("Huehuetenango", None, "GT"), ("Cobán", None, "GT"), ("Nebaj", None, "GT")),
    double_surname=True,
    second_names=0.4,
    born_abroad=0.6,
    english_learners=0.85,
)
PUERTO_RICAN = Community(
    "Puerto Rican",
    _HISPANIC_GIRLS,
    _HISPANIC_BOYS,
    _words(
        "Rivera Rodríguez Colón Santiago Ortiz Vázquez Rosario Figueroa Maldonado Nieves Cintrón Acevedo Pagán"
        " Meléndez Quiñones Feliciano Burgos Alicea Matos Negrón Otero Vélez Zayas Marrero Cotto Laboy Serrano"
    ),
    (("Ponce", "PR", "US"), ("Arecibo", "PR", "US"), ("Mayagüez", "PR", "US")),
    double_surname=True,
    second_names=0.4,
    born_abroad=0.7,
    english_learners=0.5,
)
HAITIAN = Community(
    "Haitian",
    _words(
        "Widelene Marie Rose Guerline Nadège Fabiola Mirlande Esther Judeline Lovelie Naïka Roseline Dieula"
        " Kerline Wislande Ketura Ruth Chrislande Daphnée Manoucheka Sherline Yvenie"
    ),
    _words(
        "Jean Wilner Frantz Evens Jude Ricardo Stevenson Marckendy Wisly Peterson Jameson Emmanuel Fritz Kervens"
        " Olivier Wood Samuel Dieuseul Clifford Josué Junior Rodney"
    ),
    _words(
        "Jean Pierre Joseph Louis Charles Étienne Desrosiers Saintil Dorvil Cadet Augustin Célestin Exantus"
        " Fleurimond Jean-Baptiste Lafleur Mésidor Noël Philippe Saint-Fleur Toussaint Valcin Estimé Belizaire"
    ),
    (("Les Cayes", None, "HT"), ("Gonaïves", None, "HT"), ("Jacmel", None, "HT"), ("Port-de-Paix", None, "HT")),
    double_surname=False,
    second_names=0.35,
    born_abroad=0.45,
    english_learners=0.7,
)
MARSHALLESE = Community(
    "Marshallese",
    _words("Rosina Neimat Almi Carlmai Mejko Telma Junita Kathleen Hertina Emlain Yoshie Litha Bella Anjelina"),
    _words("Hemity Tarmy Ranson Jabnil Wilbur Lanwi Hackney Rubon Atmita Jorlang Kimo Alden Tonny Bobson Jakeo"),
    _words("Jorju Lokebol Riklon Lajar Jetnil Laukon Langrine Mawilong Bien Tarwoj Lakjohn Jibas Korok Nashon Lemae"),
    (("Majuro", None, "MH"), ("Ebeye", None, "MH"), ("Arno", None, "MH")),
    double_surname=False,
    second_names=0.2,
    born_abroad=0.4,
    english_learners=0.75,
)
HMONG = Community(
    "Hmong",
    _words("Mai Pa_Kou Kia Yer Bao Gao_Nou Sheng Chee Mee Nou Pahoua Maiv Xee Ka_Zoua Panyia Goa"),
    _words("Kong Tou Chue Pao Xeng Leng Fue Cheng Toua Yeng Tou_Ger Neng Ger Blong Chou Vameng"),
    _words("Vang Yang Xiong Lee Lor Moua Thao Her Vue Cha Kue Hang Khang Chang Fang Kong Pha Cheng"),
    (("Ban Vinai", None, "TH"), ("Vientiane", None, "LA")),
    double_surname=False,
    second_names=0.15,
    born_abroad=0.1,
    english_learners=0.45,
)
VIETNAMESE = Community(
    "Vietnamese",
    _words("Linh Mai Thảo Hương Trang Ngọc Phương Lan Thu Vy Kim Tiffany Jenny Christine"),
    _words("Minh Khoa Tuấn Huy Dũng Nam Phúc Quang Sơn Thành Andy Kevin Johnny Vincent"),
    _words("Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi Đỗ Ngô Dương Lý"),
    (("Vũng Tàu", None, "VN"), ("Rạch Giá", None, "VN")),
    double_surname=False,
    second_names=0.3,
    born_abroad=0.2,
    english_learners=0.4,
)
ANGLO = Community(
    "Anglo",
    _words(
        "Emily Hannah Abigail Madison Olivia Grace Chloe Savannah Katherine Rebecca Sarah Jessica Amanda Lillian"
        " Harper Paige Molly Jenna Margaret Tessa Elizabeth Ellie"
    ),
    _words(
        "Jacob Mason William Ethan Michael Tyler Hunter Colton Wyatt Joshua Benjamin Robert James Thomas Caleb"
        " Dustin Travis Samuel Matthew Zachary Levi Owen"
    ),
    _words(
        "Miller Johnson Weaver Hostetler Clark Baker Jensen Olson Schmidt Carter Hughes Turner Whitfield Barlow"
        " Harmon Sutter Thatcher Prescott Mackey Dalton Krueger Lindgren Parrish Stoddard Vance Ames McKinney"
    ),
    (),
    double_surname=False,
    second_names=0.8,
    born_abroad=0.0,
    english_learners=0.0,
)

BIRTH_TOWNS: tuple[str, ...] = (
    "Port Amberly",
    "Garland Heights",
    "Saint Odile",
    "Fort Kestrel",
    "Larkin City",
    "Marlow Springs",
    "Vesper",
    "New Pembrook",
)
"""Towns with a hospital, in whatever state: where children are born who are born in the country."""

NICKNAMES: dict[str, str] = {
    "Guadalupe": "Lupe",
    "José": "Pepe",
    "Francisco": "Paco",
    "Francisca": "Paquita",
    "Jesús": "Chuy",
    "Ignacio": "Nacho",
    "Antonio": "Toño",
    "Manuel": "Manny",
    "Roberto": "Beto",
    "Eduardo": "Lalo",
    "Salvador": "Chava",
    "Rafael": "Rafa",
    "Luis": "Lucho",
    "Alejandro": "Alex",
    "Alejandra": "Ale",
    "Gabriela": "Gaby",
    "Leticia": "Lety",
    "Graciela": "Chela",
    "Isabel": "Chabela",
    "Teresa": "Tere",
    "Sergio": "Checo",
    "Emmanuel": "Manno",
    "Stevenson": "Steve",
    "Jameson": "James",
    "Katherine": "Katie",
    "Elizabeth": "Beth",
    "Rebecca": "Becky",
    "Abigail": "Abby",
    "Margaret": "Maggie",
    "William": "Billy",
    "Michael": "Mike",
    "Robert": "Bobby",
    "James": "Jimmy",
    "Thomas": "Tommy",
    "Joshua": "Josh",
    "Benjamin": "Ben",
    "Matthew": "Matt",
    "Zachary": "Zach",
    "Samuel": "Sammy",
}
