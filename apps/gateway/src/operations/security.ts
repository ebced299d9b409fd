import type { OperationDefinition } from './operation.js';

export const SECURITY_SCHEMES = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of an account: `Authorization: Bearer <key>`. The bare key is taken, too.',
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
  subscribe: 'the scope `write`',
  share: 'an API key with the scope `write`',
  publish: 'the scope `publish`',
  manage: 'the scope `admin`',
  operate: 'an API key with the scope `admin` of an operator account',
};

export function securityOf({ access }: OperationDefinition): Record<string, string[]>[] {
  if (access === 'anyone') return [];
  return [access === 'base' ? { personalAccessToken: [] } : { apiKey: [] }];
}

/** Which credentials are enough, as a sentence. */
export function neededFor({ access }: OperationDefinition): string | null {
  const needed = NEEDS[access];
  return needed === undefined ? null : `Needs ${needed}.`;
}
