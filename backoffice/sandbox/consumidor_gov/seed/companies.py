"""The invented economic group: five companies, each its own credenciada, and what they sell."""

from dataclasses import dataclass

from backoffice.sandbox.consumidor_gov.seed.numbers import cnpj_from


@dataclass(frozen=True)
class Product:
    article: str  # "o" or "a"
    name: str
    low: int  # price range in reais
    high: int


@dataclass(frozen=True)
class Company:
    code: str
    legal_name: str
    trade_name: str
    listed_name: str  # as the cadastro of subsidiárias prints it
    cnpj: str
    uf: str
    city: str
    cep: str
    street: str
    district: str
    extra: str
    weight: int  # share of the complaints
    subjects: tuple[tuple[str, str], ...]  # (start of the area, start of the subject)
    products: tuple[Product, ...]
    private_fields: tuple[int, ...]  # text types >= 1000


COMPANIES = (
    Company(
        "20140106000000011",
        "Varanda Celulares Comércio e Serviços S.A.",
        "Varanda Celulares",
        "VARANDA CELULARES",
        cnpj_from("04512873", "0001"),
        "SP",
        "São Paulo",
        "04547005",
        "Rua Gomes de Carvalho",
        "Vila Olímpia",
        "1356, 8º andar",
        32,
        (
            ("Produtos de Telefonia e Informática", "Aparelho celular"),
            ("Produtos de Telefonia e Informática", "Tablet"),
            ("Produtos de telefonia e informática", "Aparelho celular"),
            ("Produtos de telefonia e informática", "Acessórios"),
        ),
        (
            Product("o", "celular Aurora X2", 1299, 2899),
            Product("o", "celular Aurora Lite", 699, 1199),
            Product("o", "tablet Aurora Tab 10", 899, 1799),
            Product("o", "smartphone Sonora 5G", 1499, 3999),
            Product("o", "fone de ouvido sem fio Sonora", 149, 599),
        ),
        (1001, 1002, 1004),
    ),
    Company(
        "20140106000000012",
        "Varanda Eletrodomésticos Ltda.",
        "Varanda Eletro",
        "VARANDA ELETRO",
        cnpj_from("61238409", "0001"),
        "PR",
        "Curitiba",
        "80420010",
        "Rua Comendador Araújo",
        "Centro",
        "499",
        28,
        (("Produtos Eletrodomésticos e Eletrônicos", ""),),
        (
            Product("a", "geladeira Polar 380 litros", 2199, 4599),
            Product("a", "lavadora Marola 12 kg", 1699, 2999),
            Product("a", "televisão Mirante de 50 polegadas", 1999, 3899),
            Product("o", "fogão Braseiro de 5 bocas", 999, 2299),
            Product("o", "micro-ondas Braseiro 32 litros", 549, 999),
            Product("o", "ar-condicionado Polar 12.000 BTUs", 1899, 3299),
            Product("o", "liquidificador Giro 900", 149, 329),
        ),
        (1001, 1002, 1003),
    ),
    Company(
        "20140106000000013",
        "Varanda Móveis e Decoração S.A.",
        "Varanda Móveis",
        "VARANDA MOVEIS",
        cnpj_from("00873615", "0001"),
        "RS",
        "Caxias do Sul",
        "95020000",
        "Rua Sinimbu",
        "Lourdes",
        "1670",
        16,
        (("Demais Produtos", "Móveis e Colchões"), ("Demais Produtos", "Utilidades Domésticas")),
        (
            Product("o", "guarda-roupa Ipê de 6 portas", 1299, 3499),
            Product("o", "sofá retrátil Rede de 3 lugares", 1499, 4299),
            Product("a", "cama box Sossego de casal", 1199, 3799),
            Product("a", "mesa de jantar Quintal com 6 cadeiras", 999, 2899),
            Product("o", "colchão Sossego de casal", 799, 2499),
        ),
        (1001, 1003),
    ),
    Company(
        "20140106000000014",
        "Varanda Pay Instituição de Pagamento S.A.",
        "Varanda Pay",
        "VARANDA PAY ",  # with the blank, as the document's own list has one (L1874)
        cnpj_from("33507742", "0001"),
        "SP",
        "São Paulo",
        "01310100",
        "Avenida Paulista",
        "Bela Vista",
        "1294, conjunto 51",
        16,
        (
            ("Serviços Financeiros", "Cartão de Crédito"),
            ("Serviços Financeiros", "Serviço de pagamento online"),
            ("Serviços Financeiros", "Demais Empréstimos"),
            ("Serviços Financeiros", "Banco de Dados e Cadastros"),
        ),
        (
            Product("o", "cartão Varanda Pay", 80, 2400),
            Product("a", "conta digital Varanda Pay", 50, 3000),
            Product("o", "empréstimo pessoal Varanda Pay", 600, 9000),
            Product("o", "carnê digital Varanda", 90, 1500),
        ),
        (1007, 1008),
    ),
    Company(
        "20140106000000015",
        "Varanda Seguros e Garantias S.A.",
        "Varanda Seguros",
        "VARANDA SEGUROS",
        cnpj_from("92754018", "0001"),
        "RJ",
        "Rio de Janeiro",
        "20040020",
        "Avenida Rio Branco",
        "Centro",
        "156, sala 2204",
        8,
        (
            ("Serviços Financeiros", "Seguro Garantia Estendida"),
            ("Serviços Financeiros", "Demais Seguros"),
            ("Serviços Financeiros", "Seguro Habitacional"),
            ("Serviços Financeiros", "Seguro de Vida"),
        ),
        (
            Product("o", "seguro de garantia estendida", 89, 599),
            Product("o", "seguro residencial Varanda", 240, 980),
            Product("o", "seguro de vida Varanda", 180, 1600),
            Product("o", "seguro contra roubo do celular", 120, 890),
        ),
        (1006, 1008),
    ),
)

GROUP_NAME = "Grupo Varanda"
