import { connect } from 'node:net';

/** Metadata request, version 4, of no topics: API 3, correlation id 1, no client id. */
const metadataRequest = Buffer.from([0, 0, 0, 15, 0, 3, 0, 4, 0, 0, 0, 1, 255, 255, 0, 0, 0, 0, 0]);
/** Size, correlation id and throttle time stand before the number of brokers. */
const brokerCountAt = 12;

/** Whether a broker answers there and says that the cluster has a broker. Sent as bytes, so that no client library is needed. */
export function brokerAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = Buffer.alloc(0);
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.once('connect', () => socket.write(metadataRequest));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= brokerCountAt + 4) settle(received.readInt32BE(brokerCountAt) > 0);
    });
  });
}
