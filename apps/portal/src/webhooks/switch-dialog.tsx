import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Webhook } from '../api/answers.js';
import { queries } from '../api/queries.js';
import { type Switch, switchWebhook } from '../api/routes.js';
import { ActionDialog } from '../parts/action-dialog.js';

const SAID: Readonly<Record<Switch, { title: string; action: string; will: string[] }>> = {
  pause: {
    title: 'Pause this webhook?',
    action: 'Pause',
    will: [
      'Nothing is sent from the moment on that this is answered.',
      'Events go on being matched and kept, and retries wait.',
      'What waits ends seven days after its event, paused or not.',
    ],
  },
  resume: {
    title: 'Resume this webhook?',
    action: 'Resume',
    will: ['Everything that waits is sent, the oldest first.', 'New events are delivered as they come.'],
  },
  enable: {
    title: 'Enable this webhook?',
    action: 'Enable',
    will: [
      'Events that are accepted from now on are delivered.',
      'What was cancelled, and what came meanwhile, stays away: replay it if you need it.',
    ],
  },
  disable: {
    title: 'Disable this webhook?',
    action: 'Disable',
    will: [
      'What is pending is cancelled.',
      'Events that come while it is disabled are not for it.',
      'To keep them instead, pause it.',
    ],
  },
};

export function SwitchDialog({ webhook, turn, close }: { webhook: Webhook; turn: Switch; close: () => void }) {
  const client = useQueryClient();
  const { title, action, will } = SAID[turn];
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => switchWebhook(webhook.webhook_id, turn),
    onSuccess: (changed) => {
      client.setQueryData(queries.webhook(webhook.webhook_id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ['webhooks'] });
      void client.invalidateQueries({ queryKey: ['deliveries', webhook.webhook_id] });
      close();
    },
  });
  return (
    <ActionDialog
      title={title}
      close={close}
      action={action}
      run={() => mutate()}
      busy={isPending}
      error={error}
      dangerous={turn === 'disable'}
    >
      <ul className="will">
        {will.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </ActionDialog>
  );
}
