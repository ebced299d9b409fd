import { Controller, Delete, Get, Inject, Param, Put, Req, Res } from '@nestjs/common';
import type { EventType, Registry } from '@sluice/contracts/registry-commands';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Catalogues } from '../../events/catalogues.js';
import { SchemaValidators } from '../../events/schema/schema-validators.js';
import { exampleOf } from '../../events/type-example.js';
import { Asked } from '../../operations/asked.js';
import { wrongMember, wrongMembers } from '../../operations/checked.js';
import { Operation } from '../../operations/operation.js';
import { cursorBehind } from '../../operations/page.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { Fault, faultOf } from '../../refusals/fault.js';
import { showState, wantedStates } from '../../server/conditions.js';
import { REGISTRY } from '../../services/parts.js';
import {
  deleteEventType,
  getEventSchema,
  getEventType,
  listEventTypes,
  putEventType,
} from './event-type-operations.js';

const PLACE = 'event-types/';
const JSON_TYPE = 'application/json; charset=utf-8';
const SCHEMA_TYPE = 'application/schema+json';

/** The account's catalogue: which types of event it has, and what their data looks like. */
@Controller('v1/event-types')
export class EventTypesController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Catalogues) private readonly catalogues: Catalogues,
    @Inject(SchemaValidators) private readonly validators: SchemaValidators,
  ) {}

  @Get()
  @Operation(listEventTypes)
  async list(
    @Asked() { query: { limit, cursor } }: Asked<typeof listEventTypes>,
    @CurrentCaller() { credential }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const result = await this.registry.catalogue({ credential, limit, after: cursor?.slice(PLACE.length) });
    if (!result.ok) throw faultOf(result.refusal);
    const { eventTypes, more } = result.value;
    const next = cursorBehind(eventTypes, more, ({ name }) => PLACE + name);
    const shown = eventTypes.map(typeText).join(',');
    reply.type(JSON_TYPE).send(`{"event_types":[${shown}],"next_cursor":${JSON.stringify(next)}}`);
  }

  /** One type with its schema. */
  @Get(':name')
  @Operation(getEventType)
  async get(
    @Param('name') name: string,
    @CurrentCaller() { credential }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const type = await this.type(credential, name);
    showState(reply, type.tag);
    reply.type(JSON_TYPE).send(typeText(type));
  }

  /** The JSON Schema of the type's data as it was written; `true`, the one that takes everything, where it has none. */
  @Get(':name/schema')
  @Operation(getEventSchema)
  async schema(
    @Param('name') name: string,
    @CurrentCaller() { credential }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const type = await this.type(credential, name);
    reply.type(SCHEMA_TYPE).send(type.schema ?? 'true');
  }

  /** Registers a type, or changes it: `{description?, schema?, example?}`; schema and example are kept as they were written. */
  @Put(':name')
  @Operation(putEventType)
  async put(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Asked() { body }: Asked<typeof putEventType>,
    @CurrentCaller() { credential, principal, address }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const description = body.description ?? '';
    const schema = body.schema?.text ?? null;
    const unusable = schema === null ? null : this.validators.fault(schema);
    if (unusable !== null) throw wrongMember('schema', `can't be used: ${unusable}`);
    const example = body.example?.text ?? null;
    if (schema !== null && example !== null) this.checkExample(schema, example);
    const ifMatch = wantedStates(request);
    const wanted = { name, description, schema, example, ifMatch, from: address };
    const result = await this.registry.putEventType({ credential, ...wanted });
    if (!result.ok) throw faultOf(result.refusal);
    this.catalogues.forget(principal.accountId);
    showState(reply, result.value.tag);
    reply.type(JSON_TYPE).send(typeText(result.value));
  }

  /** Takes one of the account's own types away. */
  @Delete(':name')
  @Operation(deleteEventType)
  async delete(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, principal, address: from }: Caller,
  ) {
    carriedOut(await this.registry.deleteEventType({ credential, name, ifMatch: wantedStates(request), from }));
    this.catalogues.forget(principal.accountId);
    return { name, deleted: true };
  }

  private checkExample(schema: string, example: string): void {
    const faults = this.validators.violations(schema, Buffer.from(example, 'utf8'));
    if (faults.length === 0) return;
    throw wrongMembers(faults.map(({ path, message }) => ({ path: path.replace(/^data/, 'example'), message })));
  }

  private async type(credential: string, name: string): Promise<EventType> {
    const result = await this.registry.catalogue({ credential });
    if (!result.ok) throw faultOf(result.refusal);
    const type = result.value.eventTypes.find((candidate) => candidate.name === name);
    if (type === undefined) throw new Fault(404, "there is no such type in the account's catalogue");
    return type;
  }
}

/** Schema and example go out as the text that came in: parsing it would change its numbers. */
const typeText = ({ name, description, schema, example, builtIn }: EventType): string =>
  `${JSON.stringify({ name, description, built_in: builtIn }).slice(0, -1)},"schema":${schema ?? 'null'},"example":${exampleOf({ schema, example }) ?? 'null'}}`;
