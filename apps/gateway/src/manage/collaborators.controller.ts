import { Controller, Delete, Get, HttpCode, Inject, Param, Put, Req, UseGuards } from '@nestjs/common';
import { type Bases, type Collaborator, Role } from '@sluice/contracts/base-commands';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { JsonMembers } from '../server/json-body.js';
import { QueryGuard } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';

/** Which users work in a base, and as what. */
@Controller('v1/bases/:id/collaborators')
@UseGuards(CallerGuard, QueryGuard)
export class CollaboratorsController {
  constructor(@Inject(REGISTRY) private readonly registry: Bases) {}

  @Get()
  @Requires('manage')
  async list(@Param('id') baseId: string, @CurrentCaller() { credential }: Caller) {
    const { collaborators } = carriedOut(await this.registry.listCollaborators({ credential, baseId }));
    return { collaborators: collaborators.map(collaboratorAnswer) };
  }

  /** `{role}`: the user works in the base from now on, in this role. */
  @Put(':userId')
  @HttpCode(200)
  @Requires('manage')
  async put(
    @Param('id') baseId: string,
    @Param('userId') userId: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    const role = JsonMembers.of(request).only('role').oneOf('role', Role.options);
    return collaboratorAnswer(
      carriedOut(await this.registry.putCollaborator({ credential, baseId, userId, role, from })),
    );
  }

  @Delete(':userId')
  @Requires('manage')
  async delete(
    @Param('id') baseId: string,
    @Param('userId') userId: string,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    carriedOut(await this.registry.deleteCollaborator({ credential, baseId, userId, from }));
    return { user_id: userId, deleted: true };
  }
}

const collaboratorAnswer = ({ userId, email, role }: Collaborator) => ({ user_id: userId, email, role });
