"""A set of row ids in one bit each: a million rows are 125 kB."""


class RowSet:
    """Row ids that were seen, in a bitmap that grows with the highest of them."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._count = 0

    def add(self, row_id: int) -> None:
        """Take a row in; taking it in again changes nothing."""
        byte, bit = row_id >> 3, 1 << (row_id & 7)
        if byte >= len(self._bits):
            self._bits.extend(bytes(max(byte + 1 - len(self._bits), len(self._bits))))
        if not self._bits[byte] & bit:
            self._bits[byte] |= bit
            self._count += 1

    def __contains__(self, row_id: object) -> bool:
        if not isinstance(row_id, int) or row_id >> 3 >= len(self._bits):
            return False
        return bool(self._bits[row_id >> 3] & 1 << (row_id & 7))

    def __len__(self) -> int:
        return self._count
