"""What the simulated stores sell: invented brands in fifteen ranges. Only data."""

from dataclasses import dataclass
from typing import Literal

Form = Literal["bottle", "can", "carton", "box", "bag", "cup", "jar", "bar", "tray"]

FOOD, STANDARD = 700, 1900
"""German VAT in basis points: reduced for food, standard for drinks and household goods."""


@dataclass(frozen=True, slots=True)
class Range:
    """One category: every brand makes every variety, all in one form of about one size.

    ``grams``: of the goods and their packing, least and greatest over the brands; varieties of a brand weigh the same
    or nearly so, as on real shelves. ``cents``: likewise. ``size``: width along the shelf, depth, height in metres.
    """

    category: str
    noun: str
    form: Form
    brands: tuple[str, ...]
    varieties: tuple[str, ...]
    grams: tuple[float, float]
    cents: tuple[int, int]
    tax_rate: int
    size: tuple[float, float, float]


RANGES: tuple[Range, ...] = (
    Range(
        "Water and soft drinks",
        "Water",
        "bottle",
        ("Quellgrund", "Nordperle", "Sprudo", "Limora"),
        ("Still", "Sparkling", "Lemon", "Orange", "Elderflower"),
        (535, 1060),
        (79, 189),
        STANDARD,
        (0.066, 0.066, 0.235),
    ),
    Range(
        "Iced tea",
        "Iced Tea",
        "can",
        ("Nebelberg", "Teeblatt", "Chaiko", "Yerbana"),
        ("Classic", "Zero", "Peach", "Berry", "Mango"),
        (266, 522),
        (119, 249),
        STANDARD,
        (0.058, 0.058, 0.15),
    ),
    Range(
        "Juice",
        "Juice",
        "carton",
        ("Obsthain", "Sonnenwert", "Grünhof", "Fruttola"),
        ("Apple", "Orange", "Multivitamin", "Carrot", "Cherry"),
        (345, 1045),
        (129, 329),
        STANDARD,
        (0.07, 0.07, 0.20),
    ),
    Range(
        "Milk and plant drinks",
        "Drink",
        "carton",
        ("Almhof", "Haferlich", "Weidekrone", "Soyana"),
        ("Whole", "Low Fat", "Barista", "Vanilla", "Cocoa"),
        (520, 1062),
        (99, 269),
        FOOD,
        (0.072, 0.072, 0.195),
    ),
    Range(
        "Yoghurt",
        "Yoghurt",
        "cup",
        ("Joghi", "Almhof", "Skyrling", "Cremona"),
        ("Natural", "Strawberry", "Peach", "Vanilla", "Blueberry"),
        (158, 472),
        (59, 199),
        FOOD,
        (0.088, 0.088, 0.085),
    ),
    Range(
        "Cheese and spreads",
        "Cheese",
        "tray",
        ("Käsekeller", "Montblau", "Streichzart", "Weidekrone"),
        ("Mild", "Herbs", "Pepper", "Chive", "Walnut"),
        (152, 305),
        (179, 399),
        FOOD,
        (0.092, 0.10, 0.05),
    ),
    Range(
        "Sandwiches and salads",
        "Sandwich",
        "tray",
        ("Pausenbrot", "Blattwerk", "Deli Corner", "Mittag"),
        ("Egg", "Chicken", "Tuna", "Falafel", "Caprese"),
        (168, 352),
        (299, 599),
        FOOD,
        (0.17, 0.13, 0.07),
    ),
    Range(
        "Chocolate",
        "Chocolate",
        "bar",
        ("Kakaorado", "Zartwerk", "Nussini", "Milkyard"),
        ("Milk", "Dark", "Hazelnut", "Caramel", "White"),
        (54, 112),
        (99, 279),
        FOOD,
        (0.082, 0.16, 0.03),
    ),
    Range(
        "Biscuits",
        "Biscuits",
        "box",
        ("Knuspra", "Keksperle", "Haferhof", "Bretterl"),
        ("Butter", "Cocoa", "Oat", "Ginger", "Almond"),
        (142, 318),
        (129, 319),
        FOOD,
        (0.09, 0.06, 0.19),
    ),
    Range(
        "Crisps and nuts",
        "Crisps",
        "bag",
        ("Kesselkrach", "Salzig", "Nussini", "Maisko"),
        ("Salted", "Paprika", "Sour Cream", "Chilli", "Sea Salt"),
        (106, 232),
        (149, 349),
        FOOD,
        (0.17, 0.08, 0.24),
    ),
    Range(
        "Sweets",
        "Gums",
        "bag",
        ("Gummiwald", "Fruchtino", "Sauerzahn", "Minzo"),
        ("Mixed", "Sour", "Cola", "Berry", "Citrus"),
        (104, 262),
        (99, 249),
        FOOD,
        (0.096, 0.05, 0.17),
    ),
    Range(
        "Cereal and bars",
        "Cereal",
        "box",
        ("Müsliberg", "Haferhof", "Crunchino", "Frühwerk"),
        ("Classic", "Nut", "Fruit", "Chocolate", "Honey"),
        (212, 524),
        (229, 499),
        FOOD,
        (0.18, 0.065, 0.25),
    ),
    Range(
        "Pasta and sauces",
        "Sauce",
        "jar",
        ("Nonna Lia", "Tomatello", "Pestato", "Basilio"),
        ("Basilico", "Arrabbiata", "Ricotta", "Verde", "Classico"),
        (348, 702),
        (179, 399),
        FOOD,
        (0.078, 0.078, 0.14),
    ),
    Range(
        "Ready meals",
        "Bowl",
        "box",
        ("Heiß & Gut", "Wokfein", "Suppenstube", "Mittag"),
        ("Curry", "Lasagne", "Noodles", "Lentils", "Goulash"),
        (318, 468),
        (299, 549),
        FOOD,
        (0.165, 0.12, 0.06),
    ),
    Range(
        "Care and household",
        "",
        "bottle",
        ("Sanftklar", "Frischwerk", "Blankio", "Pflegra"),
        ("Soap", "Shampoo", "Dish Liquid", "Cleaner", "Lotion"),
        (282, 806),
        (149, 449),
        STANDARD,
        (0.075, 0.055, 0.21),
    ),
)
