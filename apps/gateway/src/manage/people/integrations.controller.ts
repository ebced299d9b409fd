import { Controller, Delete, Get, Inject, Put } from '@nestjs/common';
import type { Bases, Integration } from '@sluice/contracts/base-commands';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { afterCreated, cursorBehindCreated } from '../../operations/created-place.js';
import { Operation } from '../../operations/operation.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { REGISTRY } from '../../services/parts.js';
import {
  deleteIntegration,
  listIntegrations,
  putIntegration,
  type ShownIntegration,
} from './integration-operations.js';

/** The OAuth clients whose access tokens count in the account's bases. */
@Controller('v1/integrations')
export class IntegrationsController {
  constructor(@Inject(REGISTRY) private readonly registry: Bases) {}

  @Get()
  @Operation(listIntegrations)
  async list(
    @Asked() { query: { limit, cursor } }: Asked<typeof listIntegrations>,
    @CurrentCaller() { credential }: Caller,
  ) {
    const { integrations, more } = carriedOut(
      await this.registry.listIntegrations({ credential, limit, after: afterCreated(cursor) }),
    );
    return {
      integrations: integrations.map(integrationAnswer),
      next_cursor: cursorBehindCreated(
        'integrations',
        integrations.map(({ clientId: id, createdAt }) => ({ id, createdAt })),
        more,
      ),
    };
  }

  @Put(':client_id')
  @Operation(putIntegration)
  async put(
    @Asked() { params: { client_id: clientId }, body: { name } }: Asked<typeof putIntegration>,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    return integrationAnswer(carriedOut(await this.registry.putIntegration({ credential, clientId, name, from })));
  }

  @Delete(':client_id')
  @Operation(deleteIntegration)
  async delete(
    @Asked() { params: { client_id: clientId } }: Asked<typeof deleteIntegration>,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    carriedOut(await this.registry.deleteIntegration({ credential, clientId, from }));
    return { client_id: clientId, deleted: true };
  }
}

const integrationAnswer = ({ clientId, name, createdAt }: Integration): ShownIntegration => ({
  client_id: clientId,
  name,
  created_at: createdAt,
});
