import { literalRefusal } from '@sluice/address-guard/literal';
import type { AddressPolicy } from '@sluice/address-guard/policy';
import { accepted, type Result, refused } from '@sluice/contracts/result';

const LENGTH_LIMIT = 2_048;
/** The parser of URLs would drop some of them in silence. */
const CONTROL_CHARACTER = /\p{Cc}/u;

/** The endpoint as it will be called; refused when no delivery could or should go there. */
export function checkEndpoint(endpoint: string, field: string, policy: AddressPolicy): Result<string> {
  const refuse = (cause: string) => refused('invalid', `${field} ${cause}`, field);
  if (endpoint === '') return refuse('is required');
  if (endpoint.length > LENGTH_LIMIT) return refuse(`is longer than ${LENGTH_LIMIT} characters`);
  if (endpoint.trim() !== endpoint) return refuse('begins or ends with white space');
  if (CONTROL_CHARACTER.test(endpoint)) return refuse('contains control characters');
  if (endpoint.includes('#')) return refuse('has a fragment (#…), which no request carries');
  const url = URL.parse(endpoint);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return refuse('must be an absolute http or https URL');
  }
  const refusal = literalRefusal(url, policy);
  if (refusal !== null) return refuse(`can't be delivered to: ${refusal}`);
  return accepted(url.href);
}
