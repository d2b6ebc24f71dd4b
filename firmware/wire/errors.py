"""What can be wrong with data from the other end. The tree is drawn in the package's docstring."""


class WireError(ValueError):
    """Data from outside that cannot be taken as it is."""


class Malformed(WireError):
    """Not what the schema says; the message names the field and the value."""


class UnknownVersion(Malformed):
    """Well formed, but of a schema version that this program does not know."""


class BadBadge(WireError):
    """Letters that are not a badge: wrong length, wrong alphabet, unknown version."""


class ForeignBadge(BadBadge):
    """A badge by its form, but not of this event."""


class BadSignature(WireError):
    """The signature does not fit the bytes and the key."""
