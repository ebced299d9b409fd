import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { addressRefusal, socketRefusal } from './address.js';
import { contains, parseCidr, parseCidrs } from './cidr.js';
import type { AddressPolicy } from './policy.js';
import { specialIpv4, specialIpv6 } from './special-ranges.js';

const closed: AddressPolicy = { allow: [], refusedPorts: () => new Set() };
const refused = (address: string, policy = closed): boolean => addressRefusal(address, policy) !== null;

const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 });
const text = (bytes: Uint8Array): string => ipaddr.fromByteArray([...bytes]).toString();

/** An address of a range: its first bits, and the rest of any other address. */
function within(bytes: Uint8Array, range: { network: ipaddr.IPv4 | ipaddr.IPv6; prefixLength: number }): Uint8Array {
  const network = range.network.toByteArray();
  return bytes.map((byte, index) => {
    const bits = Math.min(8, Math.max(0, range.prefixLength - index * 8));
    const mask = (0xff00 >> bits) & 0xff;
    return (network[index]! & mask) | (byte & ~mask);
  });
}

describe('over random addresses', () => {
  test('every address of every special range is refused, mapped into IPv6 too', () => {
    fc.assert(
      fc.property(fc.constantFrom(...specialIpv4), ipv4, (range, bytes) => {
        const address = text(within(bytes, range));
        expect(refused(address)).toBe(true);
        expect(refused(`::ffff:${address}`)).toBe(true);
        expect(refused(`64:ff9b::${address}`)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    const reserved = specialIpv6.filter(({ text }) => text !== '::/8');
    fc.assert(
      fc.property(fc.constantFrom(...reserved), ipv6, (range, bytes) => {
        expect(refused(text(within(bytes, range)))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('nothing that ipaddr.js calls special is let through', () => {
    const judge = (bytes: Uint8Array) => {
      const parsed = ipaddr.parse(text(bytes));
      if (parsed.range() === 'unicast') return;
      if (['ipv4Mapped', 'rfc6052'].includes(parsed.range())) return;
      expect(refused(parsed.toString())).toBe(true);
    };
    fc.assert(fc.property(ipv4, judge), { numRuns: 5_000 });
    fc.assert(fc.property(ipv6, judge), { numRuns: 5_000 });
  });

  test('IPv4: refused if and only if in the table, by Node’s own judgement of ranges', () => {
    const table = new BlockList();
    for (const { network, prefixLength } of specialIpv4) table.addSubnet(network.toString(), prefixLength);
    fc.assert(
      fc.property(ipv4, (bytes) => {
        expect(refused(text(bytes))).toBe(table.check(text(bytes)));
      }),
      { numRuns: 5_000 },
    );
  });

  test('an opened range is open, and what is around it as before', () => {
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 0, max: 32 }), ipv4, (bytes, prefixLength, other) => {
        const range = parseCidr(`${text(bytes)}/${prefixLength}`);
        const policy: AddressPolicy = { ...closed, allow: [range] };
        expect(refused(text(within(other, range)), policy)).toBe(false);
        if (!contains(range, ipaddr.parse(text(other)))) {
          expect(refused(text(other), policy)).toBe(refused(text(other)));
        }
      }),
    );
  });
});

describe('the borders of ranges', () => {
  test.each([
    ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
    ['100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
    ['126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
    ['169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
    ['172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
    ['192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
    ['198.17.255.255', '198.18.0.0', '198.19.255.255', '198.20.0.0'],
    ['223.255.255.255', '224.0.0.0', '255.255.255.255', '1.0.0.0'],
    ['2001:200::', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db9::'],
    ['2000:ffff::', '2001::', '2001:1ff:ffff::', '2001:200::'],
    ['2001:ffff::', '2002::', '2002:ffff:ffff::', '2003::'],
    ['2003::', '3fff::', '3fff:fff:ffff::', '3fff:1000::'],
    ['3fff:ffff::', '4000::', 'ffff:ffff::', '2a00::'],
  ])('%s | %s … %s | %s', (before, first, last, after) => {
    expect([before, first, last, after].map((address) => refused(address))).toEqual([false, true, true, false]);
  });
});

test.each(['', 'localhost', '127.1', '0x7f000001', '1.2.3.4.5', '8.8.8.8 ', '[::1]', '8.8.8.8/32'])(
  'what is no address is refused: %j',
  (address) => {
    expect(isIP(address)).toBe(0);
    expect(refused(address)).toBe(true);
  },
);

test('a zone does not hide an address', () => {
  expect(refused('fe80::1%eth0')).toBe(true);
  expect(refused('::1%lo')).toBe(true);
});

test('Sluice’s own ports are closed on every address of this machine', () => {
  const policy: AddressPolicy = { allow: parseCidrs('0.0.0.0/0,::/0'), refusedPorts: () => new Set([9101]) };
  const own = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
  for (const address of [...own, '127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '0.0.0.0', '::']) {
    expect(socketRefusal(address, 9101, policy)).toMatch(/Sluice itself/);
    expect(socketRefusal(address, 9100, policy)).toBeNull();
  }
  expect(socketRefusal('8.8.8.8', 9101, policy)).toBeNull();
});

test('the reason names the address and what it is', () => {
  expect(addressRefusal('::ffff:10.1.2.3', closed)).toBe('the address ::ffff:10.1.2.3 is private');
});

describe('ranges as an operator writes them', () => {
  test('are separated by commas; a bare address is a range', () => {
    const ranges = parseCidrs(' 10.0.0.0/8, fd00::/8 ,192.168.1.5,');
    expect(ranges.map(({ prefixLength }) => prefixLength)).toEqual([8, 8, 32]);
    expect(parseCidrs('')).toEqual([]);
  });

  test.each([
    '10/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    'fd00::/129',
    'fe80::1%eth0',
    'example.com',
    '010.0.0.0/8',
  ])('are refused when they are none: %s', (range) => {
    expect(() => parseCidrs(`127.0.0.1, ${range}`)).toThrow(JSON.stringify(range));
  });
});
