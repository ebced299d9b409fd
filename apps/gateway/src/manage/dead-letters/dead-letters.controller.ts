import { Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import type { DispatcherAct } from '@sluice/contracts/audit-commands';
import type {
  DeadLetterFailure,
  DeadLetterPlace,
  DeadLetterSelection,
  DeadLetters,
  DoneToDeadLetters,
} from '@sluice/contracts/dead-letter-commands';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { wrongMember } from '../../operations/checked.js';
import { readMoment } from '../../operations/moment.js';
import { Operation } from '../../operations/operation.js';
import { CURSOR_WANTED, cursorAt } from '../../operations/page.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { Fault } from '../../refusals/fault.js';
import { DISPATCHER } from '../../services/parts.js';
import { DispatcherActs } from '../audit/dispatcher-acts.js';
import { leftAnswer, letterAnswer, letterSummaryAnswer } from './dead-letter-answer.js';
import {
  dropDeadLetter,
  dropDeadLetters,
  getDeadLetter,
  listDeadLetters,
  putBackDeadLetter,
  putBackDeadLetters,
} from './dead-letter-operations.js';
import { filterOf, selectionOf } from './dead-letter-selection.js';

const LAST_PARTITION = 2 ** 31 - 1;
const LAST_POSITION = 2n ** 63n - 1n;

/** Records that could not be read: seen, published again, or forgotten. */
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(
    @Inject(DISPATCHER) private readonly dispatcher: DeadLetters,
    @Inject(DispatcherActs) private readonly acts: DispatcherActs,
  ) {}

  @Get()
  @Operation(listDeadLetters)
  async list(@Asked() { query }: Asked<typeof listDeadLetters>, @CurrentCaller() { credential }: Caller) {
    const question = { filter: filterOf(query), limit: query.limit, before: placeOf(query.cursor) };
    const { deadLetters, next } = carriedOut(await this.dispatcher.listDeadLetters({ credential, ...question }));
    return {
      dead_letters: deadLetters.map(letterSummaryAnswer),
      next_cursor: next === null ? null : cursorAt(`${next.at}/${next.partition}/${next.position}`),
    };
  }

  @Get(':id')
  @Operation(getDeadLetter)
  async get(@Param('id') deadLetterId: string, @CurrentCaller() { credential }: Caller) {
    return letterAnswer(carriedOut(await this.dispatcher.getDeadLetter({ credential, deadLetterId })));
  }

  @Post('put-back')
  @Operation(putBackDeadLetters)
  async putBackSome(@Asked() { body }: Asked<typeof putBackDeadLetters>, @CurrentCaller() caller: Caller) {
    const outcome = someKnown(await this.putBackThose(caller, selectionOf(body)));
    return { put_back: outcome.done, ...leftAnswer(outcome) };
  }

  @Post('drop')
  @Operation(dropDeadLetters)
  async dropSome(@Asked() { body }: Asked<typeof dropDeadLetters>, @CurrentCaller() caller: Caller) {
    const outcome = someKnown(await this.dropThose(caller, selectionOf(body)));
    return { dropped: outcome.done, ...leftAnswer(outcome) };
  }

  @Post(':id/put-back')
  @Operation(putBackDeadLetter)
  async putBack(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    allDone(await this.putBackThose(caller, { ids: [id] }));
    return { id, put_back: true };
  }

  @Delete(':id')
  @Operation(dropDeadLetter)
  async drop(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    allDone(await this.dropThose(caller, { ids: [id] }));
    return { id, dropped: true };
  }

  private async putBackThose(caller: Caller, selection: DeadLetterSelection): Promise<DoneToDeadLetters> {
    const { credential, address: from } = caller;
    const outcome = carriedOut(await this.dispatcher.putBackDeadLetters({ credential, selection, from }));
    return this.recorded(caller, 'dead_letter.put_back', outcome);
  }

  private async dropThose(caller: Caller, selection: DeadLetterSelection): Promise<DoneToDeadLetters> {
    const { credential, address: from } = caller;
    const outcome = carriedOut(await this.dispatcher.dropDeadLetters({ credential, selection, from }));
    return this.recorded(caller, 'dead_letter.dropped', outcome);
  }

  /** One entry for each request, which may be about a thousand: who did it to each of them, the dead letters themselves tell. */
  private async recorded(
    caller: Caller,
    action: DispatcherAct,
    outcome: DoneToDeadLetters,
  ): Promise<DoneToDeadLetters> {
    const { done } = outcome;
    const [only] = done;
    if (only !== undefined) {
      await this.acts.record(caller, action, done.length === 1 ? only : `${done.length} dead letters`);
    }
    return outcome;
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

/** Where a page begins. @throws {Fault} 400 when the cursor is of the right form, but no place that we gave. */
function placeOf(cursor: string | undefined): DeadLetterPlace | undefined {
  const [at, partition, position] = cursor?.split('/') ?? [];
  if (at === undefined || partition === undefined || position === undefined) return undefined;
  const isPlace = Number(partition) <= LAST_PARTITION && BigInt(position) <= LAST_POSITION && readMoment(at) !== null;
  if (!isPlace) throw wrongMember('cursor', CURSOR_WANTED.error);
  return { at, partition: Number(partition), position };
}
