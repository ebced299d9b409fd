import { useState } from 'react';
import { createJob } from '../api/routes.js';
import { JobDialog } from '../jobs/job-dialog.js';
import { Icon } from '../parts/icon.js';

/**
 * For whoever has mended an endpoint: everything that waits for its next attempt makes it now. Its dialog stays open when
 * nothing waits any more.
 */
export function TryAllNow({ webhookId, offered }: { webhookId: string; offered: boolean }) {
  const [opened, setOpened] = useState(false);
  if (!offered && !opened) return null;
  return (
    <>
      <button type="button" className="button button-small" onClick={() => setOpened(true)}>
        <Icon name="repeat" size={14} />
        Try all now
      </button>
      {opened ? (
        <JobDialog
          title="Try all that wait now"
          close={() => setOpened(false)}
          action="Try all now"
          make={() => createJob({ kind: 'try_now', webhook_ids: [webhookId] })}
        >
          <ul className="will">
            <li>
              All pending deliveries of this webhook make their next attempt now, also those that the log does not show:
              with the same ids and data, to the endpoint that the webhook has now.
            </li>
            <li>
              The endpoint is asked by one of them first, as after any failure; once it answers, the others follow.
            </li>
            <li>Where an attempt fails, those after it come as they would have. You can stop it while it runs.</li>
          </ul>
        </JobDialog>
      ) : null}
    </>
  );
}
