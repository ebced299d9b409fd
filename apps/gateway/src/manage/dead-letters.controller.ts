import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, UseGuards } from '@nestjs/common';
import type {
  DeadLetterFailure,
  DeadLetterPlace,
  DeadLetters,
  DoneToDeadLetters,
} from '@sluice/contracts/dead-letter-commands';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { DISPATCHER } from '../parts.js';
import { Fault } from '../refusals/fault.js';
import { JsonMembers } from '../server/json-body.js';
import { NoBodyGuard } from '../server/no-body-guard.js';
import { QueryGuard, TakesQuery } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { doneAnswer, letterAnswer, letterSummaryAnswer } from './dead-letter-answer.js';
import { readMoment } from './moment.js';
import { cursorAt, pageLimit, placeAt, wrongCursor } from './page.js';
import { pathId } from './path-id.js';
import { FILTER_NAMES, filterOfQuery, readSelection } from './read-dead-letters.js';

const LETTER_ID = /^dlt_[0-9a-f]{32}$/;
const ABSENT = 'there is no such dead letter';
/** A moment to the microsecond, a partition and a position of ours. */
const PLACE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\/\d{1,10}\/\d{1,19}$/;
const LAST_PARTITION = 2 ** 31 - 1;
const LAST_POSITION = 2n ** 63n - 1n;

/** Records that could not be read: seen, published again, or forgotten. */
@Controller('v1/dead-letters')
@UseGuards(CallerGuard, QueryGuard)
export class DeadLettersController {
  constructor(@Inject(DISPATCHER) private readonly dispatcher: DeadLetters) {}

  /** A page, the newest first; dropped ones only where `state` says so; `next_cursor` is null on the last one. */
  @Get()
  @Requires('read')
  @TakesQuery(...FILTER_NAMES, 'limit', 'cursor')
  async list(@Query() query: Record<string, unknown>, @CurrentCaller() { credential }: Caller) {
    const question = { filter: filterOfQuery(query), limit: pageLimit(query.limit), before: placeOf(query.cursor) };
    const { deadLetters, next } = carriedOut(await this.dispatcher.listDeadLetters({ credential, ...question }));
    return {
      dead_letters: deadLetters.map(letterSummaryAnswer),
      next_cursor: next === null ? null : cursorAt(`${next.at}/${next.partition}/${next.position}`),
    };
  }

  /** One with all that is kept of its record. */
  @Get(':id')
  @Requires('read')
  async get(@Param('id') id: string, @CurrentCaller() { credential }: Caller) {
    const deadLetterId = pathId(id, LETTER_ID, ABSENT);
    return letterAnswer(carriedOut(await this.dispatcher.getDeadLetter({ credential, deadLetterId })));
  }

  /** `{ids}` or `{filter}`: published again as far as one request does that, the oldest first. */
  @Post('put-back')
  @HttpCode(200)
  @Requires('publish')
  async putBackSome(@Req() request: FastifyRequest, @CurrentCaller() { credential, address: from }: Caller) {
    const selection = readSelection(JsonMembers.of(request), []);
    const outcome = carriedOut(await this.dispatcher.putBackDeadLetters({ credential, selection, from }));
    return doneAnswer('put_back', someKnown(outcome));
  }

  /** `{ids}` or `{filter}`: their bytes are forgotten. */
  @Post('drop')
  @HttpCode(200)
  @Requires('publish')
  async dropSome(@Req() request: FastifyRequest, @CurrentCaller() { credential, address: from }: Caller) {
    const selection = readSelection(JsonMembers.of(request), ['waiting', 'put_back']);
    const outcome = carriedOut(await this.dispatcher.dropDeadLetters({ credential, selection, from }));
    return doneAnswer('dropped', someKnown(outcome));
  }

  /** Its record is published again. */
  @Post(':id/put-back')
  @HttpCode(200)
  @Requires('publish')
  @UseGuards(NoBodyGuard)
  async putBack(@Param('id') id: string, @CurrentCaller() { credential, address: from }: Caller) {
    const selection = { ids: [pathId(id, LETTER_ID, ABSENT)] };
    allDone(carriedOut(await this.dispatcher.putBackDeadLetters({ credential, selection, from })));
    return { id, put_back: true };
  }

  /** Its bytes are forgotten; that it was there is known for a while. */
  @Delete(':id')
  @Requires('publish')
  async drop(@Param('id') id: string, @CurrentCaller() { credential, address: from }: Caller) {
    const selection = { ids: [pathId(id, LETTER_ID, ABSENT)] };
    allDone(carriedOut(await this.dispatcher.dropDeadLetters({ credential, selection, from })));
    return { id, dropped: true };
  }
}

/** @throws {Fault} 404 when nothing of what was asked for is there. */
function someKnown(outcome: DoneToDeadLetters): DoneToDeadLetters {
  const { done, failed } = outcome;
  const isUnknown = done.length === 0 && failed.length > 0 && failed.every(({ code }) => code === 'not_found');
  if (isUnknown) throw new Fault(404, 'there are no such dead letters');
  return outcome;
}

/** @throws {Fault} that tells why the one could not be done. */
function allDone({ failed }: DoneToDeadLetters): void {
  const [failure] = failed;
  if (failure !== undefined) throw faultOfFailure(failure);
}

function faultOfFailure({ code, reason }: DeadLetterFailure): Error {
  if (code === 'unavailable') return new ServiceUnavailable(reason);
  return new Fault(code === 'not_found' ? 404 : 409, reason);
}

function placeOf(cursor: unknown): DeadLetterPlace | undefined {
  const [at, partition, position] = placeAt(cursor, PLACE)?.split('/') ?? [];
  if (at === undefined || partition === undefined || position === undefined) return undefined;
  const isPlace = Number(partition) <= LAST_PARTITION && BigInt(position) <= LAST_POSITION && readMoment(at) !== null;
  if (!isPlace) throw wrongCursor();
  return { at, partition: Number(partition), position };
}
