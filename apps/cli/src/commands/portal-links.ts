import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { jsonBody } from '../input/json-body.js';
import { withExamples } from '../terminal/examples.js';
import { showOne, showPage } from '../terminal/show.js';
import { type PageOptions, withPage } from './page-options.js';

const COLUMNS = [
  ['id', 'id'],
  ['key', 'key_id'],
  ['created', 'created_at'],
  ['expires', 'expires_at'],
  ['revoked', 'revoked_at'],
] as const;

export function addPortalLinks(program: Command): void {
  const links = program.command('portal-links').description('who may look at the webhooks without a key');
  const create = links
    .command('create')
    .description('a new one, shown this once')
    .option('--expires-at <moment>', 'when it ends; in seven days, if nothing is said')
    .action(async ({ expiresAt }: { expiresAt?: string }, command: Command) => {
      const body = jsonBody({ expires_at: expiresAt });
      showOne(command.optsWithGlobals(), await connect(command).ask('POST', '/v1/portal-links', { body }));
    });
  withExamples(create, 'sluice portal-links create', 'sluice portal-links create --expires-at 2027-01-01T00:00:00Z');
  withPage(links.command('list').description('the newest first, without their addresses')).action(
    async ({ limit, cursor }: PageOptions, command: Command) => {
      const answer = await connect(command).ask('GET', '/v1/portal-links', { query: { limit, cursor } });
      showPage(command.optsWithGlobals(), answer, 'portal_links', COLUMNS);
    },
  );
  links
    .command('revoke <id>')
    .description('it opens nothing any more, and what it opened ends')
    .action(async (id: string, _: object, command: Command) => {
      const answer = await connect(command).ask('DELETE', `/v1/portal-links/${encodeURIComponent(id)}`);
      showOne(command.optsWithGlobals(), answer, `revoked ${id}`);
    });
}
