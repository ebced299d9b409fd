import 'reflect-metadata';
import { parseConfiguration } from '@sluice/service-kit/configuration';
import { bootstrapAccount } from './bootstrap/bootstrap.js';
import { bootstrapEnvironment } from './config.js';
import { runOnce, withDatabase } from './run-once.js';

/** Makes the first account and prints its keys as JSON, once: nobody can show them again. */
await runOnce(async () => {
  const { databaseUrl, operatorName } = parseConfiguration(bootstrapEnvironment, process.env);
  const made = await withDatabase(databaseUrl, (database) => bootstrapAccount(database, operatorName));
  if (made === null) {
    process.stderr.write('There is an operator account already; its keys were shown when it was made.\n');
    return;
  }
  const { live, test, admin } = made.keys;
  const shown = { accountId: made.accountId, apiKey: live.key, testApiKey: test.key, adminKey: admin.key };
  process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
});
