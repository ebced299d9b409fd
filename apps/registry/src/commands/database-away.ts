import type { Registry } from '@sluice/contracts/registry-commands';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';

/** Of Node: nobody is there, or nobody any more. */
const NETWORK = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'];
/** Of PostgreSQL: it ends, starts, is full, lets nobody in, took too long, or gave this transaction up for another. */
const SERVER = /^(08|53|57|25P0[34]$|40001$|40P01$|55000$|55P03$)/;
/** The driver gives these no code. */
const DRIVER = /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable/;

/** Whether an error means that the database can't do its work now, and may later. */
function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return NETWORK.includes(code) || SERVER.test(code) || DRIVER.test(error.message);
}

/** The same commands; where the database is away they throw {@link ServiceUnavailable}, so that callers try again. */
export function unavailableWithoutDatabase(commands: Registry): Registry {
  const guarded = Object.entries(commands).map(([name, carryOut]: [string, (request: never) => Promise<unknown>]) => [
    name,
    async (request: never) => {
      try {
        return await carryOut(request);
      } catch (error) {
        if (!isDatabaseAway(error)) throw error;
        throw new ServiceUnavailable(`${name}: the registry's database is away`, { cause: error });
      }
    },
  ]);
  return Object.fromEntries(guarded) as Registry;
}
