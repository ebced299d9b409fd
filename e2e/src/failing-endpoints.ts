import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Receiver } from '@sluice/testing/receiver';

export type Trouble = 'refused' | 'reset' | 'late' | 'unknown host' | 'no TLS' | 'broken';

/** Endpoints that fail each in its own way, on this machine alone. */
export class FailingEndpoints {
  private constructor(
    /** Reads what comes, and answers in no protocol. */
    private readonly mute: Server,
    readonly urls: Readonly<Record<Trouble, string>>,
  ) {}

  /** `reset`, `late` and `broken` are paths of the receiver, which must be told to answer so. */
  static async open(receiver: Receiver): Promise<FailingEndpoints> {
    const mute = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('no protocol at all\r\n\r\n'));
    });
    const gone = createServer();
    const [mutePort, gonePort] = [await listening(mute), await listening(gone)];
    gone.close();
    await once(gone, 'close');
    return new FailingEndpoints(mute, {
      refused: `http://127.0.0.1:${gonePort}/hook`,
      reset: receiver.url('/reset'),
      late: receiver.url('/late'),
      'unknown host': 'https://no-such-host.invalid/hook',
      'no TLS': `https://127.0.0.1:${mutePort}/hook`,
      broken: receiver.url('/broken'),
    });
  }

  async close(): Promise<void> {
    this.mute.close();
    await once(this.mute, 'close');
  }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
