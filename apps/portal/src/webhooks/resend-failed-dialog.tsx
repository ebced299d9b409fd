import { useState } from 'react';
import type { Webhook } from '../api/answers.js';
import { createJob } from '../api/routes.js';
import { JobDialog } from '../jobs/job-dialog.js';
import { Field } from '../parts/field.js';
import { fromLocal, toLocal } from '../parts/local-moment.js';

const DAY_MS = 86_400_000;

export function ResendFailedDialog({ webhook, close }: { webhook: Webhook; close: () => void }) {
  const [since, setSince] = useState(() => toLocal(Date.now() - DAY_MS));
  const [cancelled, setCancelled] = useState(false);
  return (
    <JobDialog
      title="Resend failed deliveries"
      close={close}
      action="Resend"
      make={() =>
        createJob({
          kind: 'resend',
          webhook_ids: [webhook.webhook_id],
          since: fromLocal(since),
          states: cancelled ? ['exhausted', 'cancelled'] : ['exhausted'],
        })
      }
    >
      <Field label="Those that ended since" hint="In your own time zone.">
        {(control) => (
          <input
            {...control}
            type="datetime-local"
            required
            value={since}
            onChange={(event) => setSince(event.target.value)}
          />
        )}
      </Field>
      <label className="tick">
        <input type="checkbox" checked={cancelled} onChange={(event) => setCancelled(event.target.checked)} />
        Also those that were cancelled
      </label>
      <ul className="will">
        <li>Each is sent again with its own id and data, to the endpoint that the webhook has now.</li>
        <li>Your receiver may have got some of them before: the same id says so.</li>
        <li>At most 1,000 a second. You can stop it while it runs.</li>
      </ul>
    </JobDialog>
  );
}
