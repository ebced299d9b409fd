import type { FeedWebhook } from '@sluice/contracts/webhook-feed';
import type { Conclusion } from '../deliver/conclusion.js';
import type { AttemptResult } from '../deliver/endpoint-attempt.js';
import type { Delivery, Verdict } from '../model/delivery.js';

/** What is sent to an endpoint. */
export interface Rendering {
  /** Name, value, name, value … : the flat form that the HTTP client takes without a copy. The signature is among them. */
  headers: string[];
  /** Exactly the bytes that are sent and signed. */
  body: Uint8Array;
}

/** What follows from an attempt. */
export interface Consequence {
  conclusion: Conclusion;
  /** The pause that the endpoint asked for, in milliseconds. */
  askedMs: number | null;
  verdict: Verdict;
  /** What the registry turns off before the verdict is recorded. When it can't now, `otherwise` is the verdict. */
  turnOff?: TurnOff;
}

/** The registry's command that ends or mutes a webhook, and the verdict that counts when it can't be given now. */
export interface TurnOff {
  command: 'disableWebhook' | 'disableNotifications';
  reason: string;
  otherwise: Verdict;
}

/** How the webhooks of one subscription API want to be spoken to, and what their endpoints' answers mean. */
export interface Dialect<D extends Delivery, W extends FeedWebhook> {
  /** For everything of an attempt, the response's body included. */
  readonly deadlineMs: number;

  /**
   * The delivery for the webhook as it is now, signed.
   *
   * @throws when it can't be signed.
   */
  render(delivery: D, webhook: W, nowMs: number): Rendering;

  /** The delivery's next attempt was made, and gave this. `webhook` as it is now; undefined when it is gone. */
  judge(delivery: D, webhook: W | undefined, result: AttemptResult, nowMs: number): Consequence;
}
