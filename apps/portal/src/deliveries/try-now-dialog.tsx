import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Delivery } from '../api/answers.js';
import { resendDelivery } from '../api/routes.js';
import { ActionDialog } from '../parts/action-dialog.js';

/** Brings forward the next attempt of a pending delivery: who has mended an endpoint need not wait for the schedule. */
export function TryNowDialog({ delivery, close }: { delivery: Delivery; close: () => void }) {
  const client = useQueryClient();
  const { mutate, isPending, error, isSuccess } = useMutation({
    mutationFn: () => resendDelivery(delivery.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  return (
    <ActionDialog
      title="Try this delivery now"
      close={close}
      action="Try now"
      run={() => mutate()}
      busy={isPending}
      error={error}
      result={isSuccess ? <p aria-live="polite">Its next attempt is on its way.</p> : null}
    >
      <ul className="will">
        <li>Its next attempt is made now, with the same id and data, to the endpoint that the webhook has now.</li>
        <li>If that fails, the attempts after it come as they would have.</li>
      </ul>
    </ActionDialog>
  );
}
