import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAccount } from './commands/account.js';
import { addAudit } from './commands/audit.js';
import { addCompletion } from './commands/completion.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addDeliveries } from './commands/deliveries.js';
import { addEventTypes } from './commands/event-types.js';
import { addEvents } from './commands/events.js';
import { addFilters } from './commands/filters.js';
import { addJobs } from './commands/jobs.js';
import { addKeys } from './commands/keys.js';
import { addListen } from './commands/listen.js';
import { addPortalLinks } from './commands/portal-links.js';
import { addRepositoryPrograms } from './commands/repository-programs.js';
import { addSources } from './commands/sources.js';
import { addStatistics } from './commands/statistics.js';
import { addVerify } from './commands/verify.js';
import { addWebhooks } from './commands/webhooks.js';
import { refuseRepeated } from './input/refuse-repeated.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** All commands, as commander knows them: help, completion and the reading of arguments come from this one tree. */
export function sluiceProgram(): Command {
  const program = new Command('sluice')
    .description('Look after webhooks, events and deliveries of a Sluice.')
    .version(version, '--version', 'print the version')
    .option('--url <url>', 'where Sluice is (SLUICE_URL; http://localhost:8080)')
    .option('--key <key>', 'the API key (SLUICE_API_KEY; of this folder’s npm start)')
    .option('--json', 'print the JSON of the API alone')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Add --help to see what it takes.')
    .exitOverride();
  const groups = [
    ...[addRepositoryPrograms, addListen, addEvents, addWebhooks, addDeliveries, addJobs, addStatistics, addFilters],
    ...[
      addEventTypes,
      addSources,
      addDeadLetters,
      addPortalLinks,
      addAccount,
      addKeys,
      addAudit,
      addVerify,
      addCompletion,
    ],
  ];
  for (const add of groups) add(program);
  refuseRepeated(program);
  return program;
}
