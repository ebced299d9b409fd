import type { Ledger } from '@sluice/testing/ledger';
import { eventually } from '@sluice/testing/stack/built-process';
import { follow, SOURCE } from '@sluice/testing/stack/follow-events';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { expect, onTestFinished } from 'vitest';
import { Load } from './load.js';
import { type Random, seededRandom } from './random.js';
import { hasEnded, print, reconcile } from './reconciliation.js';
import { NUMBERS_OF_A_RUN, type Watched, watchEndpoints } from './watched-endpoints.js';

/** A fault while nothing is under way would prove nothing. */
const FLOWING = 200;
/** In all: with fewer a run would prove little. */
const AT_LEAST_SENT = 300;
/** A machine that is busy otherwise has to work off no more than that in the end. */
const FARTHEST_AHEAD = 2_000;
/** So many events are looked up afterwards, to hear from Sluice itself what became of them. */
const SAMPLE = 5;

interface Expected {
  /** How often deliveries may have been made again, over all webhooks together. */
  duplicates: number;
  timeoutMs?: number;
}

/** The numbers before the first run's are for events that a test publishes one by one. */
let runs = 1;

/** Load and endpoints of all kinds, for as long as faults are caused; then the books are closed. */
export class FaultRun {
  private constructor(
    private readonly name: string,
    private readonly client: SluiceClient,
    private readonly ledger: Ledger,
    readonly watched: readonly Watched[],
    readonly load: Load,
    readonly random: Random,
    private readonly servicesSay: () => Promise<string>,
  ) {}

  /** @param servicesSay asked when deliveries don't come to their end. */
  static async begin(
    name: string,
    client: SluiceClient,
    ledger: Ledger,
    servicesSay = async (): Promise<string> => '',
  ): Promise<FaultRun> {
    const random = seededRandom(name);
    const watched = await watchEndpoints(client, ledger, random.next);
    const { page: all } = watched.find(({ page }) => page.path === '/all') as Watched;
    const load = new Load(() => client, {
      batch: 20,
      pauseMs: 50,
      from: NUMBERS_OF_A_RUN * runs++,
      goesOn: (acknowledged) => acknowledged < all.entries.size + FARTHEST_AHEAD,
    });
    onTestFinished(async () => {
      load.abandon();
      for (const { webhookId } of watched) await client.unsubscribe(webhookId).catch(() => {});
    });
    return new FaultRun(name, client, ledger, watched, load, random, servicesSay);
  }

  /** Requests that have come in at all endpoints. */
  get arrivals(): number {
    return this.watched.reduce((sum, { page }) => sum + page.arrivals, 0);
  }

  /** Deliveries made again so far, over all webhooks together. */
  get duplicates(): number {
    return this.watched.reduce((sum, watched) => sum + reconcile(watched, this.load.acknowledged).duplicates, 0);
  }

  /** Resolves when deliveries flow, from now on counted. */
  async flows(): Promise<void> {
    const wanted = this.arrivals + FLOWING;
    await eventually(`${wanted} arrivals`, async () => this.arrivals >= wanted);
  }

  /**
   * Ends the load when enough was sent, heals the endpoints but for what they refuse for good, waits until every acknowledged
   * event has come to its end at every webhook, and reconciles: nothing lost, nothing that was not meant for it, order kept,
   * every duplicate recognisable, every signature good.
   */
  async close({ duplicates, timeoutMs = 120_000 }: Expected): Promise<void> {
    const { acknowledged } = this.load;
    await eventually(`${AT_LEAST_SENT} acknowledgements`, async () => acknowledged.size >= AT_LEAST_SENT);
    await this.load.stop();
    // One that fails by chance could hold its deliveries up for any time: its circuit opens and stays open for minutes.
    this.ledger.heal(this.watched.filter(({ fails }) => fails !== 'for good').map(({ page }) => page));
    const open = new Set(
      this.watched.flatMap((watched) => [...acknowledged].filter(watched.wants).map((number) => ({ watched, number }))),
    );
    // Whether it was in time or not, the reconciliation says what is missing.
    const complete = eventually(
      'every delivery',
      async () => {
        for (const each of open) if (hasEnded(each.watched, each.number)) open.delete(each);
        return open.size === 0;
      },
      timeoutMs,
    );
    await complete.catch(() => this.tellOf([...open].slice(0, SAMPLE)));
    const lines = this.watched.map((watched) => reconcile(watched, acknowledged));
    print(this.name, lines);
    for (const line of lines) {
      expect(line).toMatchObject({ lost: 0, unasked: 0, unrecognisable: 0, badSignatures: 0 });
      if (line.disordered !== null) expect(line).toMatchObject({ disordered: 0 });
    }
    expect(lines.reduce((sum, line) => sum + line.duplicates, 0)).toBeLessThanOrEqual(duplicates);
    await this.compareTrails();
  }

  /** What Sluice itself knows of deliveries that did not end, for whoever looks for the cause. */
  private async tellOf(open: readonly { watched: Watched; number: number }[]): Promise<void> {
    for (const { watched, number } of open) {
      const { body } = await this.client.trail(SOURCE, follow(number).id);
      console.log(`${watched.page.path} did not end:`, JSON.stringify(body));
    }
    console.log(await this.servicesSay());
  }

  /** Sluice tells of some of the events what the books say. */
  private async compareTrails(): Promise<void> {
    const sent = [...this.load.acknowledged];
    for (let looked = 0; looked < SAMPLE; looked++) {
      const number = this.random.pick(sent);
      const expected = this.watched
        .filter(({ wants }) => wants(number))
        .map(({ webhookId, refuses }) => [webhookId, refuses(number) ? 'exhausted' : 'delivered']);
      await eventually(`the trail of ${number}`, async () => {
        const { status, body } = await this.client.trail(SOURCE, follow(number).id);
        if (status !== 200) return false;
        const { deliveries } = body as { deliveries: { webhook_id: string; state: string }[] };
        const told = new Map(deliveries.map(({ webhook_id, state }) => [webhook_id, state]));
        return expected.every(([webhookId, state]) => told.get(webhookId as string) === state);
      });
    }
  }
}
