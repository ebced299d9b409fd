import { type Cidr, parseCidr } from './cidr.js';

/** A range that no delivery goes to unless the operator opens it. */
export interface SpecialRange extends Cidr {
  /** What is there, to be read after "is": `127.0.0.1 is loopback`. */
  what: string;
}

const table = (rows: readonly (readonly [cidr: string, what: string])[]): readonly SpecialRange[] =>
  rows.map(([cidr, what]) => ({ ...parseCidr(cidr), what }));

/**
 * What is special among IPv4 addresses; all others are global unicast. The IANA registry of special-purpose addresses,
 * multicast, and the address at which a large cloud serves its machines' metadata although it is a public one.
 */
export const specialIpv4: readonly SpecialRange[] = table([
  ['0.0.0.0/8', 'this host on this network'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared by carrier-grade NAT'],
  ['127.0.0.0/8', 'loopback'],
  ['168.63.129.16/32', 'a cloud platform itself'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'for protocol assignments'],
  ['192.0.2.0/24', 'for documentation'],
  ['192.31.196.0/24', 'for AS112 name servers'],
  ['192.52.193.0/24', 'for multicast tunnels (AMT)'],
  ['192.88.99.0/24', 'a 6to4 relay'],
  ['192.168.0.0/16', 'private'],
  ['192.175.48.0/24', 'for AS112 name servers'],
  ['198.18.0.0/15', 'for benchmarking'],
  ['198.51.100.0/24', 'for documentation'],
  ['203.0.113.0/24', 'for documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved or broadcast'],
]);

/** IPv4 addresses behind a translator, in the last 32 bits (RFC 6052): judged by what is embedded. */
export const nat64: Cidr = parseCidr('64:ff9b::/96');

/** Where IPv6 global unicast is. What is outside is refused, in the table below or not. */
export const globalUnicastIpv6: Cidr = parseCidr('2000::/3');

/** What is special among IPv6 addresses, inside the global unicast range and, for a better reason, outside of it. */
export const specialIpv6: readonly SpecialRange[] = table([
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['64:ff9b:1::/48', 'behind a local translator'],
  ['::/8', 'reserved, or IPv4 in disguise'],
  ['100::/64', 'a discard address'],
  ['2001::/32', 'a Teredo tunnel'],
  ['2001:2::/48', 'for benchmarking'],
  ['2001:10::/28', 'a cryptographic identifier (ORCHID)'],
  ['2001:20::/28', 'a cryptographic identifier (ORCHID)'],
  ['2001::/23', 'for protocol assignments'],
  ['2001:db8::/32', 'for documentation'],
  ['2002::/16', 'a 6to4 tunnel'],
  ['2620:4f:8000::/48', 'for AS112 name servers'],
  ['3ffe::/16', 'of the closed 6bone'],
  ['3fff::/20', 'for documentation'],
  ['5f00::/16', 'for segment routing'],
  ['fc00::/7', 'unique local'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'site-local'],
  ['ff00::/8', 'multicast'],
]);
