import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type ParsedAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** A range of addresses, `10.0.0.0/8` for example. */
export interface Cidr {
  text: string;
  network: ParsedAddress;
  prefixLength: number;
}

/** One range; a bare address is the range of itself. @throws when the text is neither. */
export function parseCidr(text: string): Cidr {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  const prefixLength = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (version === 0 || address.includes('%') || rest.length > 0 || !(prefixLength <= bits)) {
    throw new Error(`${JSON.stringify(text)} is not a range of addresses such as 10.0.0.0/8 or fd00::/8`);
  }
  return { text, network: ipaddr.parse(address), prefixLength };
}

/** Ranges separated by commas; white space around them does not matter. @throws naming the first that is none. */
export const parseCidrs = (text: string): Cidr[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseCidr);

/** Whether the address lies in the range; one of the other family never does. */
export const contains = ({ network, prefixLength }: Cidr, address: ParsedAddress): boolean =>
  network.kind() === address.kind() && address.match(network, prefixLength);
