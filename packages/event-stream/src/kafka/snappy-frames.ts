import { uncompress } from 'snappy';

/** How Java's snappy stream begins (snappy-java, "xerial"); two version numbers of 4 bytes follow. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const xerialHeaderBytes = 16;

/** Kafka's snappy comes in two forms: a bare block, or snappy-java's frames of `length, block`. */
export async function decompressSnappy(buffer: Buffer): Promise<Buffer> {
  if (!buffer.subarray(0, xerialMagic.length).equals(xerialMagic)) return block(buffer);
  const blocks: Buffer[] = [];
  for (let at = xerialHeaderBytes; at < buffer.length; ) {
    const length = buffer.readInt32BE(at);
    at += 4;
    blocks.push(await block(buffer.subarray(at, at + length)));
    at += length;
  }
  return Buffer.concat(blocks);
}

const block = async (compressed: Buffer): Promise<Buffer> =>
  (await uncompress(compressed, { asBuffer: true })) as Buffer;
