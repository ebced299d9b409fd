import { isIP, type LookupFunction } from 'node:net';
import { addressRefusal } from './address.js';
import { HostNames } from './host-names.js';
import type { AddressPolicy } from './policy.js';
import { RefusedAddress } from './refused-address.js';

/**
 * A `lookup` for sockets that refuses a name if any of its addresses is refused: a name that answers good and bad
 * addresses in turn is an attack or a mistake, and picking the good ones would hide both.
 */
export function guardedLookup(policy: AddressPolicy, names: HostNames = new HostNames()): LookupFunction {
  return (hostname, options, callback) => {
    const look = isIP(hostname) === 0 ? names.addresses(hostname) : Promise.resolve([hostname]);
    look.then(
      (addresses) => {
        for (const address of addresses) {
          const refusal = addressRefusal(address, policy);
          if (refusal !== null) return callback(new RefusedAddress(`the host ${hostname}: ${refusal}`), '');
        }
        const wanted = addresses
          .map((address) => ({ address, family: isIP(address) }))
          .filter(({ family }) => isWanted(family, options.family));
        const [first] = wanted;
        if (first === undefined) return callback(noAddress(hostname), '');
        return options.all ? callback(null, wanted) : callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

const isWanted = (family: number, asked: number | 'IPv4' | 'IPv6' | undefined): boolean =>
  asked === undefined || asked === 0 || asked === family || asked === `IPv${family}`;

const noAddress = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`The host ${hostname} has no address of that family`), { code: 'ENOTFOUND' });
