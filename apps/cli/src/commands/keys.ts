import { type Command, Option } from 'commander';
import { connect } from '../api/connection.js';
import { jsonBody } from '../input/json-body.js';
import { readFuture } from '../input/moments.js';
import { collected } from '../input/numbers.js';
import { withExamples } from '../terminal/examples.js';
import { showOne } from '../terminal/show.js';
import { addActions, addList, type Resource } from './resource-commands.js';

const KEYS: Resource = {
  path: '/v1/keys',
  name: 'keys',
  exampleId: 'key_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  key: 'admin',
  columns: [
    ['id', 'id'],
    ['kind', 'kind'],
    ['name', 'name'],
    ['scopes', 'scopes'],
    ['audience', 'audience'],
    ['created', 'created_at'],
    ['expires', 'expires_at'],
    ['revoked', 'revoked_at'],
  ],
};

interface NewKey {
  kind?: string;
  audience?: string;
  scope?: string[];
  name?: string;
  expiresAt?: string;
}

/** `keys list`, `create` and `revoke`, over `/v1/keys`. */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description('who may ask Sluice (an admin key)');
  addList(keys, KEYS, 'without the keys themselves');
  const create = keys
    .command('create')
    .description('a new one, shown this once')
    .addOption(new Option('--kind <kind>', 'what it may').choices(['live', 'test', 'admin']))
    .addOption(new Option('--audience <audience>', 'for whom it may publish').choices(['own', 'any']))
    .option(
      '--scope <scope>',
      'read, write, publish or admin; several times; by its kind if nothing is said',
      collected,
    )
    .option('--name <text>', 'for people')
    .option('--expires-at <moment>', 'when it ends; never, if nothing is said; 30d is in thirty days', readFuture)
    .action(async ({ kind, audience, scope, name, expiresAt }: NewKey, command: Command) => {
      const body = jsonBody({ kind, audience, scopes: scope, name, expires_at: expiresAt });
      showOne(command.optsWithGlobals(), await connect(command, 'admin').ask('POST', KEYS.path, { body }));
    });
  withExamples(
    create,
    'sluice keys create --name till-3 --scope publish',
    'sluice keys create --scope read --expires-at 30d --json',
  );
  addActions(keys, KEYS, {
    revoke: { about: 'it stops working within 5 seconds', method: 'DELETE', done: (id) => `revoked ${id}` },
  });
}
