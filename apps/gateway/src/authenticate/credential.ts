import { PORTAL_SESSION } from '@sluice/contracts/portal-commands';
import { Fault } from '../refusals/fault.js';

/** The longest credential that is looked at. Ours are far shorter; an identity provider's access token is not. */
const CREDENTIAL_LIMIT = 8_192;

/**
 * The key of an `Authorization` header: bare, as contract airstack has it, or after `Bearer`, both on every face.
 *
 * @throws {Fault} 401 when there is none, or it is of another scheme, or a session of the portal.
 */
export function credentialOf(authorization: string | undefined): string {
  const value = authorization?.trim() ?? '';
  if (value === '') throw unauthorized('the Authorization header is missing: send your API key in it');
  const [, bearer] = /^bearer\s+(.*)$/i.exec(value) ?? [];
  const credential = bearer ?? value;
  if (!/^[\x21-\x7e]+$/.test(credential) || credential.length > CREDENTIAL_LIMIT) {
    throw unauthorized('the Authorization header must be an API key, bare or after "Bearer"');
  }
  if (PORTAL_SESSION.test(credential)) throw unauthorized('a session of the portal counts as its cookie alone');
  return credential;
}

const unauthorized = (message: string): Fault => new Fault(401, message, { headers: { 'www-authenticate': 'Bearer' } });
