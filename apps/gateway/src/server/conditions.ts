import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../refusals/fault.js';

/** Entity tags as RFC 9110 section 8.8.3 writes them. */
const TAGS = /^\s*(?:W\/)?"[!\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[!\x23-\x7e]*")*\s*$/;
const MATCH_WANTED = 'must be ETags as they were answered, or *';

/** Bare, it stands for whatever state there is. */
const ANY = '*';

/** Between the tag of a state and that of what is shown beside it: neither has it in it. */
const BESIDES = '.';

/**
 * Says which state an answer shows; nothing where that is not known.
 *
 * @param besides what the answer shows that no change is about, how a source does for example: with another the caller has
 * not seen the same, and may change it all the same.
 */
export function showState(reply: FastifyReply, tag: string | undefined, besides?: unknown): void {
  if (tag !== undefined) reply.header('etag', `"${tag}${besides === undefined ? '' : BESIDES + shortHash(besides)}"`);
}

const shortHash = (shown: unknown): string =>
  createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 11);

/**
 * The tags of `If-Match`, of which one must name the state that is changed, or `*`; undefined if nothing is asked. A weak tag
 * names none, and neither does `"*"`: in quotes it is a tag like any other.
 *
 * @throws {Fault} 400 when it has another form.
 */
export function wantedStates({ headers }: FastifyRequest): string[] | undefined {
  const value = headers['if-match'];
  if (value === undefined) return undefined;
  if (value.trim() === ANY) return [ANY];
  if (!TAGS.test(value)) {
    throw new Fault(400, `If-Match ${MATCH_WANTED}`, { errors: [{ path: 'If-Match', message: MATCH_WANTED }] });
  }
  const states = tagsOf(value).flatMap((tag) => (tag.startsWith('W/') ? [] : [tag.slice(1, -1).split(BESIDES)[0]!]));
  return states.filter((state) => state !== ANY);
}

/** A state that the caller has already (`If-None-Match`) is not sent again: 304. Must be called before routes are registered. */
export function answerUnchanged(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    const shown = reply.getHeader('etag');
    const known = request.headers['if-none-match'];
    if (shown === undefined || known === undefined || reply.statusCode !== 200 || request.method !== 'GET')
      return payload;
    if (known.trim() !== ANY && !tagsOf(known).some((tag) => tag.replace(/^W\//, '') === shown)) return payload;
    reply.status(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}

const tagsOf = (value: string): string[] => value.match(/(?:W\/)?"[^"]*"/g) ?? [];

/** For operations that show or change a state, and their answers. */
const tag = z.string();
export const IF_MATCH = {
  'If-Match': { description: 'ETags: it is changed only if one names its state.', schema: tag },
};
export const IF_NONE_MATCH = { 'If-None-Match': { description: 'ETags: 304 if one names its state.', schema: tag } };
export const ETAG = { ETag: { description: 'Names the state that is shown.', schema: tag } };
export const CHANGED = { 412: 'It is no longer in the state that `If-Match` names.' };
export const UNCHANGED = { 304: { description: 'It is in the state that `If-None-Match` names.' } };
