import { drip, flood, hang, type Mode, ok, refusing, slow, sometimes, tooMany } from '@sluice/testing/endpoint-modes';
import type { Ledger, Page } from '@sluice/testing/ledger';
import { follow, numberOf } from '@sluice/testing/stack/follow-events';
import type { NewWebhook, SluiceClient } from '@sluice/testing/stack/sluice-client';

/** Events of a run are told from those of the runs before by their numbers, which begin at a multiple of this. */
export const NUMBERS_OF_A_RUN = 1_000_000;

/** A webhook under test. */
export interface Watched {
  page: Page;
  webhookId: string;
  /** Which of the published numbers are meant for it, by the test's own reckoning. */
  wants: (number: number) => boolean;
  /** Which of these it never takes. */
  refuses: (number: number) => boolean;
  /** Whether it can get well. */
  fails: 'for a time' | 'for good';
  /** One delivery of a subject at a time, in the order of publishing. */
  ordered: boolean;
}

interface Kind {
  path: string;
  mode: Mode;
  /** Last digit of the numbers that it wants; all of them without one. */
  digit?: number;
  refuses?: (number: number) => boolean;
  /** Seconds before each attempt; {@link PATIENT} by default. */
  retrySchedule?: readonly number[];
  ordered?: boolean;
}

/** Attempts at what an endpoint refuses, until Sluice gives up. */
export const ATTEMPTS_AT_REFUSED = 2;
/** Often and soon, so that what failed comes to its end within the test. */
const PATIENT = [0, ...Array<number>(19).fill(1)];

/** Of each run's first numbers four: by five that fail the circuit opens, and attempts become seldom. */
const refuses = (number: number): boolean => number % NUMBERS_OF_A_RUN < 400 && number % 100 === 88;

/** One endpoint of each kind; the one that hangs wants everything, so that its deliveries are at the head of each partition. */
const kinds = (chance: () => number): Kind[] => [
  { path: '/hang', mode: hang },
  { path: '/all', mode: ok },
  { path: '/slow', mode: slow(200), digit: 1 },
  { path: '/ordered', mode: sometimes(0.1, { status: 500 }, chance), digit: 2, ordered: true },
  { path: '/flaky', mode: sometimes(0.3, { status: 500 }, chance), digit: 3 },
  { path: '/busy', mode: sometimes(0.1, tooMany(1), chance), digit: 4 },
  { path: '/reset', mode: sometimes(0.3, 'reset', chance), digit: 5 },
  { path: '/drip', mode: drip, digit: 6 },
  { path: '/flood', mode: flood, digit: 7 },
  {
    path: '/picky',
    mode: refusing((eventId) => refuses(numberOf(eventId))),
    digit: 8,
    refuses,
    retrySchedule: PATIENT.slice(0, ATTEMPTS_AT_REFUSED),
  },
];

/** Subscribes endpoints of all kinds. @param chance uniform in [0, 1). */
export async function watchEndpoints(client: SluiceClient, ledger: Ledger, chance: () => number): Promise<Watched[]> {
  const watched: Watched[] = [];
  for (const { path, mode, digit, refuses, retrySchedule = PATIENT, ordered = false } of kinds(chance)) {
    const page = ledger.open(path, mode);
    const { webhook_id: webhookId, signing_secret: secret } = await client.createWebhook({
      endpoint: page.url,
      event_type: 'follow.created',
      ordering: ordered ? 'subject' : 'none',
      retry_schedule: retrySchedule,
      ...(digit === undefined ? {} : endsIn(digit)),
    });
    page.verifyWith(secret);
    const wants = (number: number): boolean => digit === undefined || number % 10 === digit;
    const fails = refuses === undefined ? 'for a time' : 'for good';
    watched.push({ page, webhookId, wants, refuses: refuses ?? (() => false), fails, ordered });
  }
  return watched;
}

const endsIn = (digit: number): Pick<NewWebhook, 'filter' | 'sample'> => ({
  filter: { followerProfileId: { $regex: `${digit}$` } },
  sample: follow(digit).data,
});
