import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { readPast } from '../input/moments.js';
import { withExamples } from '../terminal/examples.js';
import { showPage } from '../terminal/show.js';
import { type PageOptions, withPage } from './page-options.js';

const COLUMNS = [
  ['at', 'at'],
  ['action', 'action'],
  ['subject', 'subject'],
  ['by', 'key_id'],
  ['from', 'from'],
  ['reason', 'reason'],
] as const;

interface AuditOptions extends PageOptions {
  action?: string;
  subject?: string;
  since?: string;
  until?: string;
}

/** `audit`: pages of `GET /v1/audit`. */
export function addAudit(program: Command): void {
  const audit = withPage(program.command('audit').description('who did what, the newest first (an admin key)'))
    .option('--action <action>', 'this alone: webhook.created, key.revoked …')
    .option('--subject <id>', 'what was done to this alone')
    .option('--since <moment>', 'then or later; 1h is an hour ago', readPast)
    .option('--until <moment>', 'before then', readPast)
    .action(async (options: AuditOptions, command: Command) => {
      const { action, subject, since, until, limit, cursor } = options;
      const query = { action, subject, since, until, limit, cursor };
      const answer = await connect(command, 'admin').ask('GET', '/v1/audit', { query });
      showPage(command.optsWithGlobals(), answer, 'entries', COLUMNS);
    });
  withExamples(audit, 'sluice audit --action webhook.disabled', 'sluice audit --since 1d --json');
}
