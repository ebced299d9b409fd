// Brings every schema of the database in DATABASE_URL to its newest version; does nothing where it is there already.
// Forward only, and safe to run twice at once: run it before the services of a new version start.
import { migrateDispatcher } from '@sluice/dispatcher/database/migrate';
import { migratePostgresStream } from '@sluice/event-stream/postgres/migrate';
import { migrateRegistry } from '@sluice/registry/migrate';

const { DATABASE_URL, KAFKA_BROKERS } = process.env;
if (!DATABASE_URL) {
  console.error('DATABASE_URL: is required and not set');
  process.exit(2);
}
if (!/^postgres(ql)?:\/\//.test(DATABASE_URL) || !URL.canParse(DATABASE_URL)) {
  console.error('DATABASE_URL: must be postgres://user:password@host:port/database');
  process.exit(2);
}
const steps = { registry: migrateRegistry, dispatch: migrateDispatcher };
// The log in PostgreSQL is the stream only where there is no Kafka.
if (!KAFKA_BROKERS) steps.stream = migratePostgresStream;
for (const [schema, migrate] of Object.entries(steps)) {
  try {
    await migrate(DATABASE_URL);
  } catch (error) {
    // Of a name with several addresses each has failed on its own.
    const first = error.errors?.[0] ?? error;
    console.error(`schema ${schema}: ${first.message}`);
    // What came from a socket says that the database is away: trying again may help.
    process.exit(first.syscall === undefined ? 1 : 3);
  }
  console.log(`schema ${schema} is at its newest version`);
}
