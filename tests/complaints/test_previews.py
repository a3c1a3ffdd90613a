"""A stranger's file becomes pixels of ours, or nothing; it never runs and never holds us up."""

import io
import time
import zlib

import pypdfium2
import pytest
from PIL import Image

from backoffice.files import store
from complaints.services import previews

pytestmark = pytest.mark.django_db


def jpeg(size=(800, 600), **options) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, "JPEG", **options)
    return written.getvalue()


def pdf(pages=3, size=(595, 842)) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(*size)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def drawn(picture) -> Image.Image:
    return Image.open(picture.path)


def png_claiming(width: int, height: int) -> bytes:
    """A small PNG that unpacks to a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(bytes(width // 8 + 1) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf_that_draws_forever() -> bytes:
    """Forms that draw the next form a hundred times each, nine deep."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 100 100]"
    objects.append(f"<< {page} /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>")
    objects.append("<< /Length 4 >>\nstream\n/F Do\nendstream")
    for number in range(5, 14):
        body = "/F Do\n" * 100 if number < 13 else "0 0 50 50 re f\n" * 100
        resources = f"<< /XObject << /F {number + 1} 0 R >> >>" if number < 13 else "<< >>"
        form = f"/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Resources {resources}"
        objects.append(f"<< {form} /Length {len(body)} >>\nstream\n{body}endstream")
    text = "%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(text))
        text += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(text)
    size = len(objects) + 1
    text += (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Root 1 0 R /Size {size} >>\nstartxref\n{start}\n%%EOF"
    )
    return text.encode()


def test_picture_is_drawn_anew_and_kept_beside_its_file():
    stored = store(name="foto.jpg", content=jpeg((3000, 1500)))
    picture = previews.page(stored, 1)
    image = drawn(picture)
    assert (image.format, image.size) == ("WEBP", (1400, 700))
    assert picture.pages == 1
    assert picture.path.parent == previews.Path(stored.content.path).parent
    first = picture.path.stat().st_mtime_ns
    assert previews.page(stored, 1).path.stat().st_mtime_ns == first


def test_picture_carries_nothing_of_the_source_but_pixels():
    exif = Image.Exif()
    exif[0x010E] = "Ivonete, Rua das Acácias"
    exif[0x0112] = 6  # lying on its side
    stored = store(name="foto.jpg", content=jpeg((800, 600), exif=exif, comment=b"<script>alert(1)</script>"))
    picture = previews.page(stored, 1)
    image = drawn(picture)
    assert image.size == (600, 800)
    assert not image.getexif()
    content = picture.path.read_bytes()
    assert b"Ivonete" not in content
    assert b"script" not in content


def test_pages_of_a_pdf_are_drawn_one_by_one_up_to_the_limit():
    stored = store(name="laudo.pdf", content=pdf(pages=25))
    picture = previews.page(stored, 3)
    assert (picture.pages, picture.shown_pages) == (25, 20)
    assert max(drawn(picture).size) <= 2000
    for beyond in (0, 21, -1):
        with pytest.raises(previews.NoPreview):
            previews.page(stored, beyond)


def test_a_page_beyond_the_last_has_no_preview():
    with pytest.raises(previews.NoPreview):
        previews.page(store(name="laudo.pdf", content=pdf(pages=2)), 3)


def test_a_pdf_page_of_any_claimed_size_fits_the_box():
    picture = previews.page(store(name="faixa.pdf", content=pdf(1, (14400, 14400))), 1)
    assert max(drawn(picture).size) <= 1400


def test_thumbnail_is_small():
    picture = previews.thumbnail(store(name="foto.jpg", content=jpeg((4000, 3000))))
    assert drawn(picture).size == (264, 198)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomba.png", png_claiming(40_000, 40_000)),
        ("cortada.jpg", jpeg()[:200]),
        ("cortado.pdf", pdf()[:120]),
        ("falso.pdf", b"%PDF-1.7\n<script>alert(1)</script>"),
        ("vazio.pdf", b"%PDF-"),
    ],
)
def test_hostile_and_broken_files_have_no_preview(name, content):
    stored = store(name=name, content=content)
    assert stored.can_preview
    with pytest.raises(previews.NoPreview):
        previews.page(stored, 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("desenho.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("pagina.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("texto.txt", b"texto"),
        ("programa.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file"),
    ],
)
def test_what_is_neither_picture_nor_pdf_by_its_content_is_not_even_tried(name, content):
    stored = store(name=name, content=content)
    with pytest.raises(previews.NoPreview):
        previews.page(stored, 1)
    assert list(previews.Path(stored.content.path).parent.glob("*.json")) == []


def test_a_file_that_draws_forever_is_given_up_and_not_tried_again_soon(monkeypatch):
    monkeypatch.setattr(previews, "WALL_SECONDS", 1.0)
    stored = store(name="infinito.pdf", content=pdf_that_draws_forever())
    began = time.monotonic()
    with pytest.raises(previews.NoPreview):
        previews.page(stored, 1)
    assert time.monotonic() - began < 6
    known = next(previews.Path(stored.content.path).parent.glob("*.json"))
    first = known.stat().st_mtime_ns
    with pytest.raises(previews.NoPreview):
        previews.page(stored, 1)
    assert known.stat().st_mtime_ns == first


def test_forget_removes_every_picture_and_leaves_the_file():
    stored = store(name="laudo.pdf", content=pdf())
    previews.page(stored, 1)
    previews.thumbnail(stored)
    previews.forget(stored)
    folder = previews.Path(stored.content.path).parent
    assert [path.name for path in folder.iterdir()] == [previews.Path(stored.content.path).name]
