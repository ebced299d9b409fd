import { createHash } from 'node:crypto';
import type { RememberedAnswer } from '@sluice/contracts/idempotency-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Logger } from '@sluice/service-kit/logger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault, faultOf } from '../refusals/fault.js';
import { bodyOf } from '../server/raw-bodies.js';
import { AnsweredBefore } from './answered-before.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { isRepeatable } from './repeatable.js';

/** Who asks, as far as it matters here. */
interface Asker {
  credential: string;
  principal: { keyId: string };
}

/** A request that is the first of its key: its answer will be remembered. */
interface FirstRequest {
  credential: string;
  key: string;
  lease: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while the first request of an `Idempotency-Key` is carried out. */
    first: FirstRequest | null;
  }
}

const ASK_AGAIN_SECONDS = 1;

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) on every `POST` of our own API. Events have an identity of
 * their own, which does the same and more, so they are left out. What is remembered lies with the registry: it outlives
 * this process, and is the same for all gateways.
 */
export class RepeatedRequests {
  constructor(
    private readonly registry: Pick<Registry, 'beginRequest' | 'settleRequest'>,
    private readonly logger: Logger,
  ) {}

  /** Must be called before routes are registered. */
  watch(fastify: FastifyInstance): void {
    fastify.decorateRequest('first', null);
    fastify.addHook('onSend', async (request, reply, payload) => {
      const { first } = request;
      if (first === null) return;
      request.first = null;
      await this.settle(first, answerOf(reply, payload));
    });
  }

  /**
   * Lets a request pass that is to be carried out.
   *
   * @throws {AnsweredBefore} when it was; {@link Fault} 400 when its key is none, 409 while the first one is under way, 422
   * when its key was used for another one, or by another caller.
   */
  async admit(request: FastifyRequest, { credential, principal: { keyId } }: Asker): Promise<void> {
    const { method, routeOptions } = request;
    if (request.headers['idempotency-key'] === undefined) return;
    if (!isRepeatable({ method, path: routeOptions.url ?? '' })) return;
    const key = idempotencyKeyOf(request.raw.rawHeaders);
    const result = await this.registry.beginRequest({ credential, key, fingerprint: fingerprintOf(request, keyId) });
    if (!result.ok) throw faultOf(result.refusal);
    const begun = result.value;
    switch (begun.is) {
      case 'first':
        request.first = { credential, key, lease: begun.lease };
        return;
      case 'answered':
        throw new AnsweredBefore(begun.answer);
      case 'under_way':
        throw new Fault(409, 'the first request with this Idempotency-Key is under way: ask again for its answer', {
          retryAfterSeconds: ASK_AGAIN_SECONDS,
        });
      case 'another':
        throw new Fault(
          422,
          'this Idempotency-Key was used for another request, or by another caller: each request needs its own',
        );
    }
  }

  /** When the answer can't be remembered it still goes out; who repeats the request soon is told that it is under way. */
  private async settle({ credential, key, lease }: FirstRequest, answer: RememberedAnswer): Promise<void> {
    try {
      const remembered = isFinal(answer) ? answer : null;
      const result = await this.registry.settleRequest({ credential, key, lease, answer: remembered });
      if (!result.ok) this.logger.warn({ refusal: result.refusal }, 'answer.not_remembered');
    } catch (error) {
      this.logger.warn({ err: error }, 'answer.not_remembered');
    }
  }
}

/** What failed on our side, or came too often, may go well the next time. */
const isFinal = ({ status }: RememberedAnswer): boolean => status < 500 && status !== 429;

/** What another key or session asks is another request: answers hold secrets that not everybody in an account may see. */
function fingerprintOf(request: FastifyRequest, keyId: string): string {
  const asked = `${request.method} ${request.url} by ${keyId}\n`;
  return createHash('sha256').update(asked).update(bodyOf(request)).digest('base64');
}

function answerOf(reply: FastifyReply, payload: unknown): RememberedAnswer {
  const etag = reply.getHeader('etag');
  return {
    status: reply.statusCode,
    contentType: String(reply.getHeader('content-type') ?? ''),
    body: Buffer.isBuffer(payload) ? payload.toString('utf8') : String(payload ?? ''),
    ...(etag === undefined ? {} : { etag: String(etag) }),
  };
}
