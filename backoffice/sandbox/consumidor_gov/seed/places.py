"""Real cities with their DDD and CEP range, and one Procon a state."""

from dataclasses import dataclass

REGIONS = {
    "N": ("AC", "AM", "AP", "PA", "RO", "RR", "TO"),
    "NE": ("AL", "BA", "CE", "MA", "PB", "PE", "PI", "RN", "SE"),
    "CO": ("DF", "GO", "MS", "MT"),
    "SE": ("ES", "MG", "RJ", "SP"),
    "S": ("PR", "RS", "SC"),
}
UFS = tuple(sorted(uf for ufs in REGIONS.values() for uf in ufs))

# The ninth digit of a CPF tells the fiscal region it was issued in.
FISCAL_REGION = {
    uf: digit
    for digit, ufs in enumerate(
        (
            "RS",
            "DF GO MT MS TO",
            "AC AM AP PA RO RR",
            "CE MA PI",
            "AL PB PE RN",
            "BA SE",
            "MG",
            "ES RJ",
            "SP",
            "PR SC",
        )
    )
    for uf in ufs.split()
}


@dataclass(frozen=True)
class City:
    code: int  # printed with seven digits
    uf: str
    name: str
    ddd: str
    cep_from: int  # first five digits
    cep_to: int
    weight: int


# name, DDD, first and last CEP prefix, how often
_CITIES = {
    "AC": "Rio Branco,68,69900,69923,3;Xapuri,68,69930,69930,1;Cruzeiro do Sul,68,69980,69980,1",
    "AL": "Maceió,82,57000,57098,4;Arapiraca,82,57300,57319,1",
    "AM": "Manaus,92,69000,69098,6;Parintins,92,69151,69155,1",
    "AP": "Macapá,96,68900,68914,3",
    "BA": "Salvador,71,40000,41998,12;Feira de Santana,75,44000,44099,3;Vitória da Conquista,77,45000,45099,2",
    "CE": "Fortaleza,85,60000,60999,10;Juazeiro do Norte,88,63000,63049,2;Sobral,88,62010,62039,1",
    "DF": "Brasília,61,70040,72799,12",
    "ES": "Vitória,27,29010,29099,4;Vila Velha,27,29100,29129,3",
    "GO": "Goiânia,62,74000,74899,8;Anápolis,62,75000,75149,2;Aparecida de Goiânia,62,74900,74999,2",
    "MA": "São Luís,98,65000,65099,4;Imperatriz,99,65900,65919,1",
    "MG": "Belo Horizonte,31,30110,31998,14;Uberlândia,34,38400,38415,4;Juiz de Fora,32,36010,36099,3;"
    "Contagem,31,32010,32399,3;Montes Claros,38,39400,39409,1;São João del-Rei,32,36300,36319,1",
    "MS": "Campo Grande,67,79002,79119,4;Dourados,67,79800,79849,1",
    "MT": "Cuiabá,65,78005,78099,4;Rondonópolis,66,78700,78750,1;Várzea Grande,65,78110,78169,1",
    "PA": "Belém,91,66010,66999,5;Ananindeua,91,67000,67199,2;Santarém,93,68005,68099,1",
    "PB": "João Pessoa,83,58010,58099,4;Campina Grande,83,58400,58449,2",
    "PE": "Recife,81,50010,52999,9;Olinda,81,53010,53399,2;Caruaru,81,55000,55049,2",
    "PI": "Teresina,86,64000,64099,4;Parnaíba,86,64200,64219,1",
    "PR": "Curitiba,41,80010,82999,12;Londrina,43,86010,86099,3;Maringá,44,87010,87109,3;"
    "Foz do Iguaçu,45,85850,85869,1;Ponta Grossa,42,84010,84099,1",
    "RJ": "Rio de Janeiro,21,20010,23799,24;Niterói,21,24020,24399,4;Duque de Caxias,21,25010,25299,3;"
    "Petrópolis,24,25610,25779,2;Campos dos Goytacazes,22,28010,28099,1",
    "RN": "Natal,84,59010,59149,4;Mossoró,84,59600,59649,1",
    "RO": "Porto Velho,69,76800,76834,3;Ji-Paraná,69,76900,76914,1",
    "RR": "Boa Vista,95,69300,69339,2",
    "RS": "Porto Alegre,51,90010,91999,11;Caxias do Sul,54,95010,95124,3;Pelotas,53,96010,96099,2;"
    "Santa Maria,55,97010,97119,2;Sant'Ana do Livramento,55,97570,97579,1",
    "SC": "Florianópolis,48,88010,88099,6;Joinville,47,89200,89239,4;Blumenau,47,89010,89099,3;"
    "Criciúma,48,88800,88819,1",
    "SE": "Aracaju,79,49000,49098,4",
    "SP": "São Paulo,11,1001,5899,60;Campinas,19,13010,13139,8;Guarulhos,11,7010,7299,7;Santos,13,11010,11099,4;"
    "Ribeirão Preto,16,14010,14114,5;São José dos Campos,12,12210,12248,4;Sorocaba,15,18010,18109,4;"
    "Osasco,11,6010,6299,4;Bauru,14,17010,17109,2;Santa Bárbara d'Oeste,19,13450,13459,1",
    "TO": "Palmas,63,77001,77249,3;Araguaína,63,77800,77834,1",
}


def _cities() -> tuple[City, ...]:
    cities = []
    for uf in UFS:
        for entry in _CITIES[uf].split(";"):
            name, ddd, first, last, weight = entry.split(",")
            cities.append(City(len(cities) + 1, uf, name, ddd, int(first), int(last), int(weight)))
    return tuple(cities)


CITIES = _cities()
CITY_WEIGHTS = [city.weight for city in CITIES]

STREETS = (
    "Rua das Acácias",
    "Avenida Brasil",
    "Rua Sete de Setembro",
    "Rua XV de Novembro",
    "Avenida Getúlio Vargas",
    "Rua Dom Pedro II",
    "Travessa do Comércio",
    "Rua Tiradentes",
    "Avenida Presidente Kennedy",
    "Rua São João",
    "Rua Marechal Deodoro",
    "Alameda dos Ipês",
    "Rua Coronel José Bento",
    "Rua Professora Maria Luísa",
    "Avenida Beira Rio",
    "Estrada do Engenho",
    "Rua Duque de Caxias",
    "Rua Padre Anchieta",
    "Praça da Matriz",
    "Rua Castro Alves",
)
DISTRICTS = (
    "Centro",
    "Jardim América",
    "Vila Nova",
    "Santo Antônio",
    "Boa Vista",
    "São José",
    "Jardim Primavera",
    "Bela Vista",
    "Alto da Glória",
    "Parque das Nações",
    "Vila São Francisco",
    "Cidade Nova",
    "Santa Luzia",
    "Nossa Senhora Aparecida",
    "Planalto",
)
EXTRAS = (
    "{n}",
    "{n}",
    "{n}",
    "{n}, casa 2",
    "{n}, apto {a}",
    "{n}, bloco B, apto {a}",
    "{n}, fundos",
    "S/N",
    "{n} - Edifício Aroeira - {a}",
)
