"""A small PDF writer: a title and wrapped lines of text, on as many pages as they need."""

import textwrap

LINES_A_PAGE, COLUMNS = 52, 88


def pdf_of(title: str, lines: list[str]) -> bytes:
    """A valid PDF 1.4. Letters outside Windows-1252 become '?'."""
    wrapped = [
        part
        for line in lines
        for paragraph in line.splitlines() or [""]
        for part in textwrap.wrap(paragraph, COLUMNS) or [""]
    ]
    starts = range(0, max(len(wrapped), 1), LINES_A_PAGE)
    pages = [wrapped[start : start + LINES_A_PAGE] for start in starts]
    # Objects 1 catalogue, 2 pages, 3 and 4 fonts, then a page and its content for each page.
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        stream = _page_content(title if number == 0 else "", page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            b" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents %d 0 R >>" % (6 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return _assembled(objects)


def _page_content(title: str, lines: list[str]) -> bytes:
    parts = [b"BT /F2 16 Tf 50 790 Td (%s) Tj ET" % _escaped(title)] if title else []
    parts.append(b"BT /F1 10 Tf 13 TL 50 765 Td")
    parts += [b"(%s) Tj T*" % _escaped(line) for line in lines]
    parts.append(b"ET")
    return b"\n".join(parts)


def _escaped(text: str) -> bytes:
    plain = "".join(letter for letter in text if letter.isprintable())
    encoded = plain.encode("cp1252", "replace")
    return encoded.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _assembled(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
