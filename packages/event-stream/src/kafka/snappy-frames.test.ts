import { randomBytes } from 'node:crypto';
import { compressSync } from 'snappy';
import { expect, it } from 'vitest';
import { decompressSnappy } from './snappy-frames.js';

const blocks = [Buffer.from('first block'), randomBytes(40_000), Buffer.alloc(32_768, 'x')];

it('reads a bare block', async () => {
  expect(await decompressSnappy(compressSync(blocks[1]!), 40_000)).toEqual(blocks[1]);
});

it("reads the frames of Java's snappy stream", async () => {
  const header = Buffer.from('82534e415050590000000001000000 01'.replace(' ', ''), 'hex');
  const frames = blocks.flatMap((block) => {
    const compressed = compressSync(block);
    const length = Buffer.alloc(4);
    length.writeInt32BE(compressed.length);
    return [length, compressed];
  });
  expect(await decompressSnappy(Buffer.concat([header, ...frames]), 100_000)).toEqual(Buffer.concat(blocks));
});
