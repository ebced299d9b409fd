import { z } from 'zod';
import { BaseId, FieldId, TableId, UserId, ViewId } from './airtable-ids.js';
import type { Commands, CommandTable } from './commands.js';
import { after, afterCreated, limit, more } from './list-pages.js';
import { resultOf } from './result.js';
import { ifMatch, tag } from './state-tags.js';

/** An admin key of the account, for all that manages. */
const credential = z.string();
const from = z.string().max(200).optional();

/** What a user is in a base, from most to least; `interface_only` sees nothing of its data or webhooks. */
export const Role = z.enum(['owner', 'creator', 'editor', 'commenter', 'read_only', 'interface_only']);
export type Role = z.infer<typeof Role>;

/** Contract airtable 1.0: what a personal access token or an OAuth access token can be given. */
export const Scope = z.enum(['webhook:manage', 'data.records:read', 'schema.bases:read']);
export type Scope = z.infer<typeof Scope>;

/** Whether `baseTransactionNumber` comes from the publisher with every change of the base, or from us. */
export const TransactionNumbers = z.enum(['assigned', 'given']);
export type TransactionNumbers = z.infer<typeof TransactionNumbers>;

export const User = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  /** Who this is to the OIDC issuer; null for a user without OAuth access. */
  subject: z.string().nullable(),
  createdAt: z.string(),
});
export type User = z.infer<typeof User>;

export const Base = z.object({
  id: z.string(),
  name: z.string(),
  transactionNumbers: TransactionNumbers,
  createdAt: z.string(),
});
export type Base = z.infer<typeof Base>;

/** Names and types are null when all that is known is the id. */
const named = {
  name: z.string().nullable().meta({ description: 'Null when it is not known.' }),
  type: z.string().nullable().meta({ description: 'Null when it is not known.' }),
};
const BaseField = z.object({ id: FieldId.meta({ description: 'Its id.' }), ...named });
const BaseView = z.object({ id: ViewId.meta({ description: 'Its id.' }), ...named });
export const BaseTable = z.object({
  id: TableId.meta({ description: 'Its id.' }),
  name: z.string().nullable().meta({ description: 'Null when it is not known.' }),
  description: z.string().nullable().meta({ description: 'Text for people.' }),
  fields: z.array(BaseField).meta({ description: 'Its columns.' }),
  views: z.array(BaseView).meta({ description: 'Its views.' }),
});
export type BaseTable = z.infer<typeof BaseTable>;

export const Collaborator = z.object({ userId: z.string(), email: z.string(), role: Role });
export type Collaborator = z.infer<typeof Collaborator>;

/** A credential of a user. A legacy `user_api_key` has no scopes and no list of bases: it may all that its user may. */
export const UserToken = z.object({
  id: z.string(),
  userId: z.string(),
  kind: z.enum(['personal_access_token', 'user_api_key']),
  name: z.string(),
  scopes: z.array(Scope),
  /** Null for all bases that its user works in, now and later. */
  bases: z.array(z.string()).nullable(),
  createdAt: z.string(),
  revokedAt: z.string().nullable(),
});
export type UserToken = z.infer<typeof UserToken>;

/** An OAuth client whose access tokens count in the account's bases. */
export const Integration = z.object({ clientId: z.string(), name: z.string(), createdAt: z.string() });
export type Integration = z.infer<typeof Integration>;

/** What a change tells of a table's schema: given members become so, `destroyed` ones are gone, the rest stays. */
export const TablePatch = z.object({
  tableId: TableId,
  destroyed: z.boolean().optional(),
  name: z.string().optional(),
  description: z.string().nullable().optional(),
  fields: z.array(
    z.object({
      id: FieldId,
      name: z.string().optional(),
      type: z.string().optional(),
      destroyed: z.boolean().optional(),
    }),
  ),
  views: z.array(
    z.object({
      id: ViewId,
      name: z.string().optional(),
      type: z.string().optional(),
      destroyed: z.boolean().optional(),
    }),
  ),
});
export type TablePatch = z.infer<typeof TablePatch>;

const nothing = resultOf(z.object({}));
const ofBase = { credential, baseId: z.string() };

