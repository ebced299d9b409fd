import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Webhook } from '../api/answers.js';
import { isStatus } from '../api/problem.js';
import { queries } from '../api/queries.js';
import { changeWebhook } from '../api/routes.js';
import { parseEditorText } from '../filters/filter-editor.js';
import { ChangedMeanwhile } from './changed-meanwhile.js';
import { FormFoot } from './form-foot.js';
import { stillRefused } from './still-refused.js';
import { WebhookFields } from './webhook-fields.js';
import { filterOfForm, formOf, optionsOf, type WebhookForm } from './webhook-form.js';

/** A webhook, and the ETag of the state that it was in. */
export interface TaggedWebhook {
  answer: Webhook;
  etag: string | null;
}

/** The form of a webhook that is there. It saves only over the state that it knows of. */
export function ChangeForm({ found }: { found: TaggedWebhook }) {
  const id = found.answer.webhook_id;
  const client = useQueryClient();
  const [, go] = useLocation();
  const [known, setKnown] = useState(found);
  const [form, setForm] = useState(() => formOf(found.answer));
  const [filled, setFilled] = useState(0);
  const change = useMutation({
    mutationFn: (form: WebhookForm) =>
      changeWebhook(
        id,
        { endpoint: form.endpoint.trim(), filter: filterOfForm(form), options: optionsOf(form) },
        known.etag,
      ),
    onSuccess: (changed) => {
      client.setQueryData(queries.webhook(id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ['webhooks'] });
      go(`/webhooks/${id}`);
    },
  });
  const refused = stillRefused(change.error, change.variables, form);
  const changedMeanwhile = isStatus(change.error, 412);
  const goOnFrom = (now: TaggedWebhook) => {
    setKnown(now);
    change.reset();
  };
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(form);
      }}
    >
      <WebhookFields
        key={filled}
        form={form}
        set={(part) => setForm({ ...form, ...part })}
        refused={refused}
        fixedType
      />
      <p className="muted">
        A delivery that is under way goes on with the endpoint that it has. Retries and new deliveries take the new one
        from the moment on that the change is saved.
      </p>
      {changedMeanwhile ? (
        <ChangedMeanwhile
          known={known.answer}
          load={(now) => {
            goOnFrom(now);
            setForm(formOf(now.answer));
            setFilled(filled + 1);
          }}
          keep={goOnFrom}
        />
      ) : null}
      <FormFoot
        error={changedMeanwhile ? null : refused}
        busy={change.isPending}
        ready={parseEditorText(form.filter).ok && !changedMeanwhile}
        action="Save changes"
        cancel={`/webhooks/${id}`}
      />
    </form>
  );
}
