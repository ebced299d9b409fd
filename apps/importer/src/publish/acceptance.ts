import type { EventStamp } from '@sluice/contracts/event-record';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Clock } from '@sluice/service-kit/clock';

/** How long a batch waits for the registry to say its revision. */
const ANSWER_LIMIT_MS = 1_000;

/**
 * What events are stamped with as they are taken: the moment, and the registry's revision, read after the batch came, so that
 * subscribers read their own writes (docs/architecture.md section 4).
 */
export class Acceptance {
  private highest = 0;

  constructor(
    private readonly registry: Pick<Registry, 'revision'>,
    private readonly clock: Clock,
  ) {}

  /** The highest revision seen, not exact, when the registry gives none in time. Never throws. */
  async stampFor(accountId: string): Promise<EventStamp> {
    const exact = await this.readRevision();
    const acceptedAt = new Date(this.clock.nowMs()).toISOString();
    return { accountId, audience: { to: 'own' }, revision: this.highest, exact, acceptedAt };
  }

  private async readRevision(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), ANSWER_LIMIT_MS);
    });
    try {
      const answer = await Promise.race([this.registry.revision({}), late]);
      if (answer === null) return false;
      this.highest = Math.max(this.highest, answer.revision);
      return answer.revision === this.highest;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