/** Bases, and who may do what in them: managed with the account's admin key. Another account's are as if they did not exist. */
export const baseCommands = {
  createUser: {
    request: z.object({
      credential,
      email: z.string(),
      name: z.string().nullable(),
      subject: z.string().nullable(),
      /** Drawn when absent. */
      id: UserId.optional(),
      from,
    }),
    response: resultOf(User),
  },
  /** In the order of creation. */
  listUsers: {
    request: z.object({ credential, limit, after: afterCreated }),
    response: resultOf(z.object({ users: z.array(User), more })),
  },
  /** Takes the user's tokens and collaborations along. */
  deleteUser: { request: z.object({ credential, userId: z.string(), from }), response: nothing },

  createBase: {
    request: z.object({
      credential,
      name: z.string(),
      transactionNumbers: TransactionNumbers,
      /** Drawn when absent. */
      id: BaseId.optional(),
      from,
    }),
    response: resultOf(Base),
  },
  /** In the order of creation. */
  listBases: {
    request: z.object({ credential, limit, after: afterCreated }),
    response: resultOf(z.object({ bases: z.array(Base), more })),
  },
  getBase: {
    request: z.object(ofBase),
    response: resultOf(z.object({ base: Base, tables: z.array(BaseTable), tag })),
  },
  /** Takes its schema, collaborations and webhooks along. */
  deleteBase: { request: z.object({ ...ofBase, ifMatch, from }), response: nothing },
  /** The table becomes exactly this: fields and views that are not named are gone. */
  putTable: { request: z.object({ ...ofBase, table: BaseTable, from }), response: resultOf(BaseTable) },
  deleteTable: { request: z.object({ ...ofBase, tableId: z.string(), from }), response: nothing },

  putCollaborator: {
    request: z.object({ ...ofBase, userId: z.string(), role: Role, from }),
    response: resultOf(Collaborator),
  },
  /** By their emails, one of which is what a page ended at. */
  listCollaborators: {
    request: z.object({ ...ofBase, limit, after }),
    response: resultOf(z.object({ collaborators: z.array(Collaborator), more })),
  },
  deleteCollaborator: { request: z.object({ ...ofBase, userId: z.string(), from }), response: nothing },

  createToken: {
    request: z.object({
      credential,
      userId: z.string(),
      kind: UserToken.shape.kind,
      name: z.string(),
      scopes: z.array(Scope),
      bases: z.array(z.string()).nullable(),
      from,
    }),
    /** `token` is shown this once. */
    response: resultOf(UserToken.extend({ token: z.string() })),
  },
  /** In the order of creation, which their ids tell; revoked ones for 30 days more. */
  listTokens: {
    request: z.object({ credential, limit, after }),
    response: resultOf(z.object({ tokens: z.array(UserToken), more })),
  },
  revokeToken: { request: z.object({ credential, tokenId: z.string(), from }), response: nothing },

  putIntegration: {
    request: z.object({ credential, clientId: z.string(), name: z.string(), from }),
    response: resultOf(Integration),
  },
  /** In the order of creation; the id of one is its client's. */
  listIntegrations: {
    request: z.object({ credential, limit, after: afterCreated }),
    response: resultOf(z.object({ integrations: z.array(Integration), more })),
  },
  deleteIntegration: { request: z.object({ credential, clientId: z.string(), from }), response: nothing },

  /**
   * For publishing a base's changes: whether the base is the recipient's, and who numbers its transactions. `credential`
   * must be allowed to publish for that account.
   */
  findBase: {
    request: z.object({ credential, accountId: z.string(), baseId: z.string() }),
    response: resultOf(z.object({ base: Base.nullable() })),
  },
  /** From the dispatcher: what recorded changes tell of a base's schema. Idempotent; unknown bases are no fault. */
  learnSchema: {
    request: z.object({ accountId: z.string(), baseId: z.string(), tables: z.array(TablePatch) }),
    response: z.object({}),
  },
  /** From the dispatcher: of these bases those that there are, so that it can forget the others. */
  livingBases: {
    request: z.object({ bases: z.array(z.object({ accountId: z.string(), baseId: z.string() })).max(1_000) }),
    response: z.object({ baseIds: z.array(z.string()) }),
  },
} satisfies CommandTable;

export type Bases = Commands<typeof baseCommands>;
