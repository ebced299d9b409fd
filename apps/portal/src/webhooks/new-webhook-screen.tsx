import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CreatedWebhook } from '../api/answers.js';
import { createWebhook } from '../api/routes.js';
import { parseEditorText } from '../filters/filter-editor.js';
import { Field } from '../parts/field.js';
import { ScreenHead } from '../shell/screen-head.js';
import { CreatedScreen } from './created-screen.js';
import { FormFoot } from './form-foot.js';
import { stillRefused } from './still-refused.js';
import { WebhookFields } from './webhook-fields.js';
import { emptyForm, filterOfForm, optionsOf, type WebhookForm } from './webhook-form.js';

const STARTS = [
  ['', 'From now on'],
  ['1', 'Also those of the last hour'],
  ['24', 'Also those of the last day'],
  ['earliest', 'Also all that are still kept'],
] as const;
const HOUR_MS = 3_600_000;
const HOURS = /^\d+$/;

interface Start {
  choice: string;
  /** A moment, or `earliest`; empty: from now on. */
  from: string;
}

/** Counted from the moment of the choice: sent again, the request must be the same one. */
const startOf = (choice: string): Start => ({
  choice,
  from: HOURS.test(choice) ? new Date(Date.now() - Number(choice) * HOUR_MS).toISOString() : choice,
});

/** Creates a webhook, and shows its secret when it is there. */
export function NewWebhookScreen() {
  const client = useQueryClient();
  const [form, setForm] = useState(emptyForm);
  const [start, setStart] = useState(() => startOf(''));
  const [created, setCreated] = useState<CreatedWebhook | null>(null);
  const creation = useMutation({
    mutationFn: (form: WebhookForm) => {
      const given = Object.entries(optionsOf(form)).filter(([, value]) => value !== null);
      return createWebhook({
        endpoint: form.endpoint.trim(),
        event_type: form.eventType,
        filter: filterOfForm(form),
        options: Object.fromEntries(given),
        ...(start.from === '' ? {} : { start_from: start.from }),
      });
    },
    onSuccess: (webhook) => {
      setCreated(webhook);
      void client.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  const refused = stillRefused(creation.error, creation.variables, form);
  if (created !== null) return <CreatedScreen webhook={created} />;
  return (
    <>
      <ScreenHead title="New webhook" back={{ to: '/', text: 'Webhooks' }} />
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          creation.mutate(form);
        }}
      >
        <WebhookFields form={form} set={(part) => setForm({ ...form, ...part })} refused={refused} fixedType={false} />
        <section className="card form-card" aria-labelledby="part-start">
          <h2 id="part-start">Since when</h2>
          <Field
            label="Events to deliver"
            hint={
              start.choice === ''
                ? 'Those that are accepted after the webhook was created.'
                : 'Those that came already are brought by a job; you see its progress.'
            }
          >
            {(control) => (
              <select {...control} value={start.choice} onChange={(event) => setStart(startOf(event.target.value))}>
                {STARTS.map(([value, text]) => (
                  <option key={value} value={value}>
                    {text}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </section>
        <FormFoot
          error={refused}
          busy={creation.isPending}
          ready={parseEditorText(form.filter).ok}
          action="Create webhook"
          cancel="/"
        />
      </form>
    </>
  );
}
