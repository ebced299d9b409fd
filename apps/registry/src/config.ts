import { parseCidrs } from '@sluice/address-guard/cidr';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { demandStream, streamChoice, streamVariables } from '@sluice/event-stream/stream-environment';
import { positiveInteger, postgresUrl, readBy } from '@sluice/service-kit/environment-values';
import { internalAddress, internalVariables } from '@sluice/service-kit/internal-environment';
import { LogLevel } from '@sluice/service-kit/logger';
import { z } from 'zod';
import { type EncryptionKey, KEY_BYTES } from './encryption/keyring.js';

/** `id:base64,id:base64`, the current one first. The messages never repeat a key. */
const encryptionKeys = z.string().transform((text, context): EncryptionKey[] => {
  const keys = text.split(',').map((part) => {
    const [id = '', encoded = '', ...rest] = part.trim().split(':');
    return { id, key: Buffer.from(encoded, 'base64'), whole: /^[\w.-]{1,64}$/.test(id) && rest.length === 0 };
  });
  const add = (message: string) => context.addIssue({ code: 'custom', message });
  if (keys.some(({ key, whole }) => !whole || key.length !== KEY_BYTES)) {
    add(`must be id:base64,id:base64 with ${KEY_BYTES} bytes a key; make one with: openssl rand -base64 ${KEY_BYTES}`);
  }
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) add('has the same id twice');
  return keys.map(({ id, key }) => ({ id, key }));
});

/** What the commands that only touch the database need. */
const DatabaseEnvironment = z.object({ DATABASE_URL: postgresUrl, LOG_LEVEL: LogLevel.default('info') });

export const migrationEnvironment = DatabaseEnvironment.transform((environment) => ({
  databaseUrl: environment.DATABASE_URL,
  logLevel: environment.LOG_LEVEL,
}));

export const bootstrapEnvironment = DatabaseEnvironment.extend({
  OPERATOR_NAME: z.string().trim().min(1).max(200).default('Operator'),
}).transform((environment) => ({ databaseUrl: environment.DATABASE_URL, operatorName: environment.OPERATOR_NAME }));

export const rotationEnvironment = DatabaseEnvironment.extend({ ENCRYPTION_KEYS: encryptionKeys }).transform(
  (environment) => ({ databaseUrl: environment.DATABASE_URL, encryptionKeys: environment.ENCRYPTION_KEYS }),
);

/**
 * The registry's environment: its variables stand here, those of the stream and of the internal port where they are
 * spread from.
 */
export const registryEnvironment = z
  .object({
    ...streamVariables,
    ...DatabaseEnvironment.shape,
    ENCRYPTION_KEYS: encryptionKeys,
    /** CIDR ranges, separated by commas, that endpoints may lie in although they are not public. */
    ALLOWED_TARGETS: readBy(parseCidrs).default([]),
    WEBHOOKS_PER_ACCOUNT: positiveInteger.default(100_000),
    ...internalVariables(9101),
  })
  .superRefine(demandStream)
  .transform((environment) => ({
    databaseUrl: environment.DATABASE_URL,
    encryptionKeys: environment.ENCRYPTION_KEYS,
    allowedTargets: environment.ALLOWED_TARGETS,
    webhooksPerAccount: environment.WEBHOOKS_PER_ACCOUNT,
    internal: internalAddress(environment),
    stream: streamChoice(environment, 'registry', [EVENTS_TOPIC]),
    logLevel: environment.LOG_LEVEL,
  }));
