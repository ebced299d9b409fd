import { Controller, Delete, Inject, Param, Post, Req } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import { Revisions } from '@sluice/service-kit/revisions';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CurrentCaller } from '../authenticate/caller-guard.js';
import { Catalogues, namesOf } from '../events/catalogues.js';
import { Asked } from '../operations/asked.js';
import { wrongMember } from '../operations/checked.js';
import { Operation } from '../operations/operation.js';
import { PortalLinks } from '../portal/portal-links.js';
import { Fault, faultOf } from '../refusals/fault.js';
import { REGISTRY } from '../services/parts.js';
import { createAirstackWebhook, deleteAirstackWebhook, testAirstackFilter } from './airstack-operations.js';
import { testedType, testFilter } from './test-filter.js';

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/** Airstack's webhooks API, to the letter of contract airstack; its refusals are in `airstack-face`. */
@Controller('api/v1')
export class AirstackController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Revisions) private readonly revisions: Revisions,
    @Inject(Catalogues) private readonly catalogues: Catalogues,
    @Inject(PortalLinks) private readonly portalLinks: PortalLinks,
  ) {}

  @Post('webhooks')
  @Operation(createAirstackWebhook)
  async create(
    @Req() request: FastifyRequest,
    @Asked() { body: { endpoint, filter_config: config } }: Asked<typeof createAirstackWebhook>,
    @CurrentCaller() { credential, address }: Caller,
  ) {
    const { event_type: eventType, filter, payload } = config;
    const wanted = { endpoint, eventType, filter: filter?.text ?? null, sample: payload?.text ?? null };
    const api = { dialect: 'airstack', face: 'airstack', options: {} } as const;
    const result = await this.registry.createWebhook({ credential, from: address, ...api, ...wanted });
    if (!result.ok) throw faultOf(result.refusal);
    const { id, header, signingSecret, portalToken, revision } = result.value;
    this.revisions.seen(revision);
    return {
      webhook_id: id,
      portal_link: portalToken === null ? null : this.portalLinks.of(portalToken, request),
      authentication: { header_name: header.name, header_value: header.value },
      status: true,
      message: 'Successfully created subscription',
      signing_secret: signingSecret,
    };
  }

  @Delete('webhooks/:id')
  @Operation(deleteAirstackWebhook)
  async delete(@Param('id') webhookId: string, @CurrentCaller() { credential, address }: Caller) {
    if (!ULID.test(webhookId)) throw new Fault(400, 'webhook_id must be a ULID: 26 letters and digits');
    const result = await this.registry.deleteWebhook({ credential, from: address, webhookId: webhookId.toUpperCase() });
    if (!result.ok) throw faultOf(result.refusal);
    this.revisions.seen(result.value.revision);
    return { message: 'Successfully deleted webhook', status: true };
  }

  @Post('filters/test')
  @Operation(testAirstackFilter)
  async test(@Asked() { body }: Asked<typeof testAirstackFilter>, @CurrentCaller() caller: Caller) {
    const eventType = testedType(body);
    if (eventType !== null) {
      const known = await this.catalogues.having([eventType.name], caller);
      if (!known.has(eventType.name)) throw wrongMember(eventType.member, `must be one of ${namesOf(known)}`);
    }
    testFilter(body);
    return { status: true, success: true };
  }
}
