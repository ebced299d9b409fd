import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { contains, type ParsedAddress } from './cidr.js';
import type { AddressPolicy } from './policy.js';
import { globalUnicastIpv6, nat64, specialIpv4, specialIpv6 } from './special-ranges.js';

/**
 * Why no delivery may go to an address: null when one may. Global unicast minus a table, plus the ranges that the policy
 * opens (docs/architecture.md section 5).
 *
 * @param address as `net.isIP` takes it; a name is refused. IPv4 inside of IPv6 is judged as IPv4.
 */
export function addressRefusal(address: string, policy: AddressPolicy): string | null {
  if (isIP(address) === 0) return `${JSON.stringify(address)} is not an IP address`;
  const parsed = unmapped(ipaddr.parse(address));
  if (policy.allow.some((range) => contains(range, parsed))) return null;
  const what = specialUse(parsed);
  return what === null ? null : `the address ${address} is ${what}`;
}

/** {@link addressRefusal} for one port of the address: Sluice's own ports are closed on every address of this machine. */
export function socketRefusal(address: string, port: number, policy: AddressPolicy): string | null {
  const refusal = addressRefusal(address, policy);
  if (refusal !== null) return refusal;
  if (!policy.refusedPorts().has(port) || !isThisMachine(address)) return null;
  return `the address ${address} port ${port} is Sluice itself`;
}

function specialUse(address: ParsedAddress): string | null {
  if (address instanceof ipaddr.IPv4) return specialIpv4.find((range) => contains(range, address))?.what ?? null;
  if (contains(nat64, address)) {
    const embedded = specialUse(ipaddr.fromByteArray(address.toByteArray().slice(-4)));
    return embedded === null ? null : `an IPv4 address behind a translator that is ${embedded}`;
  }
  const special = specialIpv6.find((range) => contains(range, address));
  if (special !== undefined) return special.what;
  return contains(globalUnicastIpv6, address) ? null : 'not global unicast';
}

const unmapped = (address: ParsedAddress): ParsedAddress =>
  address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;

/** Every way to this machine from itself: loopback, the unspecified address, and those of its interfaces. */
function isThisMachine(address: string): boolean {
  const parsed = unmapped(ipaddr.parse(address));
  if (parsed.range() === 'loopback' || parsed.range() === 'unspecified') return true;
  const text = parsed.toNormalizedString();
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((own) => ipaddr.parse(own.address).toNormalizedString() === text),
  );
}
