import type { OriginRecord } from '@sluice/contracts/unreadable-record';

type Content = {
  key?: string | null;
  value?: string | Uint8Array | null;
  headers?: Readonly<Record<string, string | Uint8Array | null>>;
  topic?: string;
};

const bytes = (content: string | Uint8Array | null): Uint8Array | null =>
  typeof content === 'string' ? Buffer.from(content, 'utf8') : content;

/** A record at offset 7 of partition 3, written 2026-06-01T09:30:00Z. */
export function sampleRecord({ key = null, value = null, headers = {}, topic = 'shop.orders' }: Content): OriginRecord {
  return {
    sourceId: 'src_0123456789012345678901',
    topic,
    partition: 3,
    offset: 7n,
    timestampMs: Date.UTC(2026, 5, 1, 9, 30),
    key: bytes(key),
    headers: Object.entries(headers).map(([name, content]) => [name, bytes(content)] as const),
    value: bytes(value),
  };
}
