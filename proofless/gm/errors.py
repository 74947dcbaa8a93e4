"""What gm refuses, as exceptions. A caller that catches `GmError` catches them all."""


class GmError(Exception):
    """Base of every refusal of this library."""


class Unavailable(GmError):
    """The machine offers no usable SM2, SM3 or SM4; the text says what to install."""


class Malformed(GmError, ValueError):
    """Bytes that are not what they claim to be: bad DER, a bad key, a field out of its range."""


class UnsupportedVersion(Malformed):
    """A seal or signature of a generation we do not read."""

    def __init__(self, version: int) -> None:
        super().__init__(f"e-seal version {version} is not supported (1, 4 and 5 are)")
        self.version = version


class UnsupportedAlgorithm(Malformed):
    """Signed or digested by something other than SM2 with SM3: we can say nothing about it."""


class Locked(GmError):
    """The key store does not open with the key-encryption key it was given."""
