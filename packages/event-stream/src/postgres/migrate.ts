import { migrateSchema } from '@sluice/service-kit/migrate-schema';
import { CreateStreamLog1764000000000 } from './migrations/1764000000000-create-stream-log.js';

/** Brings the schema `stream` to the newest version: see {@link migrateSchema}. */
export const migratePostgresStream = (connectionString: string): Promise<void> =>
  migrateSchema({
    connectionString,
    schema: 'stream',
    migrations: [CreateStreamLog1764000000000],
    advisoryLock: 5_781_460_001,
  });
