import type { ApiAnswer } from '../api/api-client.js';
import { plainJson } from './plain.js';
import { type Column, record, table } from './table.js';

/** What a command prints, chosen by `--json`: the API's answer as it came, or something for people. */
export interface Shown {
  json: boolean;
}

/** Lines for people, of which each value is already `plain`, or JSON. */
export const say = (text: string): void => {
  process.stdout.write(`${plainJson(text)}\n`);
};

/** For people beside the result: on stderr, so that a pipe gets the result alone. */
export const remark = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** One thing: its members, or a line that tells what was done. */
export function showOne({ json }: Shown, answer: ApiAnswer, line?: string): void {
  if (json) say(answer.text);
  else say(line ?? record(answer.body));
}

/** A page of things, found in the answer's member `name`. */
export function showPage({ json }: Shown, answer: ApiAnswer, name: string, columns: readonly Column[]): void {
  if (json) {
    say(answer.text);
    return;
  }
  const rows = answer.body[name] as unknown[];
  if (rows.length === 0) remark(`There are no ${name.replaceAll('_', ' ')} here.`);
  else say(table(rows, columns));
  if (typeof answer.body.next_cursor === 'string') remark(`There are more: --cursor ${answer.body.next_cursor}`);
}
