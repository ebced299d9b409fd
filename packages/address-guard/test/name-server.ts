import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What a test's name server says of a name: its addresses, or nothing at all for a family, or a response code. */
export interface Zone {
  addresses?: readonly string[];
  ttl?: number;
  /** 2 is SERVFAIL, 3 NXDOMAIN. */
  code?: number;
  /** Never answers for these. */
  silent?: readonly ('A' | 'AAAA')[];
}

export interface NameServer {
  /** For `Resolver.setServers`. */
  address: string;
  zones: Map<string, Zone>;
  /** Every question that came: `A example.test`. */
  questions: string[];
  close(): Promise<void>;
}

/** A real name server over UDP on loopback, authoritative for its zones; other names do not exist. */
export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4');
  const zones = new Map<string, Zone>();
  const questions: string[] = [];
  socket.on('message', (message, peer) => {
    const { name, type, end } = question(message);
    questions.push(`${type} ${name}`);
    const zone = zones.get(name) ?? { code: 3 };
    if (zone.silent?.includes(type)) return;
    const addresses = (zone.addresses ?? []).filter((address) => isIPv6(address) === (type === 'AAAA'));
    const header = Buffer.alloc(12);
    header.writeUInt16BE(message.readUInt16BE(0), 0);
    header.writeUInt16BE(0x8580 | (zone.code ?? 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((address) => record(type, zone.ttl ?? 60, ipaddr.parse(address).toByteArray()));
    socket.send(Buffer.concat([header, message.subarray(12, end), ...records]), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    zones,
    questions,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function question(message: Buffer): { name: string; type: 'A' | 'AAAA'; end: number } {
  const labels: string[] = [];
  let at = 12;
  while (message[at] !== 0) {
    const length = message[at]!;
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return {
    name: labels.join('.').toLowerCase(),
    type: message.readUInt16BE(at + 1) === 28 ? 'AAAA' : 'A',
    end: at + 5,
  };
}

function record(type: 'A' | 'AAAA', ttl: number, address: number[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type === 'A' ? 1 : 28, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(address.length, 10);
  return Buffer.concat([head, Buffer.from(address)]);
}
