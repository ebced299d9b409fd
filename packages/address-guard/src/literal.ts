import { isIP } from 'node:net';
import { socketRefusal } from './address.js';
import { isLocalName, isName } from './local-name.js';
import type { AddressPolicy } from './policy.js';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Why a target is refused by what its URL says, without any look-up; null when it may be tried. The URL has been parsed
 * by the WHATWG rules, which bring every spelling of an IPv4 address (decimal, octal, hexadecimal, short, full-width) to
 * four decimal numbers.
 */
export function literalRefusal(url: URL, policy: AddressPolicy): string | null {
  const defaultPort = DEFAULT_PORTS[url.protocol];
  if (defaultPort === undefined) return `the scheme ${JSON.stringify(url.protocol.slice(0, -1))} is not http or https`;
  if (url.username !== '' || url.password !== '') return 'a URL with a user name or password is not accepted';
  const port = url.port === '' ? defaultPort : Number(url.port);
  if (port === 0) return 'the port 0 does not exist';
  return hostRefusal(url.hostname, port, policy);
}

/** {@link literalRefusal} for a host as a URL or a connector names it: a name, or an address with or without brackets. */
export function hostRefusal(hostname: string, port: number, policy: AddressPolicy): string | null {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) return socketRefusal(host, port, policy);
  if (!isName(host)) return 'the host is not a name that could exist';
  if (!isLocalName(host)) return null;
  const refusal = socketRefusal('127.0.0.1', port, policy);
  return refusal === null ? null : `the host ${JSON.stringify(hostname)} is this machine: ${refusal}`;
}
