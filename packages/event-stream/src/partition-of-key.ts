const M = 0x5bd1e995;
const R = 24;
const SEED = 0x9747b28c;

/** MurmurHash2 with 32 bits and Kafka's seed, as an unsigned number. */
function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.byteLength - (bytes.byteLength % 4);
  let hash = SEED ^ bytes.byteLength;
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(view.getUint32(at, true), M);
    k ^= k >>> R;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  const rest = bytes.byteLength - whole;
  if (rest > 0) {
    for (let at = rest - 1; at >= 0; at -= 1) hash ^= view.getUint8(whole + at) << (8 * at);
    hash = Math.imul(hash, M);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The partition of a key, by the rule of Kafka's default partitioner: every adapter agrees with every Kafka client. */
export const partitionOfKey = (key: Uint8Array, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;
