// Brings every schema of the database in DATABASE_URL to its newest version; does nothing where it is there already.
// Forward only, and safe to run twice at once: run it before the services of a new version start.
import { migrateDispatcher } from '@sluice/dispatcher/migrate';
import { migratePostgresStream } from '@sluice/event-stream/postgres/migrate';
import { migrateRegistry } from '@sluice/registry/migrate';

const { DATABASE_URL, KAFKA_BROKERS } = process.env;
if (!DATABASE_URL) {
  console.error('DATABASE_URL: is required and not set');
  process.exit(2);
}
const steps = { registry: migrateRegistry, dispatch: migrateDispatcher };
// The log in PostgreSQL is the stream only where there is no Kafka.
if (!KAFKA_BROKERS) steps.stream = migratePostgresStream;
for (const [schema, migrate] of Object.entries(steps)) {
  await migrate(DATABASE_URL);
  console.log(`schema ${schema} is at its newest version`);
}
