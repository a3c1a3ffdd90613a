"""Draws one picture or one PDF page as a WebP picture. Runs alone, in a process of its own.

    python -I rendering.py SOURCE TARGET KIND PAGE WIDTH HEIGHT

SOURCE is a stranger's file: the process takes its limits of memory, processor time, file size and open files
before it looks at one byte of it, writes only TARGET, and prints {"pages": n}. Any other end is a failure. What
is drawn is pixels only: no script, form, link, metadata or colour profile of the source survives.
"""

import json
import resource
import sys
import warnings

MEMORY = 1024 * 1024 * 1024  # bytes of address space
PROCESSOR_SECONDS = 8
LARGEST_OUTPUT = 8 * 1024 * 1024  # bytes
MOST_PIXELS = 120_000_000  # the largest telephone cameras; memory is bounded anyway
PICTURES = ("JPEG", "PNG", "GIF", "WEBP")


def main(source: str, target: str, kind: str, page: str, width: str, height: str) -> None:
    _take_limits()
    draw = {"pdf": _pdf_page, "image": _picture}[kind]
    picture, pages = draw(source, int(page), (int(width), int(height)))
    picture.save(target, "WEBP", quality=82, method=3)
    print(json.dumps({"pages": pages}))


def _take_limits() -> None:
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_OUTPUT),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _picture(source: str, page: int, box: tuple[int, int]):
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    # A picture that unpacks to more is a bomb or of no use here: its warning ends us.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(source, formats=PICTURES) as picture:
        picture.draft("RGB", box)
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail(box)
        return _bare(upright), 1


def _pdf_page(source: str, page: int, box: tuple[int, int]):
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    pages = len(document)
    drawn = document[page - 1]
    width, height = drawn.get_size()
    # A page may claim any size: the box decides, never the page.
    scale = min(box[0] / max(width, 1), box[1] / max(height, 1), 4)
    picture = drawn.render(scale=scale, may_draw_forms=False).to_pil()
    return _bare(picture), pages


def _bare(picture):
    """The pixels on white, and nothing else that the source carried."""
    from PIL import Image

    rgba = picture.convert("RGBA")
    flat = Image.new("RGB", rgba.size, "white")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    return flat


if __name__ == "__main__":
    main(*sys.argv[1:])
