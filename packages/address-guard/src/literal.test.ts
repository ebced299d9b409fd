import { Agent, request } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { parseCidrs } from './cidr.js';
import { guardedConnector } from './guarded-connector.js';
import { literalRefusal } from './literal.js';
import type { AddressPolicy } from './policy.js';

const closed: AddressPolicy = { allow: [], refusedPorts: () => new Set() };
const loopbackOpen: AddressPolicy = {
  allow: parseCidrs('127.0.0.0/8, ::1'),
  refusedPorts: () => new Set([9101, 443]),
};

/** Ways to write a target that must not be reached. None needs a look-up. */
const hostile: readonly (readonly [url: string, what: string])[] = [
  // loopback, by every spelling of IPv4
  ['http://127.0.0.1/', 'plain'],
  ['http://127.0.0.1:8080/a?b#c', 'with a port'],
  ['https://127.0.0.1/', 'with TLS'],
  ['http://127.1/', 'two parts'],
  ['http://127.0.1/', 'three parts'],
  ['http://2130706433/', 'one decimal number'],
  ['http://0x7f000001/', 'one hexadecimal number'],
  ['http://0X7F.1/', 'upper-case hexadecimal, two parts'],
  ['http://017700000001/', 'one octal number'],
  ['http://0177.0.0.1/', 'octal'],
  ['http://0177.0x0.0.0x1/', 'mixed bases'],
  ['http://00000177.0.0.1/', 'octal with more zeros'],
  ['http://127.0.0.1./', 'with a trailing full stop'],
  ['http://2130706433./', 'a number with a trailing full stop'],
  ['http://127.255.255.254/', 'the end of the range'],
  ['http://127%2e0%2e0%2e1/', 'percent-encoded full stops'],
  ['http://%31%32%37.0.0.1/', 'percent-encoded digits'],
  ['http://127。0。0。1/', 'ideographic full stops'],
  ['http://１２７.０.０.１/', 'full-width digits'],
  ['http://①②⑦.⓪.⓪.①/', 'circled digits'],
  ['http:\\\\127.0.0.1/', 'backslashes'],
  ['http:127.0.0.1', 'no slashes'],
  ['http:///127.0.0.1/', 'three slashes'],
  ['  http://127.0.0.1/  ', 'white space around'],
  ['ht\ntp://127.0.\t0.1/', 'white space within'],
  ['HTTP://127.0.0.1/', 'an upper-case scheme'],
  // this machine, by other addresses and names
  ['http://0.0.0.0/', 'the unspecified address'],
  ['http://0/', 'zero'],
  ['http://0x0/', 'hexadecimal zero'],
  ['http://[::]/', 'the unspecified IPv6 address'],
  ['http://[::1]/', 'IPv6 loopback'],
  ['http://[0:0:0:0:0:0:0:1]:80/', 'IPv6 loopback, long'],
  ['http://[0000:0000:0000:0000:0000:0000:0000:0001]/', 'IPv6 loopback, longest'],
  ['http://localhost/', 'the name'],
  ['http://localhost./', 'the complete name'],
  ['http://LOCALHOST/', 'the name in capitals'],
  ['http://ｌｏｃａｌｈｏｓｔ/', 'the name in full-width letters'],
  ['http://loc%61lhost/', 'the name percent-encoded'],
  ['http://a.localhost/', 'a name below it'],
  ['http://a.b.localhost.:1234/', 'a complete name below it'],
  ['http://localhost../', 'with two full stops'],
  // IPv4 in IPv6
  ['http://[::ffff:127.0.0.1]/', 'mapped'],
  ['http://[::ffff:7f00:1]/', 'mapped, hexadecimal'],
  ['http://[0:0:0:0:0:ffff:127.0.0.1]/', 'mapped, long'],
  ['http://[::ffff:10.0.0.1]/', 'mapped private'],
  ['http://[::ffff:169.254.169.254]/', 'mapped metadata'],
  ['http://[::ffff:0:127.0.0.1]/', 'translated (SIIT)'],
  ['http://[::127.0.0.1]/', 'compatible'],
  ['http://[64:ff9b::7f00:1]/', 'behind NAT64'],
  ['http://[64:ff9b::169.254.169.254]/', 'metadata behind NAT64'],
  ['http://[64:ff9b:1::8.8.8.8]/', 'behind a local translator'],
  ['http://[2002:7f00:1::]/', '6to4'],
  ['http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/', 'Teredo'],
  // private and local networks
  ['http://10.0.0.1/', 'private'],
  ['http://10.1/', 'private, two parts'],
  ['http://0xa000001/', 'private, one number'],
  ['http://172.16.0.1/', 'private'],
  ['http://172.31.255.255/', 'private'],
  ['http://192.168.1.1/', 'private'],
  ['http://3232235777/', 'private, one number'],
  ['http://100.64.0.1/', 'carrier-grade NAT'],
  ['http://100.100.100.200/', 'a cloud’s metadata'],
  ['http://169.254.169.254/latest/meta-data/', 'a cloud’s metadata'],
  ['http://0xa9fea9fe/', 'metadata, one hexadecimal number'],
  ['http://2852039166/', 'metadata, one decimal number'],
  ['http://168.63.129.16/', 'a cloud’s own host'],
  ['http://192.0.0.192/', 'a cloud’s metadata'],
  ['http://[fd00:ec2::254]/', 'a cloud’s metadata'],
  ['http://[fc00::1]/', 'unique local'],
  ['http://[fe80::1]/', 'link-local'],
  ['http://[fe80::1%25eth0]/', 'link-local with a zone'],
  ['http://[fec0::1]/', 'site-local'],
  // not one host
  ['http://224.0.0.1/', 'multicast'],
  ['http://239.255.255.250:1900/', 'multicast'],
  ['http://255.255.255.255/', 'broadcast'],
  ['http://240.0.0.1/', 'reserved'],
  ['http://[ff02::1]/', 'multicast'],
  // for other purposes
  ['http://192.0.2.1/', 'documentation'],
  ['http://198.51.100.1/', 'documentation'],
  ['http://203.0.113.1/', 'documentation'],
  ['http://198.18.0.1/', 'benchmarking'],
  ['http://192.88.99.1/', '6to4 relay'],
  ['http://[2001:db8::1]/', 'documentation'],
  ['http://[3fff::1]/', 'documentation'],
  ['http://[100::1]/', 'discard'],
  ['http://[2001:20::1]/', 'ORCHID'],
  ['http://[2001:2::1]/', 'benchmarking'],
  ['http://[5f00::1]/', 'segment routing'],
  ['http://[4000::1]/', 'outside global unicast'],
  // not addresses at all
  ['http://256.256.256.256/', 'numbers too large'],
  ['http://127.0.0.1.1/', 'five parts'],
  ['http://4294967296/', 'a number too large'],
  ['http://[::1/', 'an open bracket'],
  ['http://a..example/', 'an empty label'],
  [`http://${'a'.repeat(64)}.example/`, 'a label too long'],
  [`http://${'a.'.repeat(200)}example/`, 'a name too long'],
  [`http://${'.'.repeat(100_000)}a/`, 'a hundred thousand full stops'],
  ['http://example.com:0/', 'port 0'],
  ['http://example.com:65536/', 'a port too large'],
];

