import { Decompress, decompress } from 'fzstd';

const magic = 0xfd2fb528;
const skippable = 0x184d2a5;
/** The library moves the whole window with each block of a frame that does not say its length: so many bytes at most. */
const mostMoved = 16 * 1024 ** 3;

/**
 * Zstandard's frames (RFC 8878).
 * @throws Error when it is damaged, or decompressed longer than `limit` bytes, or wants more memory than that.
 */
export function decompressZstd(buffer: Buffer, limit: number): Buffer {
  const parts: Uint8Array[] = [];
  let room = limit;
  const take = (part: Uint8Array): void => {
    if (part.length > room) throw new Error('decompressed it is too large');
    room -= part.length;
    parts.push(part);
  };
  for (let at = 0; at < buffer.length; ) {
    const frame = frameAt(buffer, at);
    at = frame.end;
    if (frame.isSkippable) continue;
    const moved = frame.length === null ? frame.window * frame.blocks : 0;
    if (frame.window > limit || moved > mostMoved) throw new Error('decompressing it takes too much memory');
    // Copies: a short part would keep a whole block's memory.
    if (frame.length === null) new Decompress((part) => take(part.slice())).push(frame.bytes, true);
    else if (frame.length > room) throw new Error('decompressed it is too large');
    else take(decompress(frame.bytes));
  }
  return Buffer.concat(parts);
}

interface Frame {
  bytes: Buffer;
  end: number;
  isSkippable: boolean;
  window: number;
  blocks: number;
  /** Decompressed, where the frame says it. */
  length: number | null;
}

function frameAt(buffer: Buffer, start: number): Frame {
  const kind = buffer.readUInt32LE(start);
  if (kind >>> 4 === skippable) {
    const end = start + 8 + buffer.readUInt32LE(start + 4);
    return { bytes: buffer.subarray(start, end), end, isSkippable: true, window: 0, blocks: 0, length: 0 };
  }
  if (kind !== magic) throw new Error('it is no frame of zstd');
  const flags = buffer.readUInt8(start + 4);
  const isSingle = (flags & 0x20) > 0;
  let at = start + 5;
  const exponent = isSingle ? 0 : buffer.readUInt8(at++);
  at += [0, 1, 2, 4][flags & 3] ?? 0;
  const lengthBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const length = lengthBytes === 0 ? null : declaredLength(buffer, at, lengthBytes);
  at += lengthBytes;
  const base = 2 ** (10 + (exponent >> 3));
  const window = isSingle ? (length ?? 0) : base + (base / 8) * (exponent & 7);
  let blocks = 0;
  for (let isLast = false; !isLast; blocks += 1) {
    const head = buffer.readUIntLE(at, 3);
    isLast = (head & 1) > 0;
    // Of a repeated byte there is one.
    at += 3 + (((head >> 1) & 3) === 1 ? 1 : head >> 3);
  }
  const end = at + (flags & 4 ? 4 : 0);
  // The library takes a declared length of 0 for none.
  return { bytes: buffer.subarray(start, end), end, isSkippable: false, window, blocks, length: length || null };
}

function declaredLength(buffer: Buffer, at: number, bytes: number): number {
  if (bytes === 8) return Number(buffer.readBigUInt64LE(at));
  return buffer.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}
