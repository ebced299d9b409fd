import type { QueueOwner } from './deliver/delivery-queues.js';
import { endedByDisabling } from './deliver/ended-by-disabling.js';
import type { AttemptOwner, AttemptResult } from './deliver/endpoint-attempt.js';
import { keptHeaders } from './deliver/kept-headers.js';
import { hasLaneForAttempt, nextOfLane } from './deliver/lane-turn.js';
import { turnedAway } from './deliver/turned-away.js';
import type { Work } from './deliver/work.js';
import type { EventSink } from './intake/intake.js';
import { isOf } from './intake/open-deliveries.js';
import { FAN_OUT } from './match/fan-out.js';
import { firstDeliveries } from './match/first-deliveries.js';
import type { Match, Matched } from './match/match.js';
import type { Attempt, Delivery, EventDelivery, IdentifiedEvent, Ping, Verdict } from './model/delivery.js';
import { reportAttempt } from './observe/attempt-report.js';
import type { OpenPartition } from './partitions/open-partition.js';
import type { PipelineParts } from './pipeline-parts.js';
import type { LeftByChanges } from './record/base-change.js';
import type { RecordingListener } from './record/recording.js';
import { attemptRequest } from './render/attempt-request.js';
import type { TurnOff } from './render/dialect.js';
import { deadlineMs, judge, SHORTEST_DEADLINE_MS } from './render/dialects.js';
import type { Capacity } from './retry/pending-deliveries.js';
import { firstWaitMs } from './schedule/retry-policy.js';
import type { IndexedWebhook } from './webhooks/indexed-webhook.js';

/** Nothing holds a position longer. */
const ONE_SECOND_MS = 1_000;
/** A claimed row that had no turn by then goes back: an attempt must end within its lease. */
const CLAIM_PATIENCE_MS = 2_000;
/** After it was turned off nothing is sent to a webhook until that has come round by the feed. */
const TURNED_OFF_PAUSE_MS = 5_000;
/** An attempt that was cut short for want of slots is made again after that. */
const CUT_SHORT_MS = 5_000;
/** The rows of a webhook that wants no attempts come out to be cancelled, so many at a time. */
const CANCELLED_AT_ONCE = 100;

/**
 * The way of an event: intake ▶ match ▶ render ▶ deliver ▶ record (▶ retry). The methods stand in the order of the way; the
 * folder of a step's name holds what it needs. The words are in model/delivery.ts; pipeline-parts.ts has what is asked here.
 */
export class Pipeline implements EventSink, QueueOwner, AttemptOwner, RecordingListener, Capacity {
  #parts!: PipelineParts;
  /** Handed to the recorder as rows for anybody to claim, and not written yet. */
  readonly #left = new Set<Delivery>();
  /** Attempts that are over, and whose outcome waits for the registry. */
  #turningOff = 0;
  /** Monotonic: when a drain waits for nothing any more. */
  #drainedByMs = Number.POSITIVE_INFINITY;

  /** The parts report to the pipeline that they were made for; this closes the circle. */
  connect(parts: PipelineParts): void {
    this.#parts = parts;
  }

  // intake ▶ : intake/intake.ts reads records, drops duplicates, and hands events over one by one as long as there is room

  get hasRoom(): boolean {
    return this.#parts.room.isLeft;
  }

  // ▶ match : which webhooks is the event for?

  prepare(partition: OpenPartition, events: readonly IdentifiedEvent[]): Promise<void> {
    return this.#parts.generator.prepare(partition, events);
  }

  async match(partition: OpenPartition, event: IdentifiedEvent): Promise<Matched> {
    const { fanOut, matcher, generator, metrics, clock } = this.#parts;
    const sameLane = fanOut.before(event);
    if (sameLane !== null) await sameLane;
    const startedAtMs = clock.monotonicMs();
    const webhooks = await matcher.match(event);
    const generated = await generator.generate(partition, event);
    if (!generated.ok) return generated;
    const { change } = generated;
    metrics.matched(clock.monotonicMs() - startedAtMs, webhooks.length + (change?.webhooks ?? 0));
    return { ok: true, match: { webhooks, change } };
  }

