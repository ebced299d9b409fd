import { type Command, Option } from 'commander';
import { connect } from '../api/connection.js';
import { jsonBody } from '../input/json-body.js';
import { showOne, showPage } from '../terminal/show.js';

const COLUMNS = [
  ['id', 'id'],
  ['kind', 'kind'],
  ['audience', 'audience'],
  ['created', 'created_at'],
  ['revoked', 'revoked_at'],
] as const;

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('who may ask Sluice (an admin key)');
  keys
    .command('list')
    .description('without the keys themselves')
    .action(async (_: object, command: Command) => {
      const answer = await connect(command, 'admin').ask('GET', '/v1/keys');
      showPage(command.optsWithGlobals(), answer, 'keys', COLUMNS);
    });
  keys
    .command('create')
    .description('a new one, shown this once')
    .addOption(new Option('--kind <kind>', 'what it may').choices(['live', 'test', 'admin']).default('live'))
    .addOption(new Option('--audience <audience>', 'for whom it may publish').choices(['own', 'any']))
    .action(async ({ kind, audience }: { kind: string; audience?: string }, command: Command) => {
      const answer = await connect(command, 'admin').ask('POST', '/v1/keys', { body: jsonBody({ kind, audience }) });
      showOne(command.optsWithGlobals(), answer);
    });
  keys
    .command('revoke <id>')
    .description('it stops working within 5 seconds')
    .action(async (id: string, _: object, command: Command) => {
      const answer = await connect(command, 'admin').ask('DELETE', `/v1/keys/${encodeURIComponent(id)}`);
      showOne(command.optsWithGlobals(), answer, `revoked ${id}`);
    });
}
