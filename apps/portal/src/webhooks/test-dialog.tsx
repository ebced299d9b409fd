import { useState } from 'react';
import type { Webhook } from '../api/answers.js';
import { ActionDialog } from './action-dialog.js';
import { TestEvent } from './test-event.js';

export function TestDialog({ webhook, close }: { webhook: Webhook; close: () => void }) {
  const [sent, setSent] = useState(false);
  return (
    <ActionDialog
      title="Send a test event"
      close={close}
      action="Send it"
      run={() => setSent(true)}
      busy={false}
      error={null}
      result={sent ? <TestEvent webhookId={webhook.webhook_id} /> : null}
    >
      <ul className="will">
        <li>
          The example of <code>{webhook.event_type}</code> is sent to <span className="mono">{webhook.endpoint}</span>,
          whatever the filter says.
        </li>
        <li>
          It is a real, signed delivery from the source <code>/sluice/test</code>; it is in the log, and tried again if
          it fails.
        </li>
      </ul>
    </ActionDialog>
  );
}