  matched(partition: OpenPartition, event: IdentifiedEvent, match: Match): Promise<void> | void {
    const { fanOut, recording, recent, open, queues } = this.#parts;
    const { webhooks, change } = match;
    recent.saw(event);
    if (webhooks.length > FAN_OUT) return fanOut.begin(partition, event, match);

    const deliveries = firstDeliveries(partition, event, webhooks);
    recording.event(partition.epoch, event, webhooks.length, deliveries.length, change?.take());
    open.add(event, deliveries);
    const wanted = deliveries.filter((delivery) => !this.putOff(delivery));
    this.leave(wanted.filter((delivery) => this.#mustWait(delivery) || !queues.offer(delivery)));
    queues.startSome();
  }

  /** Whether its webhook lets it wait before the first attempt: then it is a row until that time has come. */
  putOff(delivery: EventDelivery): boolean {
    const { index, recording } = this.#parts;
    const webhook = index.get(delivery.webhookId)?.webhook;
    const dueInMs = webhook?.dialect === 'airstack' ? firstWaitMs(webhook.retrySchedule, Math.random) : 0;
    if (dueInMs === 0) return false;
    recording.settle(delivery, null, { state: 'pending', dueInMs });
    return true;
  }

  // ▶ render ▶ deliver : deliver/delivery-queues.ts asks before each attempt, and says whose turn it is

  check(delivery: Delivery): 'start' | 'turn away' | 'wait' {
    const { follower, index } = this.#parts;
    if (!follower.fresh()) return 'wait';
    const webhook = index.get(delivery.webhookId);
    return webhook?.standing === 'enabled' && !endedByDisabling(delivery, webhook) ? 'start' : 'turn away';
  }

  /** An attempt begins: the request is rendered for the webhook as it is now, signed, and handed to the client. */
  start(work: Work): void {
    const { index, client, clock } = this.#parts;
    const webhook = index.get(work.delivery.webhookId) as IndexedWebhook;
    work.endpoint = webhook.webhook.endpoint;
    try {
      client.send(work, attemptRequest(work.delivery, webhook, clock.nowMs()));
    } catch (error) {
      // A malformed secret, for example: it fails like an attempt, so that the retries give time to put it right.
      const reason = error instanceof Error ? error.message : String(error);
      this.ended(work, {
        status: null,
        error: `not sendable: ${reason}`,
        retryAfter: undefined,
        headers: null,
        excerpt: new Uint8Array(),
      });
    }
  }

  /** The last look, in the tick in which the request would be written: connecting may have taken seconds. */
  mayStart({ delivery, endpoint }: Work): boolean {
    if (this.#parts.index.get(delivery.webhookId)?.webhook.endpoint !== endpoint) return false;
    return this.check(delivery) === 'start' && hasLaneForAttempt(delivery, this.#parts.clock.monotonicMs());
  }

  notStarted(work: Work): void {
    const { queues, permits } = this.#parts;
    queues.ended(work, null);
    permits.giveBack();
    if (work.abandoned) return;
    if (this.check(work.delivery) === 'turn away') this.turnAway(work.delivery);
    else this.leave([work.delivery]);
  }

  turnAway(delivery: Delivery): void {
    if (delivery.kind === 'ping') return void this.#turnPingAway(delivery);
    const verdict = turnedAway(delivery, this.#parts.index);
    if (verdict === null) this.leave([delivery]);
    else this.#conclude(delivery, null, verdict);
  }

  /** It may have been opened by a dispatcher that knows more of the webhook: to drop it, what was known by now is needed. */
  async #turnPingAway(ping: Ping): Promise<void> {
    const { follower, conditions, clock, queues, recording } = this.#parts;
    const sinceMs = clock.monotonicMs();
    follower.demand(sinceMs);
    await conditions.until(() => queues.isClosed || follower.completeSince(sinceMs));
    const isUnwanted = follower.completeSince(sinceMs) && this.check(ping) === 'turn away';
    if (isUnwanted) recording.settle(ping, null, { state: 'cancelled', reason: 'nobody wants to be told' });
    else this.leave([ping]);
  }

  ended(work: Work, result: AttemptResult): void {
    const { queues, permits, index, clock, claims } = this.#parts;
    const consequence = judge(work.delivery, index.get(work.delivery.webhookId)?.webhook, result, clock.nowMs());
    const { conclusion, askedMs, verdict } = consequence;
    const attempt = this.#attemptOf(work, result, conclusion === 'delivered');
    reportAttempt(this.#parts, work.delivery, attempt, conclusion);
    queues.ended(work, {
      succeeded: conclusion === 'delivered',
      answered: result.status !== null && result.error === null,
      overloaded: conclusion === 'overloaded',
      askedMs,
    });
    if (work.claimed) claims.wake();
    if (work.abandoned) permits.giveBack();
    else if (consequence.turnOff === undefined) this.#settle(work, attempt, verdict);
    else void this.#turnOff(work, attempt, verdict, consequence.turnOff);
  }

  /** Slots or the process are needed otherwise: this attempt has to end, and uses up no number. It is made again later. */
  #cutShort(work: Work): void {
    const { queues, recording, permits, logger } = this.#parts;
    logger.info({ deliveryId: work.delivery.id, webhookId: work.delivery.webhookId }, 'delivery.cut_short');
    queues.ended(work, null);
    work.attempt?.abandon();
    if (work.abandoned) {
      permits.giveBack();
      return;
    }
    permits.settled(work.delivery);
    recording.settle(work.delivery, null, { state: 'pending', dueInMs: CUT_SHORT_MS });
  }

  /** Enough is enough: the registry turns the webhook off before the outcome is recorded, or it is an ordinary failure. */
  async #turnOff(work: Work, attempt: Attempt, verdict: Verdict, turnOff: TurnOff): Promise<void> {
    const { queues, registry, logger, conditions } = this.#parts;
    const { webhookId } = work.delivery;
    queues.pause(webhookId, TURNED_OFF_PAUSE_MS);
    this.#parkUnderWay(work.delivery.origin.kind === 'stream' ? [work] : []);
    this.#turningOff += 1;
    const outcome = await registry[turnOff.command]({ webhookId, reason: turnOff.reason }).then(
      () => verdict,
      (error: unknown) => {
        logger.warn({ err: error, webhookId }, 'webhook.not_disabled');
        return turnOff.otherwise;
      },
    );
    this.#settle(work, attempt, outcome);
    this.#turningOff -= 1;
    conditions.changed();
  }

  // ▶ record : record/recorder.ts writes many facts at a time, and says when

  #settle({ delivery }: Work, attempt: Attempt, verdict: Verdict): void {
    this.#parts.permits.settled(delivery);
    this.#conclude(delivery, attempt, verdict);
  }

  /** What ends leaves its lane, if it stands in one, to the next: here, or to whoever claims that. */
  #conclude(delivery: Delivery, attempt: Attempt | null, verdict: Verdict): void {
    const { recording, queues, clock } = this.#parts;
    const next = verdict.state === 'pending' ? null : nextOfLane(delivery, clock.monotonicMs());
    recording.settle(delivery, attempt, verdict, next !== null);
    if (next === null) return;
    if (!queues.follow(next)) this.leave([next]);
    queues.startSome();
  }

  recorded(deliveries: readonly Delivery[]): void {
    const { permits, open, conditions, queues, claims } = this.#parts;
    permits.recorded(deliveries);
    open.closed(deliveries);
    conditions.changed();
    queues.startSome();
    let left = false;
    for (const delivery of deliveries) left = this.#left.delete(delivery) || left;
    if (left) claims.wake();
  }

  /** Of an event with very many matches, some became rows. */
  chunkWritten(): void {
    this.#parts.conditions.changed();
    this.#parts.claims.wake();
  }

  /** Endpoints are told of their new payloads by rows that are claimed, and the registry by notes. */
  changesRecorded(left: LeftByChanges): void {
    const { claims, notes, metrics, conditions } = this.#parts;
    metrics.payloadsRecorded(left.payloads);
    if (left.notes > 0) notes.wake();
    if (left.pings > 0) claims.wake();
    conditions.changed();
  }

  givenUp(): void {
    this.#parts.operational.wake();
  }

  lanesDue(): void {
    this.#parts.claims.wake();
  }

  unrecordable(event: IdentifiedEvent): void {
    this.#parts.intake.unrecordable(event);
  }

  moved(partition: number, position: bigint): void {
    this.#parts.hint(partition, position);
  }

  /** Somebody else took the partition: what is under way for it stops, and leaves nothing to record. */
  lost(partition: number, epoch: bigint): void {
    const { intake, queues, open, conditions } = this.#parts;
    intake.lost(partition, epoch);
    const { sending } = queues.takeUnfinished(Number.POSITIVE_INFINITY, (delivery) => isOf(delivery, partition, epoch));
    for (const work of sending) {
      work.abandoned = true;
      work.attempt?.abort('the partition was lost');
    }
    open.lost(partition, epoch);
    conditions.changed();
  }

  /** The partition is given up in good order: what is under way goes on under a lease, what waits is anybody's. */
  park(partition: number, epoch: bigint): void {
    const { queues } = this.#parts;
    this.#park(queues.takeUnfinished(Number.POSITIVE_INFINITY, (delivery) => isOf(delivery, partition, epoch)));
  }

  #park({ waiting, sending }: { waiting: Delivery[]; sending: Work[] }): void {
    this.leave(waiting);
    this.#parkUnderWay(sending);
  }

