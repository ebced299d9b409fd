import { promisify } from 'node:util';
import { unzip } from 'node:zlib';
import kafkajs, { CompressionTypes } from 'kafkajs';
import { decompressLz4 } from './lz4-frames.js';
import { decompressSnappy } from './snappy-frames.js';
import { decompressZstd } from './zstd-frames.js';

/** Decompressed, a batch is at most this large, in bytes: a few KiB can say that they are gigabytes. */
export const decompressedLimit = 64 * 1024 * 1024;

type Decompress = (buffer: Buffer) => Promise<Buffer>;

interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress: Decompress;
}

const gunzip = promisify(unzip);
const decompressors: ReadonlyMap<number, Decompress> = new Map([
  [CompressionTypes.GZIP, (buffer) => gunzip(buffer, { maxOutputLength: decompressedLimit })],
  [CompressionTypes.Snappy, (buffer) => decompressSnappy(buffer, decompressedLimit)],
  [CompressionTypes.LZ4, (buffer) => decompressLz4(buffer, decompressedLimit)],
  [CompressionTypes.ZSTD, async (buffer) => decompressZstd(buffer, decompressedLimit)],
]);

/**
 * What reads batches of this compression, null where they have none; it throws beyond {@link decompressedLimit}.
 * @throws Error for a compression that Kafka does not have.
 */
export function decompressorOf(codec: number): Decompress | null {
  if (codec === CompressionTypes.None) return null;
  const decompress = decompressors.get(codec);
  if (!decompress) throw new Error(`its compression ${codec} is unknown`);
  return decompress;
}

const refusing = { compress: () => Promise.reject(new Error('records are published uncompressed')) };
/** The one that kafkajs has; it reads without a limit. */
const ownGzip: Codec = kafkajs.CompressionCodecs[CompressionTypes.GZIP]();

/** Teaches kafkajs to read what other clients compressed, up to the limit. */
export function registerCodecs(): void {
  const codecs: Record<number, () => Codec> = kafkajs.CompressionCodecs;
  for (const [type, decompress] of decompressors) {
    const { compress } = type === CompressionTypes.GZIP ? ownGzip : refusing;
    codecs[type] = () => ({ compress, decompress });
  }
}
