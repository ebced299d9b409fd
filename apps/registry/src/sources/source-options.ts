import { checkAttributes } from '@sluice/cloud-events/attribute-rules';
import { refused } from '@sluice/contracts/result';
import type { Source, SourceMapping } from '@sluice/contracts/sources';
import type { EntityManager } from 'typeorm';
import { findBaseOf } from '../bases/lock-base.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { plainTextFault } from '../texts/plain-text.js';

const DESCRIPTION_LIMIT = 500;
/** Of the account's event types as many are told. */
const TYPES_TOLD = 20;

type Refused = ReturnType<typeof refused>;
export type SourceOptions = Pick<Source, 'format' | 'description' | 'mapping' | 'debezium'>;

/** Why a source can't be read so, whatever else there is; null when it can. */
export function optionsFault({ format, description, mapping, debezium }: SourceOptions): Refused | null {
  const described = description === null ? null : plainTextFault(description, DESCRIPTION_LIMIT);
  if (described !== null) return refused('invalid', `description ${described}`, 'description');
  if (mapping !== null && format !== 'json') {
    return refused('invalid', 'mapping is for the format json alone', 'mapping');
  }
  if (debezium !== null && format !== 'debezium') {
    return refused('invalid', 'debezium is for the format debezium alone', 'debezium');
  }
  if (format !== 'json') return null;
  if (mapping === null) {
    return refused('invalid', 'mapping is required with the format json: it says where the type is', 'mapping');
  }
  return constantsFault(mapping);
}

/** A constant that breaks a rule would make a dead letter of every record. */
function constantsFault({ data: _, ...places }: SourceMapping): Refused | null {
  const constants = Object.entries(places).flatMap(([name, place]): [string, string][] =>
    place !== undefined && 'value' in place ? [[name, place.value]] : [],
  );
  if (constants.some(([name]) => name === 'id')) {
    const message = 'mapping.id must not be a constant: events with the same id are one event';
    return refused('invalid', message, 'mapping.id');
  }
  const event: [string, string][] = [
    ...Object.entries({ specversion: '1.0', id: '1', source: '/', type: 'any' }),
    ...constants,
  ];
  const checked = checkAttributes(new Map(event));
  if (checked.ok) return null;
  const { path, message } = checked.errors[0]!;
  return refused('invalid', `mapping.${path}.value ${message}`, `mapping.${path}.value`);
}

/** Why what a source's options name is not there, or not fit; null when it is. The account is locked, so that it stays. */
export async function namesFault(
  transaction: EntityManager,
  catalogue: Catalogue,
  accountId: string,
  { mapping, debezium }: SourceOptions,
): Promise<Refused | null> {
  const type = mapping?.type;
  if (type !== undefined && 'value' in type) {
    const names = (await catalogue.of(accountId, transaction)).map(({ name }) => name);
    if (!names.includes(type.value)) {
      const known = names.slice(0, TYPES_TOLD).join(', ') + (names.length > TYPES_TOLD ? ' …' : '');
      return refused('invalid', `mapping.type.value must be one of ${known}`, 'mapping.type.value');
    }
  }
  if (debezium === null) return null;
  const base = await findBaseOf(transaction, accountId, debezium.baseId);
  const field = 'debezium.base_id';
  if (base === null) return refused('invalid', `${field} names no base of this account`, field);
  if (base.transactionNumbers === 'assigned') return null;
  return refused(
    'invalid',
    `${field} names a base whose publisher numbers the transactions, which a source can't`,
    field,
  );
}
