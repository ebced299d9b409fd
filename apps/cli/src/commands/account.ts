import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { withExamples } from '../terminal/examples.js';
import { showOne } from '../terminal/show.js';

/** `account`: `GET /v1/account`, which any key may ask. */
export function addAccount(program: Command): void {
  const account = program
    .command('account')
    .description('whose key this is, and what it may do')
    .action(async (_: object, command: Command) => {
      showOne(command.optsWithGlobals(), await connect(command).ask('GET', '/v1/account'));
    });
  withExamples(account, 'sluice account', 'SLUICE_API_KEY=slk_live_… sluice account --url https://sluice.example');
}
