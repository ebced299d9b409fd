import { timingSafeEqual } from 'node:crypto';
import { signature } from './sign.js';

/** What Standard Webhooks' own libraries allow between sender's and receiver's clock, both ways. */
const DEFAULT_TOLERANCE_SECONDS = 300;

export type Verification =
  | { ok: true; id: string; timestampSeconds: number }
  | {
      ok: false;
      fault: 'missing_header' | 'malformed_header' | 'stale' | 'no_matching_signature';
      /** For people. */
      reason: string;
    };

/** A delivery as it arrived, and what its receiver knows. */
export interface VerifyRequest {
  /** As Node gives them: lower-case names. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes as they arrived, before any parsing. */
  body: Uint8Array;
  /** The receiver's secrets; one that matches is enough. */
  secrets: readonly string[];
  nowSeconds: number;
  /** How old, or how far in the future, an attempt may be. 300 s by default. */
  toleranceSeconds?: number;
}

/** Checks a delivery's Standard Webhooks signature, in constant time. */
export function verify(request: VerifyRequest): Verification {
  const { headers, body, secrets, nowSeconds, toleranceSeconds = DEFAULT_TOLERANCE_SECONDS } = request;
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => {
    const value = headers[name];
    return value === undefined || value === '' ? undefined : value;
  });
  if (id === undefined) return missing('webhook-id');
  if (timestamp === undefined) return missing('webhook-timestamp');
  if (signatures === undefined) return missing('webhook-signature');
  if (typeof id !== 'string') return malformed('webhook-id is there more than once');
  if (typeof timestamp !== 'string' || !/^\d{1,15}$/.test(timestamp)) {
    return malformed('webhook-timestamp is not one whole number of seconds');
  }
  if (typeof signatures !== 'string') return malformed('webhook-signature is there more than once');

  const timestampSeconds = Number(timestamp);
  const age = nowSeconds - timestampSeconds;
  if (Math.abs(age) > toleranceSeconds) {
    const distance = `${Math.abs(age)} s ${age > 0 ? 'old' : 'in the future'}`;
    return { ok: false, fault: 'stale', reason: `The attempt is ${distance}; ${toleranceSeconds} s are allowed` };
  }
  const given = signatures.split(' ');
  const matches = secrets
    .map((secret) => signature({ id, timestampSeconds, body }, secret))
    .filter((expected) => given.filter((candidate) => equal(candidate, expected)).length > 0);
  if (matches.length > 0) return { ok: true, id, timestampSeconds };
  return { ok: false, fault: 'no_matching_signature', reason: 'No v1 signature matches the body and the secrets' };
}

const missing = (name: string): Verification => ({
  ok: false,
  fault: 'missing_header',
  reason: `The header ${name} is missing`,
});

const malformed = (reason: string): Verification => ({ ok: false, fault: 'malformed_header', reason });

function equal(candidate: string, expected: string): boolean {
  const [left, right] = [Buffer.from(candidate), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
