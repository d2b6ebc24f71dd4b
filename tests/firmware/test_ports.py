"""Which device a scanner takes, and what is said where it finds none."""

import pytest

from firmware.config import KEYBOARD, SERIAL, ScannerSettings
from firmware.ports import Ports


@pytest.fixture
def plug(tmp_path):
    """Makes devices with their stable names, as udev does."""

    def make(*names, kind="serial/by-id"):
        made = []
        for name in names:
            device = tmp_path / f"dev-{name.rpartition('=')[2]}"
            device.touch()
            folder = tmp_path / kind
            folder.mkdir(parents=True, exist_ok=True)
            made.append(folder / name.partition("=")[0])
            made[-1].symlink_to(device)
        return made

    return make


SERIAL_AUTO, TYPING_AUTO = ScannerSettings(), ScannerSettings(kind=KEYBOARD)


def test_auto_offers_each_serial_device_once_in_the_order_of_names(plug, tmp_path):
    second, first = plug("usb-B=1", "usb-A=2")
    (twin,) = plug("pci-2=3", kind="serial/by-path")
    plug("pci-1=1", kind="serial/by-path")
    assert Ports((), tmp_path).wanted(SERIAL_AUTO) == [first, second, twin]


def test_a_port_that_is_set_is_taken_at_its_word(tmp_path):
    settings = ScannerSettings(port="/dev/serial0")
    assert [str(path) for path in Ports((), tmp_path).wanted(settings)] == ["/dev/serial0"]


def test_nothing_there_is_a_file_that_is_not_found(tmp_path):
    with pytest.raises(FileNotFoundError):
        Ports((), tmp_path).wanted(SERIAL_AUTO)


def test_auto_leaves_what_is_held_and_what_another_scanner_names(plug, tmp_path):
    a, b, c = plug("usb-A=1", "usb-B=2", "usb-C=3")
    ports = Ports(
        [ScannerSettings(name="file", port=str(tmp_path / "dev-2")), ScannerSettings(name="main")], tmp_path
    )
    assert ports.wanted(SERIAL_AUTO) == [a, c]
    with ports.holding(a):
        assert ports.wanted(SERIAL_AUTO) == [c]
        with pytest.raises(OSError, match="busy"), ports.holding(tmp_path / "dev-1"):
            pass
    assert ports.wanted(SERIAL_AUTO) == [a, c]
    assert b.exists()


READERS = [
    "usb-Symbol_Technologies__Inc__2008_Symbol_Bar_Code_Scanner_S_N:1A-event-kbd",
    "usb-Honeywell_Imaging___Mobility_1900_14157B44F8-event-kbd",
    "usb-Newland_Auto-ID_NLS-HR2081-event-kbd",
    "usb-NETUM_C750_0123-event-kbd",
    "usb-Datalogic_ADC__Inc._Handheld-event-kbd",
    "usb-SM_SM-2D_PRODUCT_HID_KBW_APP-000000000-event-kbd",
    "usb-Generic_2D_Barcode_reader-if01-event-kbd",
]
KEYBOARDS = [
    "usb-Logitech_USB_Keyboard-event-kbd",
    "usb-Raspberry_Pi_Ltd_RPI_Wired_Keyboard_5-event-kbd",
    "usb-Dell_KB216_Wired_Keyboard-event-kbd",
    "usb-Cherry_GmbH_CHERRY_Corded_Device-event-kbd",
    "usb-Logitech_USB_Receiver-event-kbd",
    "usb-CHICONY_HP_Basic_USB_Keyboard-event-kbd",
    "usb-ZEBRONICS_Keyboard-event-kbd",
    "usb-Sycreader_RFID_Technology_Co.__Ltd_SYC_ID_IC_USB_Reader-event-kbd",
]
MICE = ["usb-Acme_Scanner_Mouse-event-mouse", "usb-Acme_Barcode_Scanner-event-if00"]


def test_a_persons_keyboard_is_never_taken(plug, tmp_path):
    plug(*KEYBOARDS, *MICE, kind="input/by-id")
    with pytest.raises(FileNotFoundError):
        Ports((), tmp_path).wanted(TYPING_AUTO)


@pytest.mark.parametrize("name", READERS)
def test_what_is_surely_a_code_reader_is_taken_among_keyboards(plug, tmp_path, name):
    plug(*KEYBOARDS, *MICE, kind="input/by-id")
    (reader,) = plug(name, kind="input/by-id")
    assert Ports((), tmp_path).wanted(TYPING_AUTO) == [reader]


@pytest.mark.parametrize("settings", [SERIAL_AUTO, TYPING_AUTO])
def test_nothing_plugged_in_is_a_matter_of_the_cable(tmp_path, settings):
    assert "vérifiez son câble USB" in Ports((), tmp_path).why_absent(settings)


def test_a_reader_that_types_where_a_serial_one_is_wanted(plug, tmp_path):
    plug(*KEYBOARDS, kind="input/by-id")
    assert "câble" in Ports((), tmp_path).why_absent(SERIAL_AUTO)
    plug(READERS[0], kind="input/by-id")
    said = Ports((), tmp_path).why_absent(SERIAL_AUTO)
    assert "« USB COM »" in said and 'kind = "keyboard"' in said and "Symbol_Bar_Code" in said


def test_a_serial_reader_where_one_that_types_is_wanted(plug, tmp_path):
    plug(KEYBOARDS[0], kind="input/by-id")
    plug("usb-Acme_1234-if00")
    said = Ports((), tmp_path).why_absent(TYPING_AUTO)
    assert 'kind = "serial"' in said and "clavier USB (HID)" in said and "usb-Acme_1234-if00" in said


@pytest.mark.parametrize(("wanted", "other"), [(SERIAL, KEYBOARD), (KEYBOARD, SERIAL)])
def test_what_another_scanner_of_ours_will_take_is_no_hint(plug, tmp_path, wanted, other):
    plug("usb-Acme")
    plug(READERS[0], kind="input/by-id")
    for one in tmp_path.glob(f"{'input' if wanted == KEYBOARD else 'serial'}/by-id/*"):
        one.unlink()
    settings = ScannerSettings(name="a", kind=wanted)
    ports = Ports([settings, ScannerSettings(name="b", kind=other)], tmp_path)
    assert "câble" in ports.why_absent(settings)
    assert "câble" not in Ports([settings], tmp_path).why_absent(settings)


def test_another_name_than_the_one_that_is_set(plug, tmp_path):
    plug("usb-B")
    said = Ports((), tmp_path).why_absent(ScannerSettings(port="/dev/serial/by-id/usb-A"))
    assert "/dev/serial/by-id/usb-A" in said and "usb-B" in said and "« port »" in said


def test_keyboards_that_may_be_readers_are_named_but_not_taken(plug, tmp_path):
    plug(*KEYBOARDS[:3], kind="input/by-id")
    said = Ports((), tmp_path).why_absent(TYPING_AUTO)
    assert f"{KEYBOARDS[2]}, {KEYBOARDS[0]}, …" in said and f'port = "{tmp_path}/input/by-id' in said
