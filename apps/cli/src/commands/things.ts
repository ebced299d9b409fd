import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { showOne, showPage } from '../terminal/show.js';
import type { Column } from '../terminal/table.js';
import { type PageOptions, withPage } from './page-options.js';

/** Things of a kind, as the API has them: `/v1/webhooks`, `webhooks`. */
export interface Things {
  path: string;
  /** The member of a page that has them. */
  name: string;
  columns: readonly Column[];
  /** Which of the keys of this folder's `npm start` may see all of them. */
  key: 'live' | 'admin';
}

/** What is asked of one thing by its id alone. */
interface Act {
  about: string;
  method: 'GET' | 'POST' | 'DELETE';
  /** Behind the path of the thing: `/pause`. */
  rest?: string;
  /** Tells people that it is done; without it they see what was answered. */
  done?: (id: string) => string;
}

export const pathOf = ({ path }: Pick<Things, 'path'>, id: string, rest = ''): string =>
  `${path}/${encodeURIComponent(id)}${rest}`;

/** `list`, in pages. */
export function addList(group: Command, things: Things, about: string): void {
  withPage(group.command('list').description(about)).action(
    async ({ limit, cursor }: PageOptions, command: Command) => {
      const answer = await connect(command, things.key).ask('GET', things.path, { query: { limit, cursor } });
      showPage(command.optsWithGlobals(), answer, things.name, things.columns);
    },
  );
}

/** A command for each: `pause <id>`. */
export function addActs(group: Command, things: Omit<Things, 'columns' | 'name'>, acts: Record<string, Act>): void {
  for (const [name, { about, method, rest, done }] of Object.entries(acts)) {
    group
      .command(`${name} <id>`)
      .description(about)
      .action(async (id: string, _: object, command: Command) => {
        const answer = await connect(command, things.key).ask(method, pathOf(things, id, rest));
        showOne(command.optsWithGlobals(), answer, done?.(id));
      });
  }
}
