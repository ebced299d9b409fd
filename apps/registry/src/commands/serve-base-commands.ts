import type { Bases as BaseCommands } from '@sluice/contracts/base-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result } from '@sluice/contracts/result';
import type { Acting } from '../access/acting.js';
import type { Bases } from '../bases/bases.js';
import type { SchemaLearning } from '../bases/learn-schema.js';
import type { Tables } from '../bases/tables.js';
import type { Collaborators } from '../people/collaborators.js';
import type { Integrations } from '../people/integrations.js';
import type { Tokens } from '../people/tokens.js';
import type { Users } from '../people/users.js';

/** What the commands about bases and people are made of. */
export interface BaseParts {
  bases: Bases;
  tables: Tables;
  learning: SchemaLearning;
  users: Users;
  collaborators: Collaborators;
  tokens: Tokens;
  integrations: Integrations;
}

/** The commands about bases and who works in them: for admin keys, but for publishing and what dispatchers tell. */
export function baseCommandsOf(acting: Acting, parts: BaseParts): BaseCommands {
  const { bases, tables, learning, users, collaborators, tokens, integrations } = parts;

  const managed = <T>(credential: string, act: (principal: Principal) => Promise<Result<T>>): Promise<Result<T>> =>
    acting.allowed(credential, 'manage', act);

  /** A change, with a line in the log about what it touched. */
  const changed = <T>(
    credential: string,
    fact: string,
    act: (principal: Principal) => Promise<Result<T>>,
    fields: (value: T) => Record<string, unknown>,
  ): Promise<Result<T>> =>
    managed(credential, async (principal) => acting.logged(await act(principal), fact, principal, fields));

  return {
    createUser: ({ credential, ...wanted }) =>
      changed(
        credential,
        'user.created',
        (principal) => users.create(principal, wanted),
        ({ id }) => ({ userId: id }),
      ),

    listUsers: ({ credential, ...page }) =>
      managed(credential, async (principal) => accepted(await users.list(principal, page))),

    deleteUser: ({ credential, userId, from }) =>
      changed(
        credential,
        'user.deleted',
        (principal) => users.delete(principal, userId, from),
        () => ({ userId }),
      ),

    createBase: ({ credential, ...wanted }) =>
      changed(
        credential,
        'base.created',
        (principal) => bases.create(principal, wanted),
        ({ id }) => ({ baseId: id }),
      ),

    listBases: ({ credential, ...page }) =>
      managed(credential, async (principal) => accepted(await bases.list(principal, page))),

    getBase: ({ credential, baseId }) => managed(credential, (principal) => bases.get(principal, baseId)),

    deleteBase: ({ credential, baseId, ...asked }) =>
      changed(
        credential,
        'base.deleted',
        (principal) => bases.delete(principal, baseId, asked),
        () => ({ baseId }),
      ),

    putTable: ({ credential, baseId, table, from }) =>
      changed(
        credential,
        'table.put',
        (principal) => tables.put(principal, baseId, table, from),
        ({ id }) => ({ baseId, tableId: id }),
      ),

    deleteTable: ({ credential, baseId, tableId, from }) =>
      changed(
        credential,
        'table.deleted',
        (principal) => tables.delete(principal, baseId, tableId, from),
        () => ({ baseId, tableId }),
      ),

    putCollaborator: ({ credential, ...wanted }) =>
      changed(
        credential,
        'collaborator.put',
        (principal) => collaborators.put(principal, wanted),
        ({ userId, role }) => ({ baseId: wanted.baseId, userId, role }),
      ),

    listCollaborators: ({ credential, baseId, ...page }) =>
      managed(credential, (principal) => collaborators.list(principal, baseId, page)),

    deleteCollaborator: ({ credential, ...whom }) =>
      changed(
        credential,
        'collaborator.deleted',
        (principal) => collaborators.delete(principal, whom),
        () => ({ baseId: whom.baseId, userId: whom.userId }),
      ),

    createToken: ({ credential, ...wanted }) =>
      changed(
        credential,
        'token.created',
        (principal) => tokens.create(principal, wanted),
        ({ id, userId, kind }) => ({ tokenId: id, userId, kind }),
      ),

    listTokens: ({ credential, ...page }) =>
      managed(credential, async (principal) => accepted(await tokens.list(principal, page))),

    revokeToken: ({ credential, tokenId, from }) =>
      changed(
        credential,
        'token.revoked',
        (principal) => tokens.revoke(principal, tokenId, from),
        () => ({ tokenId }),
      ),

    putIntegration: ({ credential, ...wanted }) =>
      changed(
        credential,
        'integration.put',
        (principal) => integrations.put(principal, wanted),
        ({ clientId }) => ({ clientId }),
      ),

    listIntegrations: ({ credential, ...page }) =>
      managed(credential, async (principal) => accepted(await integrations.list(principal, page))),

    deleteIntegration: ({ credential, clientId, from }) =>
      changed(
        credential,
        'integration.deleted',
        (principal) => integrations.delete(principal, clientId, from),
        () => ({ clientId }),
      ),

    findBase: ({ credential, accountId, baseId }) =>
      acting.allowed(credential, 'publish', (principal) => bases.find(principal, accountId, baseId)),

    learnSchema: async (changes) => {
      await learning.learn(changes);
      return {};
    },

    livingBases: async (asked) => ({ baseIds: await bases.living(asked.bases) }),
  };
}
