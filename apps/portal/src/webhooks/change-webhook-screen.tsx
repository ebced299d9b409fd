import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.js';
import { Failed, Loading } from '../parts/states.js';
import { ScreenHead } from '../shell/screen-head.js';
import { ChangeForm } from './change-form.js';

/** Changes a webhook. */
export function ChangeWebhookScreen({ id }: { id: string }) {
  const found = useQuery(queries.webhookToChange(id));
  return (
    <>
      <ScreenHead title="Edit webhook" back={{ to: `/webhooks/${id}`, text: 'Webhook' }} />
      {found.error !== null ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Loading lines={8} label="Loading the webhook" />
      ) : (
        <ChangeForm found={found.data} />
      )}
    </>
  );
}