/** What must never be a target for what else its URL says. */
const otherwiseRefused: readonly (readonly [url: string, reason: RegExp])[] = [
  ['ftp://example.com/', /http or https/],
  ['file:///etc/passwd', /http or https/],
  ['gopher://example.com:70/_', /http or https/],
  ['javascript:alert(1)', /http or https/],
  ['data:text/plain,a', /http or https/],
  ['ws://example.com/', /http or https/],
  ['unix:/run/docker.sock', /http or https/],
  ['http://user@example.com/', /user name or password/],
  ['http://user:password@example.com/', /user name or password/],
  ['http://:password@example.com/', /user name or password/],
  ['http://example.com@127.0.0.1/', /user name or password/],
];

const refusalOf = (url: string, policy: AddressPolicy): string | null =>
  URL.canParse(url) ? literalRefusal(new URL(url), policy) : 'not a URL';

describe('a hostile spelling is refused', () => {
  const agent = new Agent({ connect: guardedConnector(closed) });
  afterAll(() => agent.close());

  test.each(hostile)('%s (%s)', (url) => {
    expect(refusalOf(url, closed)).not.toBeNull();
  });

  test.each(hostile.filter(([url]) => URL.canParse(url)))('when connecting too: %s (%s)', async (url) => {
    // undici itself knows no port 0: it takes the default one, and the name would then be looked up.
    if (new URL(url).port === '0') return;
    await expect(request(new URL(url), { dispatcher: agent })).rejects.toMatchObject({ code: 'ERR_REFUSED_ADDRESS' });
  });

  test.each(otherwiseRefused)('%s (%s)', (url, reason) => {
    expect(refusalOf(url, closed)).toMatch(reason);
    expect(refusalOf(url, loopbackOpen)).toMatch(reason);
  });
});

