import { isIP } from 'node:net';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const positive = z.coerce.number().int().positive();
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const isRange = (text: string): boolean => isIP(text.split('/')[0] ?? '') !== 0;

/** The gateway's environment. The only place that names its variables. */
export const gatewayEnvironment = z
  .object({
    HOST: z.string().default('0.0.0.0'),
    PORT: port.default(8080),
    INTERNAL_HOST: z.string().default('0.0.0.0'),
    INTERNAL_PORT: port.default(9103),
    INTERNAL_TOKEN: z.string().min(16, 'must have at least 16 characters'),
    REGISTRY_URL: httpUrl,
    DISPATCHER_URL: httpUrl,
    /** What portal links start with; the request's host when it is not set. */
    PUBLIC_URL: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
    /** Whose X-Forwarded headers count. */
    TRUSTED_PROXIES: list
      .refine((ranges) => ranges.every(isRange), 'must be addresses or CIDR ranges, separated by commas')
      .default([]),
    RATE_LIMIT_REQUESTS: positive.default(1_000),
    RATE_LIMIT_EVENTS: positive.default(20_000),
    RATE_LIMIT_FAILURES: positive.default(50),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .transform((environment) => ({
    host: environment.HOST,
    port: environment.PORT,
    internal: {
      host: environment.INTERNAL_HOST,
      port: environment.INTERNAL_PORT,
      token: environment.INTERNAL_TOKEN,
    },
    publicUrl: environment.PUBLIC_URL ?? null,
    trustedProxies: environment.TRUSTED_PROXIES,
    limits: {
      requestsPerSecond: environment.RATE_LIMIT_REQUESTS,
      eventsPerSecond: environment.RATE_LIMIT_EVENTS,
      failuresPerSecond: environment.RATE_LIMIT_FAILURES,
    },
    registryUrl: environment.REGISTRY_URL,
    dispatcherUrl: environment.DISPATCHER_URL,
    logLevel: environment.LOG_LEVEL,
  }));
