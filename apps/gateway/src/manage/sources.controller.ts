import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Req, UseGuards } from '@nestjs/common';
import type { Sources } from '@sluice/contracts/sources';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { JsonMembers } from '../server/json-body.js';
import { NoBodyGuard } from '../server/no-body-guard.js';
import { QueryGuard, TakesQuery } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { cursorAt, pageLimit, placeAt } from './page.js';
import { pathId } from './path-id.js';
import { readNewSource, readSourceChange } from './read-source.js';
import { sourceAnswer } from './source-answer.js';

const SOURCE_ID = /^src_[0-9A-Z]{26}$/;
const sourceIdOf = (id: string): string => pathId(id, SOURCE_ID, 'there is no such source');

/** Topics of Kafka of which the account gets the records as events. Importers go by what is answered some seconds later. */
@Controller('v1/sources')
@UseGuards(CallerGuard, QueryGuard)
export class SourcesController {
  constructor(@Inject(REGISTRY) private readonly registry: Sources) {}

  /** A page of the account's sources, the newest first; `next_cursor` is null on the last one. */
  @Get()
  @Requires('manage')
  @TakesQuery('limit', 'cursor')
  async list(
    @Query('limit') limit: unknown,
    @Query('cursor') cursor: unknown,
    @CurrentCaller() { credential }: Caller,
  ) {
    const before = placeAt(cursor, SOURCE_ID);
    const { sources, more } = carriedOut(
      await this.registry.listSources({ credential, limit: pageLimit(limit), before }),
    );
    const last = sources.at(-1)?.source;
    return { sources: sources.map(sourceAnswer), next_cursor: more && last !== undefined ? cursorAt(last.id) : null };
  }

  @Post()
  @HttpCode(201)
  @Requires('manage')
  async create(@Req() request: FastifyRequest, @CurrentCaller() { credential, address: from }: Caller) {
    const wanted = readNewSource(JsonMembers.of(request));
    return sourceAnswer(carriedOut(await this.registry.createSource({ credential, ...wanted, from })));
  }

  @Get(':id')
  @Requires('manage')
  async get(@Param('id') id: string, @CurrentCaller() { credential }: Caller) {
    return sourceAnswer(carriedOut(await this.registry.getSource({ credential, sourceId: sourceIdOf(id) })));
  }

  /** Changes what the body names. */
  @Patch(':id')
  @Requires('manage')
  async change(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    const wanted = readSourceChange(JsonMembers.of(request));
    const result = await this.registry.updateSource({ credential, sourceId: sourceIdOf(id), ...wanted, from });
    return sourceAnswer(carriedOut(result));
  }

  @Delete(':id')
  @Requires('manage')
  async delete(@Param('id') id: string, @CurrentCaller() { credential, address: from }: Caller) {
    const sourceId = sourceIdOf(id);
    carriedOut(await this.registry.deleteSource({ credential, sourceId, from }));
    return { id: sourceId, deleted: true };
  }

  /** Its records stay where they are, until it is resumed. */
  @Post(':id/pause')
  @HttpCode(200)
  @Requires('manage')
  @UseGuards(NoBodyGuard)
  pause(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.turn('pause', id, caller);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Requires('manage')
  @UseGuards(NoBodyGuard)
  resume(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.turn('resume', id, caller);
  }

  private async turn(turn: 'pause' | 'resume', id: string, { credential, address: from }: Caller) {
    const result = await this.registry.switchSource({ credential, sourceId: sourceIdOf(id), turn, from });
    return sourceAnswer(carriedOut(result));
  }
}
