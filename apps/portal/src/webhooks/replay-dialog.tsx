import { useState } from 'react';
import type { Webhook } from '../api/answers.js';
import { createJob } from '../api/routes.js';
import { JobDialog } from '../jobs/job-dialog.js';
import { Field } from '../parts/field.js';
import { fromLocal, toLocal } from '../parts/local-moment.js';

const HOUR_MS = 3_600_000;

export function ReplayDialog({ webhook, close }: { webhook: Webhook; close: () => void }) {
  const [from, setFrom] = useState(() => toLocal(Date.now() - HOUR_MS));
  const [to, setTo] = useState('');
  const [as, setAs] = useState<'itself' | 'new'>('itself');
  return (
    <JobDialog
      title="Replay events"
      close={close}
      action="Replay"
      make={() =>
        createJob({
          kind: 'replay',
          webhook_ids: [webhook.webhook_id],
          from: fromLocal(from),
          ...(to === '' ? {} : { to: fromLocal(to) }),
          as,
        })
      }
    >
      <div className="columns">
        <Field label="Accepted from" hint="In your own time zone.">
          {(control) => (
            <input
              {...control}
              type="datetime-local"
              required
              value={from}
              onChange={(event) => setFrom(event.target.value)}
            />
          )}
        </Field>
        <Field label="Until" hint="Empty: until now.">
          {(control) => (
            <input {...control} type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
          )}
        </Field>
      </div>
      <Field label="As">
        {(control) => (
          <select {...control} value={as} onChange={(event) => setAs(event.target.value as 'itself' | 'new')}>
            <option value="itself">the same deliveries, with the ids they had</option>
            <option value="new">new deliveries, with new ids</option>
          </select>
        )}
      </Field>
      <ul className="will">
        <li>Takes every event of that time which the filter lets through as it is now, also those that were missed.</li>
        <li>
          {as === 'itself'
            ? 'One that was delivered is sent again with its id: a receiver that remembers ids takes it for known.'
            : 'Your receiver can’t tell them from new events.'}
        </li>
        <li>Reaches back as far as events are kept. You can stop it while it runs.</li>
      </ul>
    </JobDialog>
  );
}
