import { buildConnector } from 'undici';
import { socketRefusal } from './address.js';
import { guardedLookup } from './guarded-lookup.js';
import { HostNames } from './host-names.js';
import { hostRefusal } from './literal.js';
import type { AddressPolicy } from './policy.js';
import { RefusedAddress } from './refused-address.js';

export interface GuardedConnectorOptions {
  /** For the look-up, TCP and TLS together. 5 s by default. */
  timeoutMs?: number;
  names?: HostNames;
  /** Further options of the TLS connection, a test's certificate authority for example. */
  tls?: { ca?: string | Buffer };
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** Before the name's next address is tried: Node's 250 ms give up on endpoints that are merely far away. */
const NEXT_ADDRESS_MS = 500;

/**
 * What undici's `connect` option takes: `new Agent({ connect: guardedConnector(policy) })`. The target is judged by its
 * literal (undici never looks an address up), by every answer of the look-up, and by where the socket arrived. A refusal
 * is the error {@link RefusedAddress} of the request.
 */
export function guardedConnector(
  policy: AddressPolicy,
  { timeoutMs = DEFAULT_TIMEOUT_MS, names = new HostNames(), tls = {} }: GuardedConnectorOptions = {},
): buildConnector.connector {
  const connect = buildConnector({
    ...tls,
    allowH2: false,
    timeout: timeoutMs,
    lookup: guardedLookup(policy, names),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
  });
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    const refusal = hostRefusal(options.hostname, port, policy);
    if (refusal !== null) return callback(new RefusedAddress(refusal), null);
    return connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      const { remoteAddress } = socket;
      const arrival =
        remoteAddress === undefined ? 'the connection was closed at once' : socketRefusal(remoteAddress, port, policy);
      if (arrival === null) return callback(null, socket);
      socket.destroy();
      return callback(new RefusedAddress(arrival), null);
    });
  };
}
