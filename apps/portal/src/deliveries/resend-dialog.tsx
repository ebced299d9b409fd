import { useMutation } from '@tanstack/react-query';
import type { Delivery } from '../api/answers.js';
import { resendDelivery } from '../api/routes.js';
import { JobProgress } from '../jobs/job-progress.js';
import { ActionDialog } from '../webhooks/action-dialog.js';

export function ResendDialog({ delivery, close }: { delivery: Delivery; close: () => void }) {
  const { mutate, isPending, error, data } = useMutation({ mutationFn: () => resendDelivery(delivery.id) });
  return (
    <ActionDialog
      title="Resend this delivery"
      close={close}
      action="Resend"
      run={() => mutate()}
      busy={isPending}
      error={error}
      result={data === undefined ? null : <JobProgress id={data.id} />}
    >
      <ul className="will">
        <li>It is sent once more, with the same id and data, to the endpoint that the webhook has now.</li>
        <li>
          {delivery.state === 'delivered'
            ? 'Your receiver has got it before: the same id says so.'
            : 'If it fails again, it is retried as a new delivery is.'}
        </li>
      </ul>
    </ActionDialog>
  );
}
