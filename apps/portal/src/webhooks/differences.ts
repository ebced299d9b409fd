import type { Webhook } from '../api/answers.js';
import { formOf } from './webhook-form.js';

interface Difference {
  name: string;
  before: string;
  after: string;
}

/** What people see of a webhook, and how the form calls it. */
function shown(webhook: Webhook): [name: string, value: string][] {
  const form = formOf(webhook);
  return [
    ['State', webhook.state],
    ['Endpoint', form.endpoint],
    ['Description', form.description],
    ['Filter', form.filter],
    ['Order', form.ordering === 'subject' ? 'in the order of each subject' : 'as fast as possible'],
    ['Attempts a second, at most', form.rateLimit],
    ['Attempts at once, at most', form.concurrency],
    ['Retries', form.retrySchedule],
  ];
}

/** In what a webhook is another one than before; empty values are called so. */
export function differences(before: Webhook, after: Webhook): Difference[] {
  const now = shown(after);
  return shown(before).flatMap(([name, value], index) => {
    const changed = now[index]![1];
    return changed === value ? [] : [{ name, before: value || 'nothing', after: changed || 'nothing' }];
  });
}
