import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { withExamples } from '../terminal/examples.js';
import { showOne, showPage } from '../terminal/show.js';
import type { Column } from '../terminal/table.js';
import { type PageOptions, withPage } from './page-options.js';

/** What the API has of a kind under one path: `/v1/webhooks`, `webhooks`. */
export interface Resource {
  path: string;
  /** The member of a page that has them. */
  name: string;
  columns: readonly Column[];
  /** What an id of one looks like, for the examples of help. */
  exampleId: string;
  /** Which of the keys of this folder's `npm start` may see all of them. */
  key: 'live' | 'admin';
}

/** What is asked of one by its id alone. */
interface Action {
  about: string;
  method: 'GET' | 'POST' | 'DELETE';
  /** Behind its path: `/pause`. */
  rest?: string;
  /** Tells people that it is done; without it they see what was answered. */
  done?: (id: string) => string;
}

/** Of one by its id: `/v1/webhooks/{id}/pause` with `/pause` as the rest. */
export const pathOf = ({ path }: Pick<Resource, 'path'>, id: string, rest = ''): string =>
  `${path}/${encodeURIComponent(id)}${rest}`;

/** The command `list`, in pages. */
export function addList(group: Command, resource: Resource, about: string): void {
  const list = withPage(group.command('list').description(about)).action(
    async ({ limit, cursor }: PageOptions, command: Command) => {
      const answer = await connect(command, resource.key).ask('GET', resource.path, { query: { limit, cursor } });
      showPage(command.optsWithGlobals(), answer, resource.name, resource.columns);
    },
  );
  withExamples(list, `sluice ${group.name()} list`, `sluice ${group.name()} list --limit 500 --json`);
}

/** A command for each action, by its name: `pause <id>`. */
export function addActions(
  group: Command,
  resource: Omit<Resource, 'columns' | 'name'>,
  actions: Record<string, Action>,
): void {
  for (const [name, { about, method, rest, done }] of Object.entries(actions)) {
    const action = group
      .command(`${name} <id>`)
      .description(about)
      .action(async (id: string, _: object, command: Command) => {
        const answer = await connect(command, resource.key).ask(method, pathOf(resource, id, rest));
        showOne(command.optsWithGlobals(), answer, done?.(id));
      });
    withExamples(action, `sluice ${group.name()} ${name} ${resource.exampleId}`);
  }
}
