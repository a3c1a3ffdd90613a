"""Attachments made by code: real small PDFs, PNGs and JPEGs, and the ones that go by odd names."""

import random
import struct
import zlib
from functools import cache

from backoffice.sandbox.consumidor_gov.bodies import File
from backoffice.sandbox.consumidor_gov.pdf import pdf_of


def png(width: int, height: int, pixel) -> bytes:
    """A PNG of `pixel(x, y) -> (r, g, b)`."""
    rows = b"".join(b"\x00" + b"".join(bytes(pixel(x, y)) for x in range(width)) for y in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(rows, 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(columns: int, rows: int, shade) -> bytes:
    """A baseline grey JPEG of `columns` x `rows` blocks of 8 x 8 pixels, each of one shade 0-255.

    Only the mean of each block is coded; the rest of it is one "end of block".
    """
    out = bytearray(b"\xff\xd8")
    out += _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    out += _segment(0xDB, b"\x00" + b"\x08" + b"\x01" * 63)  # quantiser 8: the mean counts in whole shades
    out += _segment(0xC0, struct.pack(">BHHB", 8, rows * 8, columns * 8, 1) + b"\x01\x11\x00")
    # Code lengths: all twelve DC sizes get four bits; the only AC symbol (end of block) gets one.
    out += _segment(0xC4, b"\x00" + bytes([0, 0, 0, 12] + [0] * 12) + bytes(range(12)))
    out += _segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\x00")
    out += _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
    bits, previous = [], 0
    for row in range(rows):
        for column in range(columns):
            mean = shade(column, row) - 128
            difference, previous = mean - previous, mean
            size = abs(difference).bit_length()
            bits.append(f"{size:04b}")
            if size:
                value = difference if difference > 0 else difference + (1 << size) - 1
                bits.append(f"{value:0{size}b}")
            bits.append("0")
    stream = "".join(bits)
    stream += "1" * (-len(stream) % 8)
    coded = int(stream, 2).to_bytes(len(stream) // 8, "big")
    return bytes(out + coded.replace(b"\xff", b"\xff\x00") + b"\xff\xd9")


def _segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


@cache
def receipt_pdf() -> bytes:
    lines = [
        "Loja Varanda - filial Centro",
        "",
        "1 unidade ..................... R$ 1.899,00",
        "Frete ......................... R$ 59,90",
        "Total ......................... R$ 1.958,90",
        "",
        "Pagamento: cartão de crédito em 10 parcelas",
        "Documento sem valor fiscal",
    ]
    return pdf_of("Comprovante de compra", lines)


@cache
def contract_pdf() -> bytes:
    clause = "O contratado compromete-se a entregar o produto no prazo informado no ato da compra. "
    return pdf_of("Contrato", [f"{number}. {clause * 3}" for number in range(1, 41)])


@cache
def photo_jpeg() -> bytes:
    return jpeg(80, 60, lambda x, y: (60 + 2 * x + y if (x - 40) ** 2 + (y - 30) ** 2 > 300 else 210 - x) % 256)


@cache
def screenshot_png() -> bytes:
    return png(180, 320, lambda x, y: (245, 246, 248) if y % 32 > 6 or x > 150 - y % 40 else (56, 92, 140))


@cache
def label_png() -> bytes:
    return png(160, 100, lambda x, y: (20, 20, 20) if (x * 7 // 3) % 5 < 2 and 20 < y < 70 else (255, 255, 255))


@cache
def large_png() -> bytes:
    """About 400 kB: noise does not compress."""
    noise = random.Random(7)  # noqa: S311 - the same picture at every seeding
    return png(400, 340, lambda x, y: noise.randbytes(3))


USUAL = (
    ("comprovante.pdf", receipt_pdf),
    ("nota fiscal.pdf", receipt_pdf),
    ("contrato assinado.pdf", contract_pdf),
    ("foto do produto.jpg", photo_jpeg),
    ("IMG_20250110_183322.jpeg", photo_jpeg),
    ("print da conversa.png", screenshot_png),
    ("Etiqueta de devolução.png", label_png),
)


def usual_file(dice: random.Random) -> File:
    name, content = dice.choice(USUAL)
    return File(name, content())


def odd_files() -> list[list[tuple[File, int | None]]]:
    """Attachments that try a reader, in groups of one movement each; the number is a false size."""
    page = b"<!DOCTYPE html><html><body><script>alert('anexo')</script>comprovante</body></html>"
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" onload="alert(1)">'
        b'<text x="4" y="20">recibo</text><script>alert(2)</script></svg>'
    )
    long_name = "comprovante de pagamento da segunda via do boleto " * 5
    return [
        [
            (File("Orçamento nº 3 – peças & mão de obra (ção).pdf", receipt_pdf()), None),
            (File(f"{long_name.strip()}.pdf", receipt_pdf()), None),
            (File("recibo.pdf.exe", b"MZ\x90\x00" + b"\x00" * 60), None),
            (File("../../etc/passwd.png", label_png()), None),
        ],
        [
            (File("fatura.pdf", page), None),  # HTML that calls itself a PDF
            (File("recibo.svg", drawing), None),
            (File("vazio.txt", b""), None),
        ],
        [
            (File("foto grande.png", large_png()), None),
            (File("COMPROVANTE.PDF", receipt_pdf()), 879394),  # announced size differs from the content
            (File("nome\"com'aspas;.jpg", photo_jpeg()), None),
            (File("\u202egpj.exe\u202c foto.jpg", photo_jpeg()), None),  # right-to-left override
        ],
    ]
