import type { RecordWithTtl } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { readHosts } from './hosts-file.js';
import { bareName, isLocalName } from './local-name.js';

export interface HostNamesOptions {
  /** Name servers, `192.0.2.1:53`; those of the machine if not given. */
  servers?: readonly string[];
  hostsFile?: string;
  /** Milliseconds, never going back. */
  now?: () => number;
}

/** No answer is kept longer, whatever its owner says: a name that moves is followed within a minute. */
const LONGEST_MS = 60_000;
/** Nor shorter: a name with a time to live of 0 is not asked for at every connection. */
const SHORTEST_MS = 1_000;
const NOT_FOUND_MS = 5_000;
const MAX_NAMES = 10_000;

interface Entry {
  addresses: Promise<readonly string[]>;
  /** Infinity while the answer is awaited. */
  until: number;
}

/** How long the second family is waited for: some name servers never answer for IPv6. */
const SECOND_FAMILY_MS = 500;

interface Answer {
  addresses: readonly string[];
  ttlMs: number;
}

/**
 * Addresses of host names: the hosts file, then DNS, kept for the time to live. Does not use `dns.lookup`, whose four
 * threads a few dead name servers would hold, and with them every other look-up of the process; so there are no search
 * domains and no other sources of names.
 */
export class HostNames {
  readonly #options: Required<Pick<HostNamesOptions, 'hostsFile' | 'now'>> & HostNamesOptions;
  readonly #entries = new Map<string, Entry>();
  #resolver: Resolver | undefined;

  constructor(options: HostNamesOptions = {}) {
    this.#options = { hostsFile: '/etc/hosts', now: () => performance.now(), ...options };
  }

  /**
   * Every address of a name, IPv4 first; askers at the same time share one look-up.
   *
   * @throws an error with Node's code: ENOTFOUND when there is none, another (ETIMEOUT, ESERVFAIL) when nobody could say.
   */
  addresses(hostname: string): Promise<readonly string[]> {
    const name = bareName(hostname);
    const known = this.#entries.get(name);
    if (known !== undefined && this.#options.now() < known.until) return known.addresses;
    this.#entries.delete(name);
    const answer = this.#find(name);
    const entry: Entry = { addresses: answer.then(({ addresses }) => addresses), until: Number.POSITIVE_INFINITY };
    const keep = (ttlMs: number): void => {
      entry.until = this.#options.now() + ttlMs;
    };
    answer.then(
      ({ ttlMs }) => keep(ttlMs),
      (error: unknown) => keep(isNotFound(error) ? NOT_FOUND_MS : 0),
    );
    this.#entries.set(name, entry);
    this.#forgetOldest();
    return entry.addresses;
  }

  #forgetOldest(): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_NAMES && oldest !== undefined) this.#entries.delete(oldest);
  }

  async #find(name: string): Promise<Answer> {
    const listed = (await readHosts(this.#options.hostsFile)).get(name);
    if (listed !== undefined) return { addresses: listed, ttlMs: NOT_FOUND_MS };
    if (isLocalName(name)) return { addresses: ['127.0.0.1', '::1'], ttlMs: LONGEST_MS };
    return this.#ask(name);
  }

  async #ask(name: string): Promise<Answer> {
    this.#resolver ??= this.#newResolver();
    const [records, failures] = await bothFamilies(
      this.#resolver.resolve4(name, { ttl: true }),
      this.#resolver.resolve6(name, { ttl: true }),
    );
    if (records.length > 0) {
      const ttlMs = Math.min(...records.map((record) => record.ttl)) * 1_000;
      return {
        addresses: records.map((record) => record.address),
        ttlMs: Math.max(SHORTEST_MS, Math.min(LONGEST_MS, ttlMs)),
      };
    }
    const fault = failures.find((failure) => !isNotFound(failure));
    if (fault === undefined) throw Object.assign(new Error(`The host ${name} has no address`), { code: 'ENOTFOUND' });
    // The next look-up reads the machine's name servers anew: they change when it changes networks.
    this.#resolver = undefined;
    throw fault;
  }

  #newResolver(): Resolver {
    const resolver = new Resolver({ timeout: 1_500, tries: 2 });
    if (this.#options.servers !== undefined) resolver.setServers(this.#options.servers);
    return resolver;
  }
}

/** The records of both families, IPv4 first, and the errors; without the later one if it is much later. */
async function bothFamilies(
  ...families: readonly Promise<RecordWithTtl[]>[]
): Promise<readonly [records: RecordWithTtl[], failures: unknown[]]> {
  const records: RecordWithTtl[][] = [];
  const failures: unknown[] = [];
  const settled = families.map((family, index) =>
    family.then(
      (found) => {
        records[index] = found;
      },
      (error: unknown) => {
        failures.push(error);
      },
    ),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = Promise.any(families)
    .then(() => new Promise<void>((resolve) => (timer = setTimeout(resolve, SECOND_FAMILY_MS))))
    .catch(() => Promise.all(settled));
  await Promise.race([Promise.all(settled), late]);
  clearTimeout(timer);
  return [records.flat(), failures];
}

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA');
