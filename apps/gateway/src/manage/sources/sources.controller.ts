import { Controller, Delete, Get, Inject, Param, Patch, Post, Req, Res } from '@nestjs/common';
import type { ShownSource as Shown, Sources } from '@sluice/contracts/sources';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { cursorBehind } from '../../operations/page.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { showState, wantedStates } from '../../server/conditions.js';
import { REGISTRY } from '../../services/parts.js';
import { sourceAnswer } from './source-answer.js';
import {
  createSource,
  deleteSource,
  getSource,
  listSources,
  pauseSource,
  resumeSource,
  updateSource,
} from './source-operations.js';
import type { ShownSource } from './source-schemas.js';
import { newSource, sourceChange } from './wanted-source.js';

/** Topics of Kafka of which the account gets the records as events. Importers go by what is answered some seconds later. */
@Controller('v1/sources')
export class SourcesController {
  constructor(@Inject(REGISTRY) private readonly registry: Sources) {}

  @Get()
  @Operation(listSources)
  async list(
    @Asked() { query: { limit, cursor: before } }: Asked<typeof listSources>,
    @CurrentCaller() caller: Caller,
  ) {
    const { credential } = caller;
    const { sources, more } = carriedOut(await this.registry.listSources({ credential, limit, before }));
    return { sources: sources.map(sourceAnswer), next_cursor: cursorBehind(sources, more, ({ source }) => source.id) };
  }

  @Post()
  @Operation(createSource)
  async create(
    @Asked() { body }: Asked<typeof createSource>,
    @CurrentCaller() { credential, address: from }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return shown(carriedOut(await this.registry.createSource({ credential, ...newSource(body), from })), reply);
  }

  @Get(':id')
  @Operation(getSource)
  async get(
    @Param('id') sourceId: string,
    @CurrentCaller() { credential }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return shown(carriedOut(await this.registry.getSource({ credential, sourceId })), reply);
  }

  @Patch(':id')
  @Operation(updateSource)
  async change(
    @Param('id') sourceId: string,
    @Req() request: FastifyRequest,
    @Asked() { body }: Asked<typeof updateSource>,
    @CurrentCaller() { credential, address: from }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const ifMatch = wantedStates(request);
    const result = await this.registry.updateSource({ credential, sourceId, ...sourceChange(body), ifMatch, from });
    return shown(carriedOut(result), reply);
  }

  @Delete(':id')
  @Operation(deleteSource)
  async delete(
    @Param('id') sourceId: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    carriedOut(await this.registry.deleteSource({ credential, sourceId, ifMatch: wantedStates(request), from }));
    return { id: sourceId, deleted: true };
  }

  @Post(':id/pause')
  @Operation(pauseSource)
  pause(
    @Param('id') sourceId: string,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.turn('pause', sourceId, caller, reply);
  }

  @Post(':id/resume')
  @Operation(resumeSource)
  resume(
    @Param('id') sourceId: string,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.turn('resume', sourceId, caller, reply);
  }

  private async turn(
    turn: 'pause' | 'resume',
    sourceId: string,
    { credential, address: from }: Caller,
    reply: FastifyReply,
  ) {
    return shown(carriedOut(await this.registry.switchSource({ credential, sourceId, turn, from })), reply);
  }
}

function shown(source: Shown, reply: FastifyReply): ShownSource {
  showState(reply, source.tag, source.progress);
  return sourceAnswer(source);
}
