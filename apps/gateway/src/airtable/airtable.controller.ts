import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { AirtableWebhooks } from '@sluice/contracts/airtable-commands';
import type { PayloadLists } from '@sluice/contracts/payload-commands';
import { Revisions } from '@sluice/service-kit/revisions';
import { DISPATCHER, REGISTRY } from '../parts.js';
import { BaseCallers } from './base-callers.js';
import { AboutBase, type BaseRequest } from './base-request.js';
import { cursorOf, limitOf } from './payload-range.js';
import { payloadStates } from './payload-states.js';
import { readCreation, readEnable, readNothing } from './read-body.js';
import { webhookListText } from './webhook-list.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Airtable's webhooks API, to the letter of contract airtable section 1; its refusals are in `airtable-face`. */
@Controller('v0/bases/:baseId/webhooks')
export class AirtableController {
  constructor(
    @Inject(REGISTRY) private readonly registry: AirtableWebhooks,
    @Inject(DISPATCHER) private readonly dispatcher: PayloadLists,
    @Inject(BaseCallers) private readonly callers: BaseCallers,
    @Inject(Revisions) private readonly revisions: Revisions,
  ) {}

  @Post()
  @HttpCode(200)
  async create(@AboutBase() asked: BaseRequest) {
    const { id, macSecretBase64, expirationTime, revision } = await this.callers.ask(asked, async (call) =>
      this.registry.createBaseWebhook({ ...call, ...readCreation(asked.request) }),
    );
    this.revisions.seen(revision);
    return { id, macSecretBase64, expirationTime };
  }

  @Get()
  @Header('content-type', JSON_TYPE)
  list(@AboutBase() asked: BaseRequest): Promise<string> {
    return this.callers.ask(asked, async ({ credential, baseId }) => {
      const listed = await this.registry.listBaseWebhooks({ credential, baseId });
      if (!listed.ok) return listed;
      const { webhooks } = listed.value;
      const states = await payloadStates(this.dispatcher, { credential, baseId }, webhooks);
      return states.ok ? { ok: true, value: webhookListText(webhooks, states.value) } : states;
    });
  }

  /** Payloads go out as the texts that they are stored as. */
  @Get(':webhookId/payloads')
  @Header('content-type', JSON_TYPE)
  async payloads(
    @AboutBase() asked: BaseRequest,
    @Param('webhookId') webhookId: string,
    @Query('cursor') first: unknown,
    @Query('limit') most: unknown,
  ): Promise<string> {
    const { payloads, cursor, mightHaveMore } = await this.callers.ask(asked, async ({ credential, baseId }) =>
      this.dispatcher.listPayloads({ credential, baseId, webhookId, cursor: cursorOf(first), limit: limitOf(most) }),
    );
    return `{"payloads":[${payloads.join(',')}],"cursor":${cursor},"mightHaveMore":${mightHaveMore},"payloadFormat":"v0"}`;
  }

  @Post(':webhookId/refresh')
  @HttpCode(200)
  async refresh(@AboutBase() asked: BaseRequest, @Param('webhookId') webhookId: string) {
    const { expirationTime } = await this.callers.ask(asked, async (call) => {
      readNothing(asked.request);
      return this.registry.refreshBaseWebhook({ ...call, webhookId });
    });
    return { expirationTime };
  }

  @Post(':webhookId/enableNotifications')
  @HttpCode(200)
  async enableNotifications(@AboutBase() asked: BaseRequest, @Param('webhookId') webhookId: string) {
    const { revision } = await this.callers.ask(asked, async (call) =>
      this.registry.enableNotifications({ ...call, webhookId, enable: readEnable(asked.request) }),
    );
    this.revisions.seen(revision);
    return {};
  }

  @Delete(':webhookId')
  async delete(@AboutBase() asked: BaseRequest, @Param('webhookId') webhookId: string) {
    const { revision } = await this.callers.ask(asked, async (call) =>
      this.registry.deleteBaseWebhook({ ...call, webhookId }),
    );
    this.revisions.seen(revision);
    return {};
  }
}