  /** These become rows that any dispatcher may claim, or stay what they are, given back. */
  leave(deliveries: readonly Delivery[]): void {
    if (deliveries.length === 0) return;
    for (const delivery of deliveries) this.#left.add(delivery);
    this.#parts.recording.park(deliveries, null);
  }

  #parkUnderWay(sending: readonly Work[]): void {
    if (sending.length === 0) return;
    const lease = this.#parts.leases.next();
    const deliveries = sending.map(({ delivery }) => delivery);
    this.#parts.recording.park(deliveries, lease);
    for (const work of sending) work.delivery = { ...work.delivery, origin: { kind: 'pending', lease } };
  }

  // ▶ retry : retry/claim-loop.ts claims pending rows that are due, as many as can start about now

  free(webhookId: string): number {
    const { index, queues } = this.#parts;
    const standing = index.get(webhookId)?.standing ?? 'deleted';
    if (standing === 'enabled') return queues.free(webhookId);
    return standing === 'paused' ? 0 : CANCELLED_AT_ONCE;
  }

  beginClaim(): void {
    this.#parts.queues.beginClaim();
  }

  total(): number {
    return this.#parts.queues.total();
  }

  claimed(deliveries: readonly Delivery[]): void {
    const { queues } = this.#parts;
    this.leave(deliveries.filter((delivery) => !queues.take(delivery)));
    queues.startSome();
  }

  // and all along the way

  /** The index changed: what waits for these webhooks is looked at now. */
  webhooksChanged(webhooks: readonly IndexedWebhook[]): void {
    const { queues, conditions, follower } = this.#parts;
    queues.sharedBy(follower.dispatchers);
    for (const { id } of webhooks) queues.changed(id);
    conditions.changed();
    queues.startSome();
  }

  /** Every 100 ms or so: ends what is over its time. */
  sweep(): void {
    const { queues, conditions, clock, load } = this.#parts;
    const now = clock.monotonicMs();
    load.measure();
    for (const work of queues.markSlow()) this.#cutShort(work);
    for (const work of queues.sendingSince(now - SHORTEST_DEADLINE_MS)) {
      if (now - work.startedAtMs >= deadlineMs(work.delivery)) work.attempt?.abort('timeout');
    }
    if (now >= this.#drainedByMs) for (const work of queues.sendingSince(now)) this.#cutShort(work);
    this.#park(queues.takeUnfinished(now - ONE_SECOND_MS));
    this.leave(queues.takeClaimed(now - CLAIM_PATIENCE_MS));
    queues.tidy();
    queues.startSome();
    conditions.changed();
  }

  /**
   * Starts nothing more; resolves when nothing is under way any more: attempts at the latest after 20 s, what may take longer
   * is cut, and then what the registry has to be told before their outcomes are recorded.
   */
  async drain(): Promise<void> {
    const { queues, conditions, clock } = this.#parts;
    queues.close();
    this.#drainedByMs = clock.monotonicMs() + SHORTEST_DEADLINE_MS;
    conditions.changed();
    this.leave(queues.takeClaimed(Number.POSITIVE_INFINITY));
    await conditions.until(() => queues.sending === 0 && this.#turningOff === 0);
  }

  /** It becomes a row before any attempt: for a paused webhook, and where others may have to be made before it. */
  #mustWait({ webhookId, lane }: EventDelivery): boolean {
    return lane !== null || this.#parts.index.get(webhookId)?.standing === 'paused';
  }

  #attemptOf(work: Work, { status, error, headers, excerpt }: AttemptResult, succeeded: boolean): Attempt {
    const { clock } = this.#parts;
    const latencyMs = clock.monotonicMs() - work.startedAtMs;
    const startedAtMs = clock.nowMs() - latencyMs;
    // Most attempts succeed, and of those nobody asks what else was answered.
    const responseHeaders = headers === null || succeeded ? null : keptHeaders(headers);
    const { attempt: number } = work.delivery;
    return { number, startedAtMs, latencyMs, status, error, responseHeaders, responseExcerpt: excerpt };
  }
}
