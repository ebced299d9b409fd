import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ownPort } from '../own-port.js';
import { kafkaVersion } from './broker.js';
import { Authority, type Identity } from './certificates.js';
import { kafkaClassPath } from './jars.js';
import { startJavaBroker } from './java-broker.js';
import { TokenEndpoint } from './token-endpoint.js';

const run = promisify(execFile);
const administer = fileURLToPath(new URL('../../src/kafka/java/Administer.java', import.meta.url));

/** A right as Kafka names it, `['Write', 'topic', 'sluice.events']` for example. */
export type Right = readonly [operation: string, type: 'topic' | 'group' | 'cluster', name: string];

export const user = { name: 'sluice', password: 'it\'s, "quoted"=secret' };
export const keyPassphrase = 'opens the key';
export const oauthClient = { id: 'sluice-oauth', secret: 'from the issuer' };

/**
 * A real broker with every way in that secured clusters have, and an authorizer that allows nobody anything (StandardAuthorizer):
 * TLS with client certificates on one listener; PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER over TLS on another. Who
 * comes by the plain listener is the operator.
 */
export interface SecuredBroker {
  /** `host:port` by way in. */
  operator: string;
  tls: string;
  login: string;
  authority: Authority;
  /** Principal `User:CN=sluice`; its key is encrypted with {@link keyPassphrase}. */
  client: Identity;
  tokens: TokenEndpoint;
  allow(principal: string, ...rights: Right[]): Promise<void>;
  forget(principal: string, ...rights: Right[]): Promise<void>;
  /** A folder for a test's own files. */
  folder: string;
  stop(): Promise<void>;
}

/** Needs Java and `openssl`. */
export async function startSecuredBroker(): Promise<SecuredBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-secured-'));
  const begun: { stop(): Promise<void> }[] = [{ stop: () => rm(folder, { recursive: true, force: true }) }];
  const stop = async () => {
    // The last first.
    for (const part of begun.toReversed()) await part.stop();
  };
  try {
    return { ...(await startIn(folder, begun)), folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param begun gets what must be stopped, also when a later part does not start. */
async function startIn(
  folder: string,
  begun: { stop(): Promise<void> }[],
): Promise<Omit<SecuredBroker, 'folder' | 'stop'>> {
  const [tls, login] = [await ownPort(), await ownPort()];
  const tokens = await TokenEndpoint.start(oauthClient);
  begun.push({ stop: () => tokens.close() });
  const authority = await Authority.make(folder, 'authority');
  const [server, client] = await Promise.all([authority.issue('broker'), authority.issue('sluice', keyPassphrase)]);
  const keys = join(folder, 'keys.json');
  await writeFile(keys, tokens.keys);
  const broker = await startJavaBroker({
    version: kafkaVersion,
    listeners: [
      { name: 'TLS', port: tls, protocol: 'SSL' },
      { name: 'LOGIN', port: login, protocol: 'SASL_SSL' },
    ],
    properties: {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': await authority.keystore(server),
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': authority.certificate,
      'listener.name.tls.ssl.client.auth': 'required',
      ...loginProperties(keys),
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      // So that a short-lived token's end is the connection's end.
      'connections.max.reauth.ms': '3600000',
    },
    javaOptions: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://${keys}`],
  });
  begun.push(broker);
  const operate = async (...commands: string[]) => {
    const options = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp'];
    await run('java', [...options, await kafkaClassPath(kafkaVersion), administer, broker.brokers, ...commands]);
  };
  const change = (verb: string, principal: string, rights: readonly Right[]) =>
    operate(...rights.flatMap((right) => [verb, principal, ...right]));
  await operate('user', user.name, user.password);
  return {
    operator: broker.brokers,
    tls: `127.0.0.1:${tls}`,
    login: `127.0.0.1:${login}`,
    authority,
    client,
    tokens,
    allow: (principal, ...rights) => change('allow', principal, rights),
    forget: (principal, ...rights) => change('forget', principal, rights),
  };
}

function loginProperties(keys: string): Record<string, string> {
  const security = 'org.apache.kafka.common.security';
  const quoted = user.password.replaceAll('"', '\\"');
  const modules = {
    plain: `plain.PlainLoginModule required user_${user.name}="${quoted}";`,
    'scram-sha-256': 'scram.ScramLoginModule required;',
    'scram-sha-512': 'scram.ScramLoginModule required;',
    oauthbearer: 'oauthbearer.OAuthBearerLoginModule required;',
  };
  const listener = 'listener.name.login';
  return {
    [`${listener}.sasl.enabled.mechanisms`]: Object.keys(modules).join(',').toUpperCase(),
    ...Object.fromEntries(
      Object.entries(modules).map(([name, module]) => [
        `${listener}.${name}.sasl.jaas.config`,
        `${security}.${module}`,
      ]),
    ),
    // Checks the signature, the issuer's audience and the time, as in production.
    [`${listener}.oauthbearer.sasl.server.callback.handler.class`]: `${security}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
    [`${listener}.oauthbearer.sasl.oauthbearer.jwks.endpoint.url`]: `file://${keys}`,
    [`${listener}.oauthbearer.sasl.oauthbearer.expected.audience`]: TokenEndpoint.audience,
    [`${listener}.oauthbearer.sasl.oauthbearer.expected.issuer`]: TokenEndpoint.issuer,
  };
}
