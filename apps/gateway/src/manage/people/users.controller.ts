import { Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import type { Bases, User } from '@sluice/contracts/base-commands';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { afterCreated, cursorBehindCreated } from '../../operations/created-place.js';
import { Operation } from '../../operations/operation.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { REGISTRY } from '../../services/parts.js';
import { createUser, deleteUser, listUsers, type ShownUser } from './user-operations.js';

/** The people who work in the account's bases. */
@Controller('v1/users')
export class UsersController {
  constructor(@Inject(REGISTRY) private readonly registry: Bases) {}

  @Post()
  @Operation(createUser)
  async create(@Asked() { body }: Asked<typeof createUser>, @CurrentCaller() { credential, address: from }: Caller) {
    const { email, name = null, subject = null, id } = body;
    const wanted = { email, name, subject, id: id ?? undefined };
    return userAnswer(carriedOut(await this.registry.createUser({ credential, ...wanted, from })));
  }

  @Get()
  @Operation(listUsers)
  async list(@Asked() { query: { limit, cursor } }: Asked<typeof listUsers>, @CurrentCaller() { credential }: Caller) {
    const { users, more } = carriedOut(
      await this.registry.listUsers({ credential, limit, after: afterCreated(cursor) }),
    );
    return { users: users.map(userAnswer), next_cursor: cursorBehindCreated('users', users, more) };
  }

  @Delete(':id')
  @Operation(deleteUser)
  async delete(@Param('id') userId: string, @CurrentCaller() { credential, address: from }: Caller) {
    carriedOut(await this.registry.deleteUser({ credential, userId, from }));
    return { id: userId, deleted: true };
  }
}

const userAnswer = ({ id, email, name, subject, createdAt }: User): ShownUser => ({
  id,
  email,
  name,
  subject,
  created_at: createdAt,
});
