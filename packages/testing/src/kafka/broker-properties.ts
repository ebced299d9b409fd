/** Where the broker listens. */
export interface BrokerPorts {
  clients: number;
  controller: number;
  detour: Detour | null;
  others?: readonly Listener[];
}

/** One more way in, whose security further properties describe. */
export interface Listener {
  name: string;
  port: number;
  protocol: 'SSL' | 'SASL_SSL';
}

/**
 * A second way in: the broker listens on `listen` and tells those who come there to come back to `advertise`, where a test
 * has put something between that it can break.
 */
export interface Detour {
  listen: number;
  advertise: number;
}

/** server.properties of a single node that is broker and controller, made for quick tests on loopback. */
export function brokerProperties(ports: BrokerPorts, dataDirectory: string, bind: string): Record<string, string> {
  const listeners = [`CLIENTS://${bind}:${ports.clients}`, `CONTROLLER://${bind}:${ports.controller}`];
  const advertised = [`CLIENTS://127.0.0.1:${ports.clients}`];
  if (ports.detour) {
    listeners.push(`DETOUR://${bind}:${ports.detour.listen}`);
    advertised.push(`DETOUR://127.0.0.1:${ports.detour.advertise}`);
  }
  const protocols = ['CLIENTS:PLAINTEXT', 'DETOUR:PLAINTEXT', 'CONTROLLER:PLAINTEXT'];
  for (const { name, port, protocol } of ports.others ?? []) {
    listeners.push(`${name}://${bind}:${port}`);
    advertised.push(`${name}://127.0.0.1:${port}`);
    protocols.push(`${name}:${protocol}`);
  }
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'CLIENTS',
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': protocols.join(','),
    'log.dirs': dataDirectory,
    'auto.create.topics.enable': 'false',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'log.cleaner.enable': 'false',
    // A killed broker may register again only when its old session is over.
    'broker.session.timeout.ms': '1000',
    'broker.heartbeat.interval.ms': '200',
    'num.network.threads': '2',
    'num.io.threads': '4',
  };
}
