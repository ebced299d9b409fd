import { PORTAL_SESSION } from '@sluice/contracts/portal-commands';
import type { Purpose } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import { PORTAL_SESSION_OVER } from '../credentials/find-portal-session.js';
import type { KeyResolver } from '../credentials/key-resolver.js';
import type { Resolved, ResolvedPrincipal } from '../credentials/resolved-principal.js';
import { permission } from './permissions.js';

/** The one place that turns a credential and a purpose into a principal, or says why not. */
export class Access {
  constructor(private readonly keys: Pick<KeyResolver, 'resolve' | 'resolveNow'>) {}

  /** For a command of this service: the credential counts as of at most 5 s ago. */
  async principal(credential: string, purpose: Purpose): Promise<Result<ResolvedPrincipal>> {
    return credential === '' ? MISSING : judge(credential, await this.keys.resolve(credential), purpose);
  }

  /** For a service that remembers the answer for up to 5 s: the credential counts as of now. */
  async principalNow(credential: string, purpose: Purpose): Promise<Result<ResolvedPrincipal>> {
    return credential === '' ? MISSING : judge(credential, await this.keys.resolveNow(credential), purpose);
  }
}

const MISSING = refused('unauthenticated', 'the API key is missing: send it in the Authorization header');

const NOT_BY_LINK = {
  share: 'links to the portal are made and revoked with an API key',
  inspect: 'dead letters are seen with an API key',
};

/** The messages tell the holder of a key about that key, and nothing about others (contract airstack). */
function judge(credential: string, resolved: Resolved, purpose: Purpose): Result<ResolvedPrincipal> {
  if (!resolved.known) {
    return refused('unauthenticated', PORTAL_SESSION.test(credential) ? PORTAL_SESSION_OVER : 'the API key is unknown');
  }
  if (resolved.over !== null) return refused('unauthenticated', resolved.over);
  const { principal } = resolved;
  const permitted = permission(principal, purpose);
  if (permitted.allowed) return accepted(principal);
  switch (permitted.reason) {
    case 'test_key':
      return refused(
        'unauthenticated',
        'this is a test API key, which can only read the catalogue of event types: use a live key',
      );
    case 'scope':
      return refused('forbidden', `this needs an API key with the scope ${permitted.scope}`);
    case 'not_operator':
      return refused('forbidden', 'this needs an API key of an operator account');
    case 'not_by_link':
      return refused('forbidden', NOT_BY_LINK[permitted.purpose]);
  }
}
