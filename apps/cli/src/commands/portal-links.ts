import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { jsonBody } from '../input/json-body.js';
import { readFuture } from '../input/moments.js';
import { withExamples } from '../terminal/examples.js';
import { showOne } from '../terminal/show.js';
import { addActions, addList, type Resource } from './resource-commands.js';

const LINKS: Resource = {
  path: '/v1/portal-links',
  name: 'portal_links',
  exampleId: 'lnk_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  key: 'live',
  columns: [
    ['id', 'id'],
    ['key', 'key_id'],
    ['created', 'created_at'],
    ['expires', 'expires_at'],
    ['revoked', 'revoked_at'],
  ],
};

/** `portal-links create`, `list` and `revoke`, over `/v1/portal-links`. */
export function addPortalLinks(program: Command): void {
  const links = program.command('portal-links').description('who may look at the webhooks without a key');
  const create = links
    .command('create')
    .description('a new one, shown this once')
    .option('--expires-at <moment>', 'when it ends; in seven days, if nothing is said; 1h is in an hour', readFuture)
    .action(async ({ expiresAt }: { expiresAt?: string }, command: Command) => {
      const body = jsonBody({ expires_at: expiresAt });
      showOne(command.optsWithGlobals(), await connect(command).ask('POST', LINKS.path, { body }));
    });
  withExamples(create, 'sluice portal-links create', 'sluice portal-links create --expires-at 30d');
  addList(links, LINKS, 'the newest first, without their addresses');
  addActions(links, LINKS, {
    revoke: {
      about: 'it opens nothing any more, and what it opened ends',
      method: 'DELETE',
      done: (id) => `revoked ${id}`,
    },
  });
}
