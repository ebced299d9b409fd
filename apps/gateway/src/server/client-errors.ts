import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Face, pathOf } from '../refusals/face.js';
import { Fault } from '../refusals/fault.js';

const FAULTS: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: new Fault(431, 'the request headers are larger than 16 KiB'),
  ERR_HTTP_REQUEST_TIMEOUT: new Fault(408, 'the request was not complete in time'),
};
const UNREADABLE = new Fault(400, 'this is not an HTTP request that can be read');
const NO_TUNNEL = new Fault(501, 'CONNECT is not possible here: this is no proxy');
const UNEXPECTED = new Fault(417, 'the Expect header can only be 100-continue');

/**
 * Answers what Node's HTTP parser refuses before there is a request (oversized headers, broken framing), in the body of
 * the face that was asked as far as the request line tells.
 */
export const answerClientError =
  (faceOf: (path: string) => Face) =>
  (error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const fault = FAULTS[error.code ?? ''] ?? UNREADABLE;
    const path = pathOf(targetOf(error.rawPacket) ?? '/');
    endWith(fault, faceOf(path).refuse(fault, path), socket);
  };

/** Answers what Node itself would end without a word: a tunnel (`CONNECT`), and an `Expect` other than 100-continue. */
export function answerUnusualRequests(server: Server, faceOf: (path: string) => Face): void {
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    endWith(NO_TUNNEL, faceOf('/').refuse(NO_TUNNEL, '/'), socket);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const path = pathOf(request.url ?? '/');
    const { contentType, body } = faceOf(path).refuse(UNEXPECTED, path);
    const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body), connection: 'close' };
    response.writeHead(UNEXPECTED.status, headers).end(body);
  });
}

function endWith({ status }: Fault, { contentType, body }: ReturnType<Face['refuse']>, socket: Duplex): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
      `Content-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** What the request line asks for, when it came in the packet that the parser stumbled over. */
function targetOf(packet: unknown): string | null {
  const start = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, 4_096) : '';
  return /^[A-Z]+ (\/\S*)/.exec(start)?.[1] ?? null;
}
