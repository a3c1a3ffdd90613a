"""Invented consumers, with names that fit each other, ages, contacts and addresses."""

import random
import unicodedata
from dataclasses import dataclass
from datetime import date

from backoffice.sandbox.consumidor_gov.seed.numbers import draw_cpf
from backoffice.sandbox.consumidor_gov.seed.places import (
    CITIES,
    CITY_WEIGHTS,
    DISTRICTS,
    EXTRAS,
    FISCAL_REGION,
    STREETS,
    City,
)

# First names by sex and by when they were fashionable.
_NAMES = {
    ("F", "older"): "Aparecida Maria Ana Antônia Francisca Sônia Vera Lúcia Marlene Terezinha Neusa Ivone "
    "Conceição Rosângela Célia Cleusa Iracema Lourdes",
    ("F", "middle"): "Adriana Patrícia Márcia Juliana Fernanda Renata Luciana Simone Cristiane Vanessa Débora "
    "Andréia Tatiane Elaine Gisele Mônica Viviane Rosana Joana Raquel",
    ("F", "younger"): "Beatriz Larissa Camila Letícia Gabriela Júlia Rafaela Isabela Bruna Thaís Amanda Mariana "
    "Natália Yasmin Vitória Luíza Sabrina Jéssica",
    ("M", "older"): "José João Antônio Francisco Sebastião Geraldo Osvaldo Benedito Valdir Nelson Jorge Luiz "
    "Raimundo Manoel Pedro Ademir Paulo Moacir",
    ("M", "middle"): "Marcelo Ricardo Fábio André Rogério Alexandre Márcio Sandro Cláudio Anderson Leandro "
    "Rodrigo Sérgio Wagner Edson Adriano Maurício Flávio",
    ("M", "younger"): "Lucas Gabriel Matheus Felipe Thiago Vinícius Guilherme Bruno Caio Igor Rafael Gustavo "
    "Leonardo Diego Murilo Otávio Henrique Wesley",
}
_SECOND = {
    "F": ["Maria", "Cristina", "Aparecida", "Regina", "Helena", "Paula", "Carolina", "Fátima", "Eduarda", "Clara"],
    "M": ["Carlos", "Henrique", "Eduardo", "Roberto", "Augusto", "César", "Antônio", "Luís", "Vítor", "Miguel"],
}
_SURNAMES = (
    "Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins Carvalho "
    "Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques Machado "
    "Mendes Freitas Cardoso Ramos Gonçalves Teixeira Araújo Pinto Cavalcanti Brandão Figueiredo Queiroz Sá "
    "Yamamoto Nakamura Schneider Hoffmann Zanetti Bianchi Kowalski D'Ávila"
)
_PARTICLES = {"Silva": "da", "Santos": "dos", "Costa": "da", "Rocha": "da", "Nascimento": "do", "Souza": "de"}

# A reader of the data meets these too.
PECULIAR_NAMES = (
    "Joana <b>D'Arc</b> & Filhos da Silva",
    "=SOMA(A1:A9) Pereira",
    "Maria das Graças do Perpétuo Socorro Albuquerque de Vasconcelos e Mello Cavalcanti de Figueiredo Neta",
    "  José   d'Oliveira  ",
    "Ñusta Quispe Mamani-Łukasiewicz",
)


@dataclass(frozen=True)
class Consumer:
    cpf: str
    name: str
    sex: str
    born_on: date
    emails: list[dict]
    phones: list[dict]
    city: City
    cep: str
    street: str
    district: str
    extra: str


def draw_consumer(dice: random.Random, today: date, *, name: str | None = None) -> Consumer:
    sex = dice.choice("FM")
    age = min(90, max(18, int(dice.gauss(42, 14))))
    era = "older" if age >= 58 else "middle" if age >= 34 else "younger"
    city = dice.choices(CITIES, CITY_WEIGHTS)[0]
    name = name or _draw_name(dice, sex, era)
    number, flat = dice.randint(1, 2400), dice.randint(1, 24) * 10 + dice.randint(1, 4)
    prefix = dice.randint(city.cep_from, city.cep_to)
    return Consumer(
        cpf=draw_cpf(dice, FISCAL_REGION[city.uf]),
        name=name,
        sex=sex,
        born_on=date(today.year - age - 1, dice.randint(1, 12), dice.randint(1, 28)),
        emails=_emails(dice, name),
        phones=_phones(dice, city.ddd),
        city=city,
        cep=f"{prefix:05d}{dice.choice((0, 0, 10, 20, 110, 150, 330)):03d}",
        street=dice.choice(STREETS),
        district="" if dice.random() < 0.04 else dice.choice(DISTRICTS),
        extra="" if dice.random() < 0.03 else dice.choice(EXTRAS).format(n=number, a=flat),
    )


def _draw_name(dice: random.Random, sex: str, era: str) -> str:
    parts = [dice.choice(_NAMES[sex, era].split())]
    second = dice.choice(_SECOND[sex])
    if dice.random() < 0.35 and second != parts[0]:
        parts.append(second)
    for surname in dice.sample(_SURNAMES.split(), 2 if dice.random() < 0.7 else 1):
        if surname in _PARTICLES and dice.random() < 0.5:
            parts.append(_PARTICLES[surname])
        parts.append(surname)
    if sex == "M" and dice.random() < 0.06:
        parts.append(dice.choice(("Filho", "Júnior", "Neto")))
    return " ".join(parts)


def _emails(dice: random.Random, name: str) -> list[dict]:
    """Types in words (L499); most have one, some none, some two."""
    plain = unicodedata.normalize("NFD", name.lower())
    words = ["".join(c for c in word if c.isascii() and c.isalpha()) for word in plain.split()]
    words = [word for word in words if len(word) > 2] or ["consumidor"]
    address = f"{words[0]}.{words[-1]}{dice.randint(1, 99)}@{dice.choice(('example.com', 'example.org'))}"
    emails = [{"email": address, "principal": True, "tipo": "Pessoal"}]
    draw = dice.random()
    if draw < 0.15:
        emails.append({"email": f"{words[-1]}@trabalho.example.net", "principal": False, "tipo": "Institucional"})
    return [] if draw > 0.97 else emails


def _phones(dice: random.Random, ddd: str) -> list[dict]:
    """Types in numbers: 1 home, 2 mobile, 3 work (L448-L452)."""
    mobile = {"ddd": ddd, "telefone": f"9{dice.randint(60000000, 99999999)}", "tipo": 2}
    home = {"ddd": ddd, "telefone": f"{dice.randint(2, 5)}{dice.randint(1000000, 9999999)}", "tipo": 1}
    work = {"ddd": ddd, "telefone": f"3{dice.randint(1000000, 9999999)}", "tipo": 3}
    return dice.choices(([mobile], [mobile, home], [mobile, work], [home], []), (60, 20, 10, 8, 2))[0]
