import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import kafkajs, { CompressionTypes } from 'kafkajs';
import { compressFrameSync } from 'lz4-napi';
import { compressSync } from 'snappy';
import { describe, expect, it } from 'vitest';
import { decompressedLimit, decompressorOf, registerCodecs } from './codecs.js';

const short = Buffer.concat([randomBytes(100_000), Buffer.alloc(400_000, 'x')]);
const xerialHead = Buffer.from('82534e41505059000000000100000001', 'hex');

/** snappy-java's frames, each of as much as the writer gives it. */
const xerial = (blocks: readonly Buffer[]): Buffer =>
  Buffer.concat([
    xerialHead,
    ...blocks.flatMap((block) => {
      const compressed = compressSync(block);
      const length = Buffer.alloc(4);
      length.writeInt32BE(compressed.length);
      return [length, compressed];
    }),
  ]);

/** Zstandard's blocks of 128 KiB, each a zero repeated, or for a remainder plain; with or without saying how many bytes it is. */
function zstd(content: Buffer, saysLength: boolean): Buffer {
  const head = Buffer.alloc(saysLength ? 10 : 6);
  head.writeUInt32LE(0xfd2fb528);
  head[4] = saysLength ? 0x80 : 0;
  head[5] = 7 << 3;
  if (saysLength) head.writeUInt32LE(content.length, 6);
  const blocks: Buffer[] = [];
  for (let at = 0; at < content.length; at += 131_072) {
    const block = content.subarray(at, at + 131_072);
    const isRepeated = block.every((byte) => byte === block[0]);
    const isLast = at + 131_072 >= content.length;
    const field = Buffer.alloc(3);
    field.writeUIntLE(block.length * 8 + (isRepeated ? 2 : 0) + (isLast ? 1 : 0), 0, 3);
    blocks.push(field, isRepeated ? block.subarray(0, 1) : block);
  }
  return Buffer.concat([head, ...blocks]);
}

const codecs: [string, CompressionTypes, (content: Buffer) => Buffer][] = [
  ['gzip', CompressionTypes.GZIP, (content) => gzipSync(content)],
  ['snappy', CompressionTypes.Snappy, (content) => compressSync(content) as Buffer],
  ["snappy in Java's frames", CompressionTypes.Snappy, (content) => xerial(halves(content))],
  ['lz4', CompressionTypes.LZ4, (content) => compressFrameSync(content)],
  ['zstd', CompressionTypes.ZSTD, (content) => zstd(content, false)],
  ['zstd that says its length', CompressionTypes.ZSTD, (content) => zstd(content, true)],
  [
    'two frames of zstd',
    CompressionTypes.ZSTD,
    (content) => Buffer.concat(halves(content).map((each) => zstd(each, false))),
  ],
];
const halves = (content: Buffer) => [content.subarray(0, content.length >> 1), content.subarray(content.length >> 1)];

describe.each(codecs)('%s', { timeout: 30_000 }, (_, type, compress) => {
  it('is read up to the limit', async () => {
    expect((await decompressorOf(type)?.(compress(short)))?.equals(short)).toBe(true);
    const longest = Buffer.alloc(decompressedLimit);
    expect(await decompressorOf(type)?.(compress(longest))).toHaveLength(decompressedLimit);
  });

  it('is refused beyond it, by kafkajs too', async () => {
    const bomb = compress(Buffer.alloc(decompressedLimit + 2));
    registerCodecs();
    const codecs: Record<number, () => { decompress: (of: Buffer) => Promise<Buffer> }> = kafkajs.CompressionCodecs;
    for (const decompress of [decompressorOf(type), codecs[type]?.().decompress]) {
      await expect(decompress?.(bomb).then(({ length }) => length)).rejects.toThrow(/large/);
    }
  });
});

it('a frame of zstd that wants a window beyond the limit is refused', async () => {
  const frame = zstd(Buffer.from('x'), false);
  frame[5] = 17 << 3;
  await expect(decompressorOf(CompressionTypes.ZSTD)?.(frame)).rejects.toThrow('memory');
});
