import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Authenticator } from '../authenticate/authenticator.js';
import type { Caller } from '../authenticate/caller.js';
import { CurrentCaller } from '../authenticate/caller-guard.js';
import { Operation } from '../operations/operation.js';
import { AccountWatches, type Changed } from './account-watches.js';
import { followChanges } from './follow-operations.js';
import { OpenStreams } from './open-streams.js';

const EVERY_MS = 5_000;

/** What changes in an account, for pages that show it. */
@Controller('v1/changes')
export class ChangesController {
  constructor(
    @Inject(AccountWatches) private readonly watches: AccountWatches,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(OpenStreams) private readonly streams: OpenStreams,
  ) {}

  @Get()
  @Operation(followChanges)
  async follow(@CurrentCaller() { credential, principal }: Caller, @Res() reply: FastifyReply): Promise<void> {
    const stream = this.streams.open(principal.accountId, reply);
    const waiting: { [K in keyof Changed]: Set<string> } = { webhooks: new Set(), jobs: new Set() };
    let sending = false;
    const changed = async (changes: Changed) => {
      for (const id of changes.webhooks) waiting.webhooks.add(id);
      for (const id of changes.jobs) waiting.jobs.add(id);
      // Who reads slowly is told of all that gathered meanwhile at once.
      if (sending) return;
      sending = true;
      if ((await this.counts(credential)) !== true) return stream.end();
      const data = { webhooks: [...waiting.webhooks], jobs: [...waiting.jobs] };
      for (const ids of Object.values(waiting)) ids.clear();
      await stream.send({ event: 'changed', data });
      sending = false;
      if (waiting.webhooks.size + waiting.jobs.size > 0) await changed({ webhooks: [], jobs: [] });
    };
    const watcher = { credential, changed: (changes: Changed) => void changed(changes), ended: () => stream.end() };
    this.watches.watch(principal.accountId, watcher, stream.ended);
    const check = setInterval(async () => {
      if ((await this.counts(credential)) === false) stream.end();
    }, EVERY_MS);
    stream.ended.addEventListener('abort', () => clearInterval(check));
  }

  /** As of at most 5 s ago. Null when nobody can tell. */
  private async counts(credential: string): Promise<boolean | null> {
    if (this.authenticator.known(credential, 'read') !== null) return true;
    const result = await this.authenticator.ask(credential, 'read').catch(() => null);
    return result === null ? null : result.ok;
  }
}
