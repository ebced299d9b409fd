import type { Principal, Purpose } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { KeyResolver, ResolvedKey } from '../credentials/key-resolver.js';
import { permission } from './permissions.js';

/** The one place that turns a credential and a purpose into a principal, or says why not. */
export class Access {
  constructor(private readonly keys: Pick<KeyResolver, 'resolve' | 'resolveNow'>) {}

  /** For a command of this service: the key counts as of at most 5 s ago. */
  async principal(credential: string, purpose: Purpose): Promise<Result<Principal>> {
    return credential === '' ? MISSING : judge(await this.keys.resolve(credential), purpose);
  }

  /** For a service that remembers the answer for up to 5 s: the key counts as of now. */
  async principalNow(credential: string, purpose: Purpose): Promise<Result<Principal>> {
    return credential === '' ? MISSING : judge(await this.keys.resolveNow(credential), purpose);
  }
}

const MISSING = refused('unauthenticated', 'the API key is missing: send it in the Authorization header');

/** The messages tell the holder of a key about that key, and nothing about others (contract airstack). */
function judge(key: ResolvedKey, purpose: Purpose): Result<Principal> {
  if (!key.known) return refused('unauthenticated', 'the API key is unknown');
  if (key.revoked) return refused('unauthenticated', 'the API key was revoked');
  const permitted = permission(key.principal, purpose);
  if (permitted.allowed) return accepted(key.principal);
  switch (permitted.reason) {
    case 'test_key':
      return refused(
        'unauthenticated',
        'this is a test API key, which can only read the catalogue of event types: use a live key',
      );
    case 'kind':
      return refused('forbidden', 'this needs an admin API key');
    case 'not_operator':
      return refused('forbidden', 'this needs an admin API key of an operator account');
  }
}
