"""CPF and CNPJ with right check digits."""

import random


def cpf_from(nine: str) -> str:
    """The eleven digits for these first nine."""
    digits = [int(digit) for digit in nine]
    for _ in range(2):
        total = sum(digit * weight for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
        digits.append((total * 10) % 11 % 10)
    return "".join(map(str, digits))


def draw_cpf(dice: random.Random, fiscal_region: int) -> str:
    """A valid CPF; about one in eight begins with a zero, as many old ones do."""
    first = 0 if dice.random() < 0.12 else dice.randint(1, 9)
    second = 0 if first == 0 and dice.random() < 0.3 else dice.randint(0, 9)
    return cpf_from(f"{first}{second}{dice.randrange(10**6):06d}{fiscal_region}")


def cnpj_from(root: str, branch: str) -> str:
    digits = [int(digit) for digit in root + branch]
    for _ in range(2):
        weights = [2 + position % 8 for position in range(len(digits))]
        total = sum(digit * weight for digit, weight in zip(reversed(digits), weights, strict=True))
        digits.append(0 if total % 11 < 2 else 11 - total % 11)
    return "".join(map(str, digits))
