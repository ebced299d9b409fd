import { parseCidrs } from '@sluice/address-guard/cidr';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { demandStream, streamChoice, streamVariables } from '@sluice/event-stream/stream-environment';
import {
  httpUrl,
  notNegativeInteger,
  positiveInteger,
  postgresUrl,
  readBy,
} from '@sluice/service-kit/environment-values';
import { internalAddress, internalVariables } from '@sluice/service-kit/internal-environment';
import { LogLevel } from '@sluice/service-kit/logger';
import { z } from 'zod';
import type { OidcSettings } from './credentials/oauth-tokens.js';
import { type EncryptionKey, KEY_BYTES } from './encryption/keyring.js';
import { TopicPatterns } from './sources/topic-rights.js';

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

const readTopicPatterns = (text: string) => new TopicPatterns(text.split(',').flatMap((part) => part.trim() || []));

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

/** Whose access tokens count as OAuth ones; without an issuer none do. */
const oidcVariables = {
  OIDC_ISSUER: httpUrl.optional(),
  /** What `aud` of a token must name. */
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_USER_CLAIM: z.string().default('sub'),
  /** Without it `client_id`, else `azp`: issuers differ. */
  OIDC_CLIENT_CLAIM: z.string().optional(),
  OIDC_SCOPE_CLAIM: z.string().default('scope'),
  /** Without it the issuer's discovery document is asked. */
  OIDC_JWKS_URI: httpUrl.optional(),
};
type OidcEnvironment = z.output<z.ZodObject<typeof oidcVariables>>;

function demandOidc({ OIDC_ISSUER, OIDC_AUDIENCE, OIDC_JWKS_URI }: OidcEnvironment, context: z.RefinementCtx): void {
  const add = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
  if (OIDC_ISSUER !== undefined && OIDC_AUDIENCE === undefined) add('OIDC_AUDIENCE', 'is required with OIDC_ISSUER');
  if (OIDC_ISSUER !== undefined) return;
  if (OIDC_AUDIENCE !== undefined) add('OIDC_ISSUER', 'is required with OIDC_AUDIENCE');
  if (OIDC_JWKS_URI !== undefined) add('OIDC_ISSUER', 'is required with OIDC_JWKS_URI');
}

function oidcSettings(environment: OidcEnvironment): OidcSettings | null {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_CLIENT_CLAIM: clientClaim } = environment;
  if (issuer === undefined || audience === undefined) return null;
  return {
    issuer,
    audience,
    userClaim: environment.OIDC_USER_CLAIM,
    clientClaims: clientClaim === undefined ? ['client_id', 'azp'] : [clientClaim],
    scopeClaim: environment.OIDC_SCOPE_CLAIM,
    jwksUri: environment.OIDC_JWKS_URI ?? null,
  };
}

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
    SOURCES_PER_ACCOUNT: positiveInteger.default(50),
    /** Topics, separated by commas, that accounts may read that are no operator's: docs/sources.md. */
    SOURCE_TOPICS: readBy(readTopicPatterns).default(new TopicPatterns([])),
    /** Commands of Airtable's clients on each base (contract airtable 5.2). */
    BASE_REQUESTS_PER_SECOND: positiveInteger.default(5),
    /** How long a base that went beyond it gets no answers; 0 for not longer than the second. */
    BASE_PENALTY_SECONDS: notNegativeInteger.default(30),
    ...oidcVariables,
    ...internalVariables(9101),
  })
  .superRefine(demandStream)
  .superRefine(demandOidc)
  .transform((environment) => ({
    databaseUrl: environment.DATABASE_URL,
    encryptionKeys: environment.ENCRYPTION_KEYS,
    allowedTargets: environment.ALLOWED_TARGETS,
    webhooksPerAccount: environment.WEBHOOKS_PER_ACCOUNT,
    sources:
      environment.KAFKA_BROKERS === undefined
        ? null
        : { perAccount: environment.SOURCES_PER_ACCOUNT, topics: environment.SOURCE_TOPICS },
    baseRate: { perSecond: environment.BASE_REQUESTS_PER_SECOND, penaltySeconds: environment.BASE_PENALTY_SECONDS },
    oidc: oidcSettings(environment),
    internal: internalAddress(environment),
    stream: streamChoice(environment, 'registry', [EVENTS_TOPIC]),
    logLevel: environment.LOG_LEVEL,
  }));
