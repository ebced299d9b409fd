import { Controller, Delete, Get, Inject, Put } from '@nestjs/common';
import type { Bases, Collaborator } from '@sluice/contracts/base-commands';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { cursorBehind } from '../../operations/page.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { REGISTRY } from '../../services/parts.js';
import {
  deleteCollaborator,
  listCollaborators,
  putCollaborator,
  type ShownCollaborator,
} from './collaborator-operations.js';

const PLACE = 'collaborators/';

/** Which users work in a base, and as what. */
@Controller('v1/bases/:id/collaborators')
export class CollaboratorsController {
  constructor(@Inject(REGISTRY) private readonly registry: Bases) {}

  @Get()
  @Operation(listCollaborators)
  async list(
    @Asked() { params: { id: baseId }, query: { limit, cursor } }: Asked<typeof listCollaborators>,
    @CurrentCaller() { credential }: Caller,
  ) {
    const after = cursor?.slice(PLACE.length);
    const asked = this.registry.listCollaborators({ credential, baseId, limit, after });
    const { collaborators, more } = carriedOut(await asked);
    return {
      collaborators: collaborators.map(collaboratorAnswer),
      next_cursor: cursorBehind(collaborators, more, ({ email }) => PLACE + email),
    };
  }

  @Put(':user_id')
  @Operation(putCollaborator)
  async put(
    @Asked() { params: { id: baseId, user_id: userId }, body: { role } }: Asked<typeof putCollaborator>,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    return collaboratorAnswer(
      carriedOut(await this.registry.putCollaborator({ credential, baseId, userId, role, from })),
    );
  }

  @Delete(':user_id')
  @Operation(deleteCollaborator)
  async delete(
    @Asked() { params: { id: baseId, user_id: userId } }: Asked<typeof deleteCollaborator>,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    carriedOut(await this.registry.deleteCollaborator({ credential, baseId, userId, from }));
    return { user_id: userId, deleted: true };
  }
}

const collaboratorAnswer = ({ userId, email, role }: Collaborator): ShownCollaborator => ({
  user_id: userId,
  email,
  role,
});
