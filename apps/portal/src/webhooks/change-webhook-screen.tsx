import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Webhook } from '../api/answers.js';
import { queries } from '../api/queries.js';
import { changeWebhook } from '../api/routes.js';
import { parseEditorText } from '../filters/filter-editor.js';
import { Failed, Loading } from '../parts/states.js';
import { ScreenHead } from '../shell/screen-head.js';
import { FormFoot } from './form-foot.js';
import { WebhookFields } from './webhook-fields.js';
import { filterOfForm, formOf, optionsOf } from './webhook-form.js';

/** Changes a webhook. */
export function ChangeWebhookScreen({ id }: { id: string }) {
  const found = useQuery(queries.webhook(id));
  return (
    <>
      <ScreenHead title="Edit webhook" back={{ to: `/webhooks/${id}`, text: 'Webhook' }} />
      {found.error !== null ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Loading />
      ) : (
        <ChangeForm webhook={found.data} />
      )}
    </>
  );
}

function ChangeForm({ webhook }: { webhook: Webhook }) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [form, setForm] = useState(() => formOf(webhook));
  const change = useMutation({
    mutationFn: () =>
      changeWebhook(webhook.webhook_id, {
        endpoint: form.endpoint.trim(),
        filter: filterOfForm(form),
        options: optionsOf(form),
      }),
    onSuccess: (changed) => {
      client.setQueryData(queries.webhook(webhook.webhook_id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ['webhooks'] });
      go(`/webhooks/${webhook.webhook_id}`);
    },
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <WebhookFields form={form} set={(part) => setForm({ ...form, ...part })} refused={change.error} fixedType />
      <p className="muted">
        A delivery that is under way goes on with the endpoint that it has. Retries and new deliveries take the new one
        from the moment on that the change is saved.
      </p>
      <FormFoot
        error={change.error}
        busy={change.isPending}
        ready={parseEditorText(form.filter).ok}
        action="Save changes"
        cancel={`/webhooks/${webhook.webhook_id}`}
      />
    </form>
  );
}
