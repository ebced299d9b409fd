import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, UseGuards } from '@nestjs/common';
import type { Jobs } from '@sluice/contracts/job-commands';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { DISPATCHER } from '../parts.js';
import { JsonMembers } from '../server/json-body.js';
import { NoBodyGuard } from '../server/no-body-guard.js';
import { QueryGuard, TakesQuery } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { jobAnswer } from './job-answer.js';
import { cursorAt, pageLimit, placeAt } from './page.js';
import { pathId } from './path-id.js';
import { readJob } from './read-job.js';

const JOB_ID = /^job_[0-9A-Za-z]{26}$/;

/** What is done to deliveries by hand, and how far it is. */
@Controller('v1/jobs')
@UseGuards(CallerGuard, QueryGuard)
export class JobsController {
  constructor(@Inject(DISPATCHER) private readonly dispatcher: Jobs) {}

  /** `{kind, …, rate?}`: accepted, to be done in steps from now on. */
  @Post()
  @HttpCode(202)
  @Requires('subscribe')
  async create(@Req() request: FastifyRequest, @CurrentCaller() { credential, address: from }: Caller) {
    const wanted = readJob(JsonMembers.of(request));
    return jobAnswer(carriedOut(await this.dispatcher.createJob({ credential, ...wanted, from })));
  }

  /** A page of the account's jobs, the newest first; `next_cursor` is null on the last one. */
  @Get()
  @Requires('read')
  @TakesQuery('limit', 'cursor')
  async list(
    @Query('limit') limit: unknown,
    @Query('cursor') cursor: unknown,
    @CurrentCaller() { credential }: Caller,
  ) {
    const before = placeAt(cursor, JOB_ID);
    const result = await this.dispatcher.listJobs({ credential, limit: pageLimit(limit), before });
    const { jobs, more } = carriedOut(result);
    const last = jobs.at(-1);
    return { jobs: jobs.map(jobAnswer), next_cursor: more && last !== undefined ? cursorAt(last.id) : null };
  }

  @Get(':id')
  @Requires('read')
  async get(@Param('id') id: string, @CurrentCaller() { credential }: Caller) {
    const jobId = pathId(id, JOB_ID, 'there is no such job');
    return jobAnswer(carriedOut(await this.dispatcher.getJob({ credential, jobId })));
  }

  /** Nothing is made by it once this is answered; what was made stays. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Requires('subscribe')
  @UseGuards(NoBodyGuard)
  async cancel(@Param('id') id: string, @CurrentCaller() { credential }: Caller) {
    const jobId = pathId(id, JOB_ID, 'there is no such job');
    return jobAnswer(carriedOut(await this.dispatcher.cancelJob({ credential, jobId })));
  }
}
