import { Controller, Delete, Get, HttpCode, Inject, Param, Put, Req, UseGuards } from '@nestjs/common';
import type { Bases, Integration } from '@sluice/contracts/base-commands';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { JsonMembers } from '../server/json-body.js';
import { QueryGuard } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';

/** The OAuth clients whose access tokens count in the account's bases. */
@Controller('v1/integrations')
@UseGuards(CallerGuard, QueryGuard)
export class IntegrationsController {
  constructor(@Inject(REGISTRY) private readonly registry: Bases) {}

  @Get()
  @Requires('manage')
  async list(@CurrentCaller() { credential }: Caller) {
    const { integrations } = carriedOut(await this.registry.listIntegrations({ credential }));
    return { integrations: integrations.map(integrationAnswer) };
  }

  /** `{name}`: admits the client, or renames it. */
  @Put(':clientId')
  @HttpCode(200)
  @Requires('manage')
  async put(
    @Param('clientId') clientId: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    const name = JsonMembers.of(request).only('name').string('name');
    return integrationAnswer(carriedOut(await this.registry.putIntegration({ credential, clientId, name, from })));
  }

  @Delete(':clientId')
  @Requires('manage')
  async delete(@Param('clientId') clientId: string, @CurrentCaller() { credential, address: from }: Caller) {
    carriedOut(await this.registry.deleteIntegration({ credential, clientId, from }));
    return { client_id: clientId, deleted: true };
  }
}

const integrationAnswer = ({ clientId, name, createdAt }: Integration) => ({
  client_id: clientId,
  name,
  created_at: createdAt,
});
