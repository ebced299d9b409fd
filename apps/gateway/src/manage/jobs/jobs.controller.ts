import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import type { Jobs } from '@sluice/contracts/job-commands';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { cursorBehind } from '../../operations/page.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { DISPATCHER } from '../../services/parts.js';
import { DispatcherActs } from '../audit/dispatcher-acts.js';
import { jobAnswer } from './job-answer.js';
import { cancelJob, createJob, getJob, listJobs } from './job-operations.js';
import type { ShownJob } from './job-schemas.js';
import { wantedOf } from './wanted-job.js';

/** What is done to deliveries by hand, and how far it is. */
@Controller('v1/jobs')
export class JobsController {
  constructor(
    @Inject(DISPATCHER) private readonly dispatcher: Jobs,
    @Inject(DispatcherActs) private readonly acts: DispatcherActs,
  ) {}

  @Post()
  @Operation(createJob)
  async create(@Asked() { body }: Asked<typeof createJob>, @CurrentCaller() caller: Caller): Promise<ShownJob> {
    const { credential, address: from } = caller;
    const job = carriedOut(await this.dispatcher.createJob({ credential, ...wantedOf(body), from }));
    await this.acts.record(caller, 'job.created', job.id);
    return jobAnswer(job);
  }

  @Get()
  @Operation(listJobs)
  async list(@Asked() { query }: Asked<typeof listJobs>, @CurrentCaller() { credential }: Caller) {
    const result = await this.dispatcher.listJobs({ credential, limit: query.limit, before: query.cursor });
    const { jobs, more } = carriedOut(result);
    return { jobs: jobs.map(jobAnswer), next_cursor: cursorBehind(jobs, more, ({ id }) => id) };
  }

  @Get(':id')
  @Operation(getJob)
  async get(@Param('id') jobId: string, @CurrentCaller() { credential }: Caller): Promise<ShownJob> {
    return jobAnswer(carriedOut(await this.dispatcher.getJob({ credential, jobId })));
  }

  /** Nothing is made by it once this is answered. */
  @Post(':id/cancel')
  @Operation(cancelJob)
  async cancel(@Param('id') jobId: string, @CurrentCaller() caller: Caller): Promise<ShownJob> {
    const job = carriedOut(await this.dispatcher.cancelJob({ credential: caller.credential, jobId }));
    if (job.changed !== false) await this.acts.record(caller, 'job.cancelled', job.id);
    return jobAnswer(job);
  }
}
