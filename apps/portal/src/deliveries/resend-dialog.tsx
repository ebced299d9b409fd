import type { Delivery } from '../api/answers.js';
import { resendDelivery } from '../api/routes.js';
import { JobDialog } from '../jobs/job-dialog.js';

export function ResendDialog({ delivery, close }: { delivery: Delivery; close: () => void }) {
  return (
    <JobDialog title="Resend this delivery" close={close} action="Resend" make={() => resendDelivery(delivery.id)}>
      <ul className="will">
        <li>It is sent once more, with the same id and data, to the endpoint that the webhook has now.</li>
        <li>
          {delivery.state === 'delivered'
            ? 'Your receiver has got it before: the same id says so.'
            : 'If it fails again, it is retried as a new delivery is.'}
        </li>
      </ul>
    </JobDialog>
  );
}
