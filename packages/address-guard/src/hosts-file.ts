import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { bareName } from './local-name.js';

/** Host names to addresses, as `/etc/hosts` writes them: an address and its names a line, `#` begins a comment. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map(bareName)) hosts.set(name, [...(hosts.get(name) ?? []), address]);
  }
  return hosts;
}

/** The machine's hosts file; one that can't be read has no names. */
export async function readHosts(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
  try {
    return parseHosts(await readFile(path, 'utf8'));
  } catch {
    return new Map();
  }
}
