import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type ISocketFactoryArgs, Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { clientLog } from './client-log.js';
import { registerCodecs } from './codecs.js';
import { oauthToken } from './oauth-token.js';
import { type KafkaLogin, type KafkaSettings, times } from './settings.js';

/**
 * A kafkajs client whose connections can be cut at once. kafkajs itself waits for what is under way before it ends a
 * connection, so that a request given up by us could still reach the broker, or hold a disconnect back for ever.
 */
export class KafkaClient {
  readonly kafka: Kafka;
  readonly #sockets = new Set<Socket>();
  #discarded = false;

  constructor(settings: KafkaSettings) {
    registerCodecs();
    this.kafka = new Kafka({
      brokers: [...settings.brokers],
      clientId: settings.clientId,
      ssl: settings.ssl,
      ...(settings.sasl && { sasl: saslOptions(settings.sasl) }),
      connectionTimeout: times.connection,
      authenticationTimeout: times.request,
      requestTimeout: times.request,
      reauthenticationThreshold: times.reauthentication,
      // Complete, because kafkajs' defaults change with NODE_ENV.
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2 },
      logLevel: settings.logger ? logLevel.INFO : logLevel.NOTHING,
      logCreator: clientLog(settings.logger, () => this.#discarded),
      socketFactory: (args) => this.#connect(args),
    });
  }

  /** Cuts all connections and lets no new one come up: nothing of this client reaches a broker any more. */
  discard(): void {
    this.#discarded = true;
    for (const socket of this.#sockets) socket.destroy(new Error('given up by the adapter'));
  }

  #connect({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
    if (this.#discarded) throw new Error('this client was given up');
    const serverName = isIP(host) ? {} : { servername: host };
    const socket = ssl
      ? connectTls({ host, port, ...serverName, ...ssl }, onConnect)
      : connectPlain({ host, port }, onConnect);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

function saslOptions(login: KafkaLogin): SASLOptions {
  if (login.mechanism === 'oauthbearer') {
    return { mechanism: login.mechanism, oauthBearerProvider: async () => ({ value: await oauthToken(login) }) };
  }
  // kafkajs has a type for each mechanism, all of this shape.
  return login as SASLOptions;
}
