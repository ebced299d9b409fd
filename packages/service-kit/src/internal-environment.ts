import { z } from 'zod';
import { port } from './environment-values.js';

/** The variables of a service's internal port (internal-port.ts), to be spread into its schema. */
export const internalVariables = (usualPort: number) => ({
  INTERNAL_HOST: z.string().default('0.0.0.0'),
  INTERNAL_PORT: port.default(usualPort),
  INTERNAL_TOKEN: z.string().min(16, 'must have at least 16 characters'),
});

export type InternalVariables = z.output<z.ZodObject<ReturnType<typeof internalVariables>>>;

/** Where the internal port is, and the token that all services share: what `openInternalPort` takes. */
export const internalAddress = (environment: InternalVariables): { host: string; port: number; token: string } => ({
  host: environment.INTERNAL_HOST,
  port: environment.INTERNAL_PORT,
  token: environment.INTERNAL_TOKEN,
});
