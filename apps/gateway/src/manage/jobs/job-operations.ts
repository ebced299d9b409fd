import { z } from 'zod';
import { defineOperation } from '../../operations/operation.js';
import { cursor, limit, nextCursor } from '../../operations/page.js';
import { pathId } from '../../operations/texts.js';
import { NewJob, ShownJob } from './job-schemas.js';

const JOB_ID = /^job_[0-9A-Za-z]{26}$/;
const ofOne = { params: z.object({ id: pathId(JOB_ID, 'The job.') }), absent: 'there is no such job' };

export const createJob = defineOperation({
  id: 'createJob',
  tag: 'Jobs',
  summary: 'Create a job',
  description: 'It is stored, done in steps from now on, and goes on after a restart where it was.',
  access: 'subscribe',
  body: NewJob,
  responses: { 202: { description: 'The job.', schema: ShownJob } },
  refusals: {
    404: 'There is no such delivery or webhook.',
    409: 'The webhook is disabled, or that of the delivery was deleted.',
  },
});

export const listJobs = defineOperation({
  id: 'listJobs',
  tag: 'Jobs',
  summary: 'List jobs',
  description: 'The newest first; those that ended for 30 days more.',
  access: 'read',
  query: z.strictObject({ limit, cursor: cursor(JOB_ID) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        jobs: z.array(ShownJob).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const getJob = defineOperation({
  id: 'getJob',
  tag: 'Jobs',
  summary: 'Get a job',
  access: 'read',
  ...ofOne,
  responses: { 200: { description: 'The job, and how far it is.', schema: ShownJob } },
});

export const cancelJob = defineOperation({
  id: 'cancelJob',
  tag: 'Jobs',
  summary: 'Cancel a job',
  description: 'It makes no delivery from the answer on; what it made stays. One that is cancelled already stays so.',
  access: 'subscribe',
  ...ofOne,
  responses: { 200: { description: 'The job as it is now.', schema: ShownJob } },
  refusals: { 409: 'It has ended.' },
});
