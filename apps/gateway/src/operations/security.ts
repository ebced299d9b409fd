import type { DescribedRoute } from './described-routes.js';
import type { OperationDefinition } from './operation.js';

export const SECURITY_SCHEMES = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of an account: `Authorization: Bearer <key>`. The bare key is taken, too.',
  },
  portalSession: {
    type: 'apiKey',
    in: 'cookie',
    name: 'sluice_portal',
    description: 'A session of the portal. What is not a `GET` needs the header `Sluice-Portal: 1` besides.',
  },
  personalAccessToken: {
    type: 'http',
    scheme: 'bearer',
    description: "A personal access token, an OAuth access token or a legacy API key of one of the account's users.",
  },
};

const NEEDS: Readonly<Record<string, string>> = {
  identify: 'any API key, or a session of the portal',
  read_catalogue: 'any API key, or a session of the portal',
  read: 'the scope `read`',
  inspect: 'an API key with the scope `read`',
  subscribe: 'the scope `write`',
  share: 'an API key with the scope `write`',
  publish: 'the scope `publish`',
  manage: 'the scope `admin`',
  operate: 'an API key with the scope `admin` of an operator account',
};

/** What a session of the portal may do as well. Its cookie counts under `/v1/` alone. */
const OPEN_TO_SESSIONS = new Set<OperationDefinition['access']>(['identify', 'read_catalogue', 'read', 'subscribe']);

/** The OpenAPI `security` of an operation: any one of the entries is enough, none means that nobody is asked. */
export function securityOf({ path, operation: { access } }: DescribedRoute): Record<string, string[]>[] {
  if (access === 'anyone') return [];
  if (access === 'base') return [{ personalAccessToken: [] }];
  return path.startsWith('/v1/') && OPEN_TO_SESSIONS.has(access)
    ? [{ apiKey: [] }, { portalSession: [] }]
    : [{ apiKey: [] }];
}

/** Which credentials are enough, as a sentence. */
export function neededFor({ access }: OperationDefinition): string | null {
  const needed = NEEDS[access];
  return needed === undefined ? null : `Needs ${needed}.`;
}
