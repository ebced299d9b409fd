import { decompress as decompressZstd } from 'fzstd';
import kafkajs, { CompressionTypes } from 'kafkajs';
import { decompressFrame } from 'lz4-napi';
import { decompressSnappy } from './snappy-frames.js';

interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

const reader = (decompress: (buffer: Buffer) => Promise<Buffer>) => (): Codec => ({
  decompress,
  compress: () => Promise.reject(new Error('records are published uncompressed')),
});

/** Teaches kafkajs to read what other clients compressed; gzip it knows by itself. */
export function registerCodecs(): void {
  const codecs = kafkajs.CompressionCodecs;
  codecs[CompressionTypes.Snappy] = reader(decompressSnappy);
  codecs[CompressionTypes.LZ4] = reader((buffer) => decompressFrame(buffer));
  codecs[CompressionTypes.ZSTD] = reader(async (buffer) => Buffer.from(decompressZstd(buffer)));
}
