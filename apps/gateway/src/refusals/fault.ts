import type { Refusal } from '@sluice/contracts/result';

/** One thing that is wrong with a request: where, and what. `path` is dotted (`data.userId`); empty is the whole. */
export interface FaultEntry {
  path: string;
  message: string;
}

/** What a {@link Fault} may have beside its status and sentence. */
export interface FaultDetails {
  /** What a program tells it by, on the face whose answers name one: `RATE_LIMIT_REACHED`. */
  type?: string;
  errors?: readonly FaultEntry[];
  /** Becomes `Retry-After`. */
  retryAfterSeconds?: number;
  headers?: Readonly<Record<string, string>>;
  /** More members of the answer, where the face's body has room for them (RFC 9457 extension members). */
  members?: Readonly<Record<string, unknown>>;
}

/**
 * Why a request is not answered with success, before any face has put it into its own words: a status, a sentence for
 * people, and what a program needs to react. Thrown by handlers, turned into a body by the face that was asked.
 */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    readonly status: number,
    message: string,
    readonly details: FaultDetails = {},
  ) {
    super(message);
  }
}

const STATUS_OF: Record<Refusal['code'], number> = {
  unauthenticated: 401,
  forbidden: 403,
  hidden: 404,
  invalid: 400,
  not_found: 404,
  conflict: 409,
  changed: 412,
  too_many: 429,
  too_many_of_integration: 429,
  rate_limited: 429,
};

/** What another service refused, as an answer of ours. */
export function faultOf({ code, message, field, retryAfterSeconds }: Refusal): Fault {
  return new Fault(STATUS_OF[code], message, {
    ...(field === undefined ? {} : { errors: [{ path: field, message }] }),
    ...(STATUS_OF[code] === 429 ? { retryAfterSeconds: retryAfterSeconds ?? 1 } : {}),
  });
}
