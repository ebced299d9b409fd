import type { FilterWebhook } from '@sluice/contracts/webhook-feed';

/** The signing secrets of a webhook that are valid at that time, each `whsec_` + base64. */
export function secretsAt({ secrets }: FilterWebhook, nowMs: number): string[] {
  const valid = secrets.filter(({ validUntil }) => validUntil === undefined || nowMs < Date.parse(validUntil));
  return valid.map(({ secret }) => secret);
}
