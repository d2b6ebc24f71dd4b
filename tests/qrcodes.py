"""The QR codes of a picture, as a phone finds them: there are no others on what Ronde prints."""

from typing import Any

import zxingcpp


def qr_codes(picture: Any) -> list[zxingcpp.Barcode]:
    """None of another kind: a crowd of small pictures is now and then taken for a Micro QR code."""
    return zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
