import type { Role, Scope } from '@sluice/contracts/base-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { DataType } from '@sluice/contracts/webhook-specification';
import type { CredentialKind } from '../credentials/holder.js';

/** What a caller wants of a base's webhooks: one for each of the six endpoints (contract airtable 1.0). */
export type BaseNeed = 'create' | 'list' | 'payloads' | 'refresh' | 'toggle' | 'delete';

/** Somebody who may do with a base what they asked for. */
export interface BaseCaller {
  /** Whose base it is. */
  accountId: string;
  baseId: string;
  kind: CredentialKind;
  /** For the audit trail: id of the key or token; of OAuth callers `<user id>/<client id>`. */
  actor: string;
  role: Role;
  scopes: ReadonlySet<Scope>;
  /** Client id of the OAuth integration, which sees its own webhooks alone; null sees all of the base. */
  integration: string | null;
}

/** The one refusal of whatever is not to be told apart from a base that does not exist. */
export const HIDDEN = refused('hidden', 'this is not permitted, or there is no such base');

/** The scope that each kind of data asks for (contract airtable 1.0). */
const SCOPE_OF: Readonly<Record<DataType, Scope>> = {
  tableData: 'data.records:read',
  tableFields: 'schema.bases:read',
  tableMetadata: 'schema.bases:read',
};

/** For creation and for reading payloads: whether the caller may see what a webhook with these data types tells. */
export function demandScopes(caller: BaseCaller, dataTypes: readonly DataType[]): Result<BaseCaller> {
  return dataTypes.every((type) => caller.scopes.has(SCOPE_OF[type])) ? accepted(caller) : HIDDEN;
}
