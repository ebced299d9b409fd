import type { PartitionHandler, StreamRecord } from '../event-stream.js';

export interface Claimed {
  member: string;
  partition: number;
  epoch: bigint;
  position: bigint | null;
}

export interface Handled extends Claimed {
  position: bigint;
  record: StreamRecord;
}

/**
 * What owners of partitions keep in a store of their own, shared by all members as a database would be: the newest epoch
 * of each partition and how far it got. Records under an older epoch are fenced off, as the dispatcher does it.
 */
export class OwnerStore {
  readonly claims: Claimed[] = [];
  /** What was handled under the newest epoch, in order. */
  readonly handled: Handled[] = [];
  readonly released: { member: string; partition: number; epoch: bigint }[] = [];
  /** What no stream may do, whatever happens: asserted empty by every case. */
  readonly violations: string[] = [];
  #partitions = new Map<number, { owner: string; epoch: bigint; position: bigint | null }>();

  /** Where a partition's first claim begins; null (the oldest record) unless set. */
  begin = new Map<number, bigint>();

  values(): string[] {
    return this.handled.map(({ record }) => Buffer.from(record.value ?? []).toString());
  }

  owners(): Map<number, string> {
    return new Map([...this.#partitions].map(([partition, { owner }]) => [partition, owner]));
  }

  position(partition: number): bigint | null {
    return this.#partitions.get(partition)?.position ?? null;
  }

  /** Sets where the next claim of the partition begins, as an operator would. */
  move(partition: number, position: bigint): void {
    const kept = this.#partitions.get(partition);
    if (kept) kept.position = position;
  }

  /** @param before awaited in each `records` call before its records are handled: the back-pressure of a case. */
  handler(member: string, before?: (partition: number, records: readonly StreamRecord[]) => Promise<void>) {
    const open = new Map<number, { epoch: bigint; next: bigint | null; busy: boolean; over: boolean }>();
    const handler: PartitionHandler = {
      claim: async (partition) => {
        const former = this.#partitions.get(partition);
        const epoch = (former?.epoch ?? 0n) + 1n;
        const position = former === undefined ? (this.begin.get(partition) ?? null) : former.position;
        const mine = open.get(partition);
        if (mine !== undefined && !mine.over) this.violations.push(`${member}: ${partition} claimed again unreleased`);
        open.set(partition, { epoch, next: position, busy: false, over: false });
        this.#partitions.set(partition, { owner: member, epoch, position });
        this.claims.push({ member, partition, epoch, position });
        return { epoch, position };
      },
      records: async (partition, epoch, records) => {
        const mine = open.get(partition);
        if (mine === undefined || mine.epoch !== epoch || mine.over) {
          this.violations.push(`${member}: records of ${partition} under epoch ${epoch} that is not open`);
          return;
        }
        if (mine.busy) this.violations.push(`${member}: two calls at once for ${partition}`);
        mine.busy = true;
        await before?.(partition, records);
        mine.busy = false;
        for (const record of records) {
          if (record.partition !== partition) this.violations.push(`${member}: record of ${record.partition}`);
          if (mine.next !== null && record.position < mine.next) {
            this.violations.push(`${member}: ${partition} went back to ${record.position} from ${mine.next}`);
          }
          mine.next = record.position + 1n;
          const kept = this.#partitions.get(partition);
          if (kept?.epoch !== epoch) continue;
          kept.position = record.position + 1n;
          this.handled.push({ member, partition, epoch, position: record.position, record });
        }
      },
      release: async (partition, epoch) => {
        const mine = open.get(partition);
        if (mine?.epoch !== epoch || mine.over) this.violations.push(`${member}: ${partition} released twice`);
        else mine.over = true;
        this.released.push({ member, partition, epoch });
      },
    };
    return handler;
  }
}
