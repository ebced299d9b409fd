/** Reads the fields of records one after the other; throws where they go beyond the bytes that are there. */
export class RecordCursor {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  byte(): number {
    const byte = this.bytes[this.#at];
    if (byte === undefined) throw new Error('a record ends too early');
    this.#at += 1;
    return byte;
  }

  /** Signed, of at most 32 bits. */
  varint(): number {
    let bits = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      bits |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (bits >>> 1) ^ -(bits & 1);
    }
    throw new Error('a number of a record is longer than 32 bits');
  }

  /** Signed, of at most 64 bits. */
  varlong(): bigint {
    let bits = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      bits |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (bits >> 1n) ^ -(bits & 1n));
    }
    throw new Error('a number of a record is longer than 64 bits');
  }

  /** A slice with its length before it; null where that is -1. */
  slice(): Buffer | null {
    const length = this.varint();
    if (length === -1) return null;
    const end = this.#at + length;
    if (length < 0 || end > this.bytes.length) throw new Error('a field of a record goes beyond its end');
    const slice = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return slice;
  }
}
