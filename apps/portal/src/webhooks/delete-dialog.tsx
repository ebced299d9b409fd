import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Webhook } from '../api/answers.js';
import { deleteWebhook } from '../api/routes.js';
import { ActionDialog } from '../parts/action-dialog.js';

export function DeleteDialog({ webhook, close }: { webhook: Webhook; close: () => void }) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [sure, setSure] = useState(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => deleteWebhook(webhook.webhook_id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['webhooks'] });
      go('/');
    },
  });
  return (
    <ActionDialog
      title="Delete this webhook?"
      close={close}
      action="Delete"
      run={() => mutate()}
      busy={isPending}
      ready={sure}
      error={error}
      dangerous
    >
      <p className="mono">{webhook.endpoint}</p>
      <ul className="will">
        <li>Nothing is sent to this endpoint any more, and what is pending is cancelled.</li>
        <li>Its deliveries can still be looked up for 30 days.</li>
        <li>It can’t be brought back: another webhook has another secret.</li>
      </ul>
      <label className="tick">
        <input type="checkbox" checked={sure} onChange={(event) => setSure(event.target.checked)} />I want it gone
      </label>
    </ActionDialog>
  );
}
