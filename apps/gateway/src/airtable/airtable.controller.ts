import { Controller, Delete, Get, Header, Inject, Param, Post } from '@nestjs/common';
import type { AirtableWebhooks } from '@sluice/contracts/airtable-commands';
import type { PayloadLists } from '@sluice/contracts/payload-commands';
import { Revisions } from '@sluice/service-kit/revisions';
import { Operation } from '../operations/operation.js';
import { DISPATCHER, REGISTRY } from '../services/parts.js';
import {
  createAirtableWebhook,
  deleteAirtableWebhook,
  enableAirtableNotifications,
  listAirtablePayloads,
  listAirtableWebhooks,
  refreshAirtableWebhook,
} from './airtable-operations.js';
import { BaseCallers } from './base-callers.js';
import { AboutBase, type BaseRequest } from './base-request.js';
import { payloadStates } from './payload-states.js';
import { readNothing, readRequest } from './read-request.js';
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
  @Operation(createAirtableWebhook)
  async create(@AboutBase() asked: BaseRequest) {
    const { id, macSecretBase64, expirationTime, revision } = await this.callers.ask(asked, async (call) => {
      const { body } = readRequest(createAirtableWebhook, asked.request);
      const { notificationUrl = null, specification } = body;
      return this.registry.createBaseWebhook({ ...call, notificationUrl, specification: specification.text });
    });
    this.revisions.seen(revision);
    return { id, macSecretBase64, expirationTime };
  }

  @Get()
  @Operation(listAirtableWebhooks)
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
  @Operation(listAirtablePayloads)
  @Header('content-type', JSON_TYPE)
  async payloads(@AboutBase() asked: BaseRequest, @Param('webhookId') webhookId: string): Promise<string> {
    const { payloads, cursor, mightHaveMore } = await this.callers.ask(asked, async ({ credential, baseId }) => {
      const { query } = readRequest(listAirtablePayloads, asked.request);
      const range = { cursor: query.cursor, limit: query.limit };
      return this.dispatcher.listPayloads({ credential, baseId, webhookId, ...range });
    });
    return `{"payloads":[${payloads.join(',')}],"cursor":${cursor},"mightHaveMore":${mightHaveMore},"payloadFormat":"v0"}`;
  }

  @Post(':webhookId/refresh')
  @Operation(refreshAirtableWebhook)
  async refresh(@AboutBase() asked: BaseRequest, @Param('webhookId') webhookId: string) {
    const { expirationTime } = await this.callers.ask(asked, async (call) => {
      readNothing(asked.request);
      return this.registry.refreshBaseWebhook({ ...call, webhookId });
    });
    return { expirationTime };
  }

  @Post(':webhookId/enableNotifications')
  @Operation(enableAirtableNotifications)
  async enableNotifications(@AboutBase() asked: BaseRequest, @Param('webhookId') webhookId: string) {
    const { revision } = await this.callers.ask(asked, async (call) => {
      const { body } = readRequest(enableAirtableNotifications, asked.request);
      return this.registry.enableNotifications({ ...call, webhookId, enable: body.enable });
    });
    this.revisions.seen(revision);
    return {};
  }

  @Delete(':webhookId')
  @Operation(deleteAirtableWebhook)
  async delete(@AboutBase() asked: BaseRequest, @Param('webhookId') webhookId: string) {
    const { revision } = await this.callers.ask(asked, async (call) =>
      this.registry.deleteBaseWebhook({ ...call, webhookId }),
    );
    this.revisions.seen(revision);
    return {};
  }
}
