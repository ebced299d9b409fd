import { decompressFrame } from 'lz4-napi';

const magic = 0x184d2204;
const flag = { blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 } as const;
const stored = 0x80000000;

/**
 * LZ4 as Kafka has it: frames of blocks. The library has no limit, so what they hold is added up first.
 * @throws Error when it is damaged, or decompressed longer than `limit` bytes.
 */
export async function decompressLz4(buffer: Buffer, limit: number): Promise<Buffer> {
  if (decompressedLength(buffer) > limit) throw new Error('decompressed it is too large');
  return decompressFrame(buffer);
}

/** Of all frames, in bytes (LZ4's Frame Format 1.6). */
function decompressedLength(buffer: Buffer): number {
  let length = 0;
  for (let at = 0; at + 4 <= buffer.length && buffer.readUInt32LE(at) === magic; ) {
    const flags = buffer.readUInt8(at + 4);
    at += 7 + (flags & flag.contentSize ? 8 : 0) + (flags & flag.dictionary ? 4 : 0);
    for (;;) {
      const head = buffer.readUInt32LE(at);
      at += 4;
      if (head === 0) break;
      const size = head % stored;
      const block = buffer.subarray(at, at + size);
      length += head >= stored ? block.length : blockLength(block);
      at += size + (flags & flag.blockChecksum ? 4 : 0);
    }
    at += flags & flag.contentChecksum ? 4 : 0;
  }
  return length;
}

/** What a block's sequences of literals and matches write. */
function blockLength(block: Buffer): number {
  let length = 0;
  let at = 0;
  const extended = (start: number): number => {
    let sum = start;
    if (start < 15) return sum;
    for (;;) {
      const byte = block[at] ?? 0;
      at += 1;
      sum += byte;
      if (byte < 255) return sum;
    }
  };
  while (at < block.length) {
    const token = block[at] ?? 0;
    at += 1;
    const literals = extended(token >> 4);
    length += literals;
    at += literals;
    // The last sequence has no match.
    if (at >= block.length) break;
    at += 2;
    length += extended(token & 15) + 4;
  }
  return length;
}
