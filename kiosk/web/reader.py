"""Reading the codes in a small picture, for phones whose browser cannot."""

import threading
from io import BytesIO

import zxingcpp
from PIL import Image

MOST_BYTES = 128 * 1024
MOST_SIDE = 1024  # pixels
MOST_TEXTS, LONGEST = 4, 200
AT_ONCE = 2  # the machine has other things to do

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


class NotAPicture(ValueError):
    """These bytes are no JPEG, or too large a one."""


class Busy(RuntimeError):
    """Enough pictures are being read already."""


class Reader:
    """Thread-safe."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def texts(self, picture: bytes) -> list[str]:
        """What the QR codes in this JPEG say. Raises NotAPicture, Busy."""
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            with Image.open(BytesIO(picture), formats=("JPEG",)) as opened:
                if max(opened.size) > MOST_SIDE:
                    raise NotAPicture(f"{opened.width} × {opened.height} pixels, at most {MOST_SIDE} a side")
                grey = opened.convert("L")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise NotAPicture(str(error)) from error
        else:
            found = zxingcpp.read_barcodes(grey, formats=_QR)
            return [code.text for code in found if len(code.text) <= LONGEST][:MOST_TEXTS]
        finally:
            self._places.release()
