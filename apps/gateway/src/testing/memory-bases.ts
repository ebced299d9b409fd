import type {
  Base,
  Bases,
  BaseTable,
  Collaborator,
  Integration,
  User,
  UserToken,
} from '@sluice/contracts/base-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import { isAnother } from './memory-registry.js';

const AT = '2026-06-01T09:30:00.000Z';

interface AccountBases {
  users: Map<string, User>;
  bases: Map<string, { base: Base; tables: Map<string, BaseTable>; collaborators: Map<string, Collaborator> }>;
  tokens: Map<string, UserToken>;
  integrations: Map<string, Integration>;
}

const ABSENT = refused('not_found', 'there is no such thing in this account');

/** The registry's contract on bases and their people as far as the gateway's tests need it, kept in memory. */
export class MemoryBases {
  readonly accounts = new Map<string, AccountBases>();
  readonly asked: { command: keyof Bases; request: unknown }[] = [];
  /** What a command throws, or does before it answers. */
  before: (command: keyof Bases) => Promise<void> = async () => {};

  /** @param accountOf the account behind an admin key. */
  constructor(private readonly accountOf: (credential: string) => string) {}

  /** A base that is there, for tests that ask about something else. */
  add(accountId: string, id: string, transactionNumbers: Base['transactionNumbers'] = 'assigned'): void {
    const base = { id, name: id, transactionNumbers, createdAt: AT };
    this.of(accountId).bases.set(id, { base, tables: new Map(), collaborators: new Map() });
  }

  readonly commands: Bases = {
    createUser: (request) =>
      this.answer('createUser', request, ({ users }) => {
        const { email, name, subject, id = `usr${String(users.size).padStart(14, '0')}` } = request;
        if (!email.includes('@')) return refused('invalid', 'email must be an address', 'email');
        users.set(id, { id, email, name, subject, createdAt: AT });
        return accepted({ id, email, name, subject, createdAt: AT });
      }),
    listUsers: (request) =>
      this.answer('listUsers', request, ({ users }) => accepted({ users: [...users.values()], more: false })),
    deleteUser: (request) =>
      this.answer('deleteUser', request, ({ users }) => (users.delete(request.userId) ? accepted({}) : ABSENT)),

    createBase: (request) =>
      this.answer('createBase', request, ({ bases }) => {
        const { id = `app${String(bases.size).padStart(14, '0')}`, name, transactionNumbers } = request;
        if (bases.has(id)) return refused('conflict', `there is a base ${id}`, 'id');
        const base = { id, name, transactionNumbers, createdAt: AT };
        bases.set(id, { base, tables: new Map(), collaborators: new Map() });
        return accepted(base);
      }),
    listBases: (request) =>
      this.answer('listBases', request, ({ bases }) =>
        accepted({ bases: [...bases.values()].map(({ base }) => base), more: false }),
      ),
    getBase: (request) =>
      this.answer('getBase', request, ({ bases }) => {
        const found = bases.get(request.baseId);
        if (found === undefined) return ABSENT;
        const tables = [...found.tables.values()];
        return accepted({ base: found.base, tables, tag: `tag-${tables.length}` });
      }),
    deleteBase: (request) =>
      this.answer('deleteBase', request, ({ bases }) => {
        const found = bases.get(request.baseId);
        if (found === undefined) return ABSENT;
        if (isAnother(`tag-${found.tables.size}`, request.ifMatch)) return refused('changed', 'it was changed');
        bases.delete(request.baseId);
        return accepted({});
      }),
    putTable: (request) =>
      this.answer('putTable', request, ({ bases }) => {
        const { baseId, table } = request;
        const taken = table.fields.findIndex(({ name }) => name === 'taken');
        if (taken >= 0) return refused('invalid', 'the name is taken', `fields.${taken}.name`);
        bases.get(baseId)?.tables.set(table.id, table);
        return bases.has(baseId) ? accepted(table) : ABSENT;
      }),
    deleteTable: (request) =>
      this.answer('deleteTable', request, ({ bases }) =>
        bases.get(request.baseId)?.tables.delete(request.tableId) ? accepted({}) : ABSENT,
      ),

    putCollaborator: (request) =>
      this.answer('putCollaborator', request, ({ bases, users }) => {
        const { baseId, userId, role } = request;
        const user = users.get(userId);
        if (user === undefined) return refused('invalid', 'there is no such user', 'user_id');
        const collaborator = { userId, email: user.email, role };
        bases.get(baseId)?.collaborators.set(userId, collaborator);
        return bases.has(baseId) ? accepted(collaborator) : ABSENT;
      }),
    listCollaborators: (request) =>
      this.answer('listCollaborators', request, ({ bases }) => {
        const found = bases.get(request.baseId);
        return found === undefined
          ? ABSENT
          : accepted({ collaborators: [...found.collaborators.values()], more: false });
      }),
    deleteCollaborator: (request) =>
      this.answer('deleteCollaborator', request, ({ bases }) =>
        bases.get(request.baseId)?.collaborators.delete(request.userId) ? accepted({}) : ABSENT,
      ),

    createToken: (request) =>
      this.answer('createToken', request, ({ tokens }) => {
        const { userId, kind, name, scopes, bases } = request;
        const id = `tok_${tokens.size}`;
        const token = { id, userId, kind, name, scopes, bases, createdAt: AT, revokedAt: null };
        tokens.set(id, token);
        return accepted({ ...token, token: `pat.${id}` });
      }),
    listTokens: (request) =>
      this.answer('listTokens', request, ({ tokens }) => accepted({ tokens: [...tokens.values()], more: false })),
    revokeToken: (request) =>
      this.answer('revokeToken', request, ({ tokens }) => {
        const found = tokens.get(request.tokenId);
        if (found !== undefined) found.revokedAt = AT;
        return found === undefined ? ABSENT : accepted({});
      }),

    putIntegration: (request) =>
      this.answer('putIntegration', request, ({ integrations }) => {
        const integration = { clientId: request.clientId, name: request.name, createdAt: AT };
        integrations.set(request.clientId, integration);
        return accepted(integration);
      }),
    listIntegrations: (request) =>
      this.answer('listIntegrations', request, ({ integrations }) =>
        accepted({ integrations: [...integrations.values()], more: false }),
      ),
    deleteIntegration: (request) =>
      this.answer('deleteIntegration', request, ({ integrations }) =>
        integrations.delete(request.clientId) ? accepted({}) : ABSENT,
      ),

    findBase: (request) =>
      this.answer('findBase', request, () =>
        accepted({ base: this.of(request.accountId).bases.get(request.baseId)?.base ?? null }),
      ),
    learnSchema: () => Promise.reject(new Error('the dispatcher asks this')),
    livingBases: () => Promise.reject(new Error('the dispatcher asks this')),
  };

  private of(accountId: string): AccountBases {
    const found = this.accounts.get(accountId);
    if (found !== undefined) return found;
    const made = { users: new Map(), bases: new Map(), tokens: new Map(), integrations: new Map() };
    this.accounts.set(accountId, made);
    return made;
  }

  private async answer<T>(
    command: keyof Bases,
    request: { credential: string },
    give: (account: AccountBases) => Result<T>,
  ): Promise<Result<T>> {
    this.asked.push({ command, request });
    await this.before(command);
    return give(this.of(this.accountOf(request.credential)));
  }
}