describe('a target in the rest of the world is not', () => {
  test.each([
    'http://example.com/',
    'https://example.com:8443/hook?a=b',
    'https://example.com./',
    'https://ü.example/',
    'http://localhost.example.com/',
    'http://notlocalhost/',
    'http://8.8.8.8/',
    'http://134744072/',
    'http://172.15.255.255/',
    'http://172.32.0.0/',
    'http://100.63.255.255/',
    'http://100.128.0.0/',
    'http://223.255.255.255/',
    'http://198.17.255.255/',
    'http://198.20.0.0/',
    'http://[2606:4700:4700::1111]/',
    'http://[2001:4860:4860::8888]/',
    'http://[::ffff:8.8.8.8]/',
    'http://[64:ff9b::8.8.8.8]/',
    'http://@example.com/',
  ])('%s', (url) => {
    expect(refusalOf(url, closed)).toBeNull();
  });
});

describe('what the operator opens', () => {
  test.each([
    'http://127.0.0.1:8080/',
    'http://0x7f.1:8080/',
    'http://localhost:8080/',
    'http://hooks.localhost:8080/',
    'http://[::1]:8080/',
    'http://[::ffff:127.0.0.1]:8080/',
  ])('is open: %s', (url) => {
    expect(refusalOf(url, loopbackOpen)).toBeNull();
  });

  test.each(['http://10.0.0.1/', 'http://169.254.169.254/', 'http://0.0.0.0/', 'http://[::]/', 'http://[fe80::1]/'])(
    'opens nothing else: %s',
    (url) => {
      expect(refusalOf(url, loopbackOpen)).not.toBeNull();
    },
  );

  test.each([
    'http://127.0.0.1:9101/',
    'http://127.9.9.9:9101/',
    'http://0x7f.1:9101/',
    'http://localhost:9101/',
    'http://x.localhost.:9101/',
    'http://[::1]:9101/',
    'http://[::ffff:127.0.0.1]:9101/',
    'https://127.0.0.1/',
    'http://127.0.0.1:443/',
  ])('never opens Sluice’s own ports: %s', (url) => {
    expect(refusalOf(url, loopbackOpen)).toMatch(/Sluice itself/);
  });

  test('leaves other machines their ports', () => {
    expect(refusalOf('http://8.8.8.8:9101/', loopbackOpen)).toBeNull();
  });

  test('a range of IPv6 does not open IPv4 inside of it', () => {
    const policy: AddressPolicy = { allow: parseCidrs('::/0'), refusedPorts: () => new Set() };
    expect(refusalOf('http://[fd00::1]/', policy)).toBeNull();
    expect(refusalOf('http://[::ffff:10.0.0.1]/', policy)).toMatch(/private/);
  });
});
