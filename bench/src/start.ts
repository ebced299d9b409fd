import type { Installation } from './installation.js';
import { monotonicMs } from './monotonic.js';
import { seedWebhooks } from './seed-webhooks.js';

const WEBHOOKS = 100_000;

export interface StartResult {
  webhooks: number;
  /** From the start of the process until it says that it is ready, PostgreSQL running already. */
  emptyMs: number;
  readyMs: number;
  /** With that many webhooks to with next to none. */
  ratio: number;
}

/** How long a dispatcher takes to be ready when the registry has many webhooks for it. */
export async function measureStart(installation: Installation): Promise<StartResult> {
  const emptyMs = await startAnew(installation);
  await seedWebhooks(installation, WEBHOOKS);
  const readyMs = await startAnew(installation);
  return { webhooks: WEBHOOKS, emptyMs, readyMs, ratio: readyMs / emptyMs };
}

async function startAnew(installation: Installation): Promise<number> {
  await installation.stopDispatcher();
  const startedMs = monotonicMs();
  await installation.startDispatcher();
  return monotonicMs() - startedMs;
}
