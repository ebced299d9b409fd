import { uncompress } from 'snappy';

/** How Java's snappy stream begins (snappy-java, "xerial"); two version numbers of 4 bytes follow. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const xerialHeaderBytes = 16;

/**
 * Kafka's snappy comes in two forms: a bare block, or snappy-java's frames of `length, block`.
 * @throws Error when it is damaged, or decompressed longer than `limit` bytes.
 */
export async function decompressSnappy(buffer: Buffer, limit: number): Promise<Buffer> {
  if (!buffer.subarray(0, xerialMagic.length).equals(xerialMagic)) return block(buffer, limit);
  const blocks: Buffer[] = [];
  let room = limit;
  for (let at = xerialHeaderBytes; at < buffer.length; ) {
    const length = buffer.readInt32BE(at);
    at += 4;
    if (length < 0) throw new Error('a block of snappy has no length');
    const decompressed = await block(buffer.subarray(at, at + length), room);
    blocks.push(decompressed);
    room -= decompressed.length;
    at += length;
  }
  return Buffer.concat(blocks);
}

async function block(compressed: Buffer, limit: number): Promise<Buffer> {
  if (declaredLength(compressed) > limit) throw new Error('decompressed it is too large');
  return (await uncompress(compressed, { asBuffer: true })) as Buffer;
}

/** What a block says that it is decompressed; the library allocates that, and refuses a block that is not. */
function declaredLength(block: Buffer): number {
  let length = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = block[index] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) break;
  }
  return length;
}
