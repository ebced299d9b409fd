import { applyDecorators, HttpCode, SetMetadata, UseGuards } from '@nestjs/common';
import type { Purpose } from '@sluice/contracts/principal';
import type { z } from 'zod';
import { CallerGuard, Requires } from '../authenticate/caller-guard.js';
import { AskedGuard, OPERATION } from './asked.js';
import type { Tag } from './tags.js';

/**
 * What a route is: the one description that requests are checked against, and that `GET /v1/openapi.json` shows.
 *
 * A new route in three steps (see `manage/jobs/job-operations.ts` and `manage/jobs/jobs.controller.ts`):
 * 1. Beside the controller, zod schemas for what comes in and what goes out (`.meta({ id: 'Job' })` makes a component of one
 *    that several answers share; `description` and `examples` belong into `.meta` as well), and
 *    `export const getJob = defineOperation({ id: 'getJob', tag: 'Jobs', summary: 'Get a job', access: 'read', … })`.
 *    `z.strictObject` refuses members that are not known; members that may be null or absent are `.nullish()`; what must
 *    stay text to the last digit is `objectText`, `structureText` or `valueText` of `json-text.ts`; query parameters come as strings
 *    (`operations/page.ts` has `limit` and `cursor`, `operations/moment.ts` has `moment`).
 * 2. `@Get(':id') @Operation(getJob)` on the handler: who may, the status of success, 400 for what is not known, and the
 *    description.
 * 3. `@Asked() { params, query, body }: Asked<typeof getJob>` in the handler: what the schemas made of the request.
 *
 * 400, 401, 403, 413, 415, 429, 503, and 409 and 422 of an `Idempotency-Key` are told of every operation that can answer
 * so; `refusals` has the others, in words. A route without an operation does not start: `described-routes.ts` refuses it.
 */
export interface OperationDefinition<
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
> {
  /** Unique, a verb and a noun: `createJob`. */
  id: string;
  tag: Tag;
  /** A few words without a full stop. */
  summary: string;
  /** Markdown, short sentences. */
  description?: string;
  /** What the caller's credential must allow; `base`: it is judged by the handler, for the base in the path. */
  access: Purpose | 'anyone' | 'base';
  /** Every parameter of the path. */
  params?: P;
  /** What the 404 says when a parameter of the path can be no id; without it, that is a 400. */
  absent?: string;
  query?: Q;
  /** A JSON body. */
  body?: B;
  /** A body that the handler reads by itself, by content type: documented, not checked. */
  rawBody?: Readonly<Record<string, z.ZodType>>;
  /** Headers of the request that mean something here. */
  headers?: Readonly<Record<string, { description: string; schema: z.ZodType }>>;
  /** By status; the first one is what is answered if the handler says nothing. */
  responses: Readonly<Record<number, ResponseDefinition>>;
  /** By status, what it means here. */
  refusals?: Readonly<Record<number, string>>;
}

export interface ResponseDefinition {
  description: string;
  /** Of a JSON answer. */
  schema?: z.ZodType;
  /** Of any other, by content type. */
  content?: Readonly<Record<string, z.ZodType>>;
  headers?: Readonly<Record<string, { description: string; schema: z.ZodType }>>;
}

/** A description with its types kept, for {@link Operation} and `Asked`. */
export const defineOperation = <
  P extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(
  definition: OperationDefinition<P, Q, B>,
): OperationDefinition<P, Q, B> => definition;

/** Makes a handler the one of an operation: it is called by those who may, with what the schemas let through. */
export function Operation(definition: OperationDefinition): MethodDecorator {
  const [status] = Object.keys(definition.responses);
  const marks = [SetMetadata(OPERATION, definition), HttpCode(Number(status))];
  const { access } = definition;
  if (access === 'base') return applyDecorators(...marks);
  if (access === 'anyone') return applyDecorators(...marks, UseGuards(AskedGuard));
  return applyDecorators(...marks, Requires(access), UseGuards(CallerGuard, AskedGuard));
}
