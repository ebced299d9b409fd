import { OPTION_LIMITS } from '@sluice/contracts/option-limits';
import { useState } from 'react';
import type { Problem } from '../api/problem.js';
import { Field } from '../parts/field.js';
import { whole } from '../parts/numbers.js';
import type { WebhookForm } from './webhook-form.js';

const { lowestRate, highestRate, mostAtOnce } = OPTION_LIMITS;

interface OptionsProps {
  form: WebhookForm;
  set: (part: Partial<WebhookForm>) => void;
  problem: Problem | null;
}

/** What few webhooks need. It opens when something in it was refused, and stays open when that is corrected. */
export function OptionFields({ form, set, problem }: OptionsProps) {
  const [opened, setOpened] = useState(false);
  const wrong = ['ordering', 'rate_limit', 'concurrency', 'retry_schedule'].some(
    (path) => problem?.at(path) !== undefined,
  );
  return (
    <details
      className="card form-card more"
      open={opened || wrong}
      onToggle={(event) => setOpened(event.currentTarget.open)}
    >
      <summary>
        <h2>Speed, order and retries</h2>
      </summary>
      <div className="columns">
        <Field
          label="Attempts a second, at most"
          error={problem?.at('rate_limit')}
          hint={`${lowestRate} to ${whole(highestRate)}. Empty: as many as the endpoint takes.`}
        >
          {(control) => (
            <input
              {...control}
              type="number"
              min={lowestRate}
              max={highestRate}
              step="any"
              value={form.rateLimit}
              onChange={(event) => set({ rateLimit: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="Attempts at once, at most"
          error={problem?.at('concurrency')}
          hint={`1 to ${mostAtOnce}. Empty: as many as the endpoint takes.`}
        >
          {(control) => (
            <input
              {...control}
              type="number"
              min="1"
              max={mostAtOnce}
              value={form.concurrency}
              onChange={(event) => set({ concurrency: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Field
        label="Order"
        error={problem?.at('ordering')}
        hint={
          form.ordering === 'subject'
            ? 'Events of one subject come one after another. One that fails holds up those behind it.'
            : 'Deliveries go out in parallel.'
        }
      >
        {(control) => (
          <select
            {...control}
            value={form.ordering}
            onChange={(event) => set({ ordering: event.target.value as WebhookForm['ordering'] })}
          >
            <option value="none">As fast as possible</option>
            <option value="subject">In the order of each subject</option>
          </select>
        )}
      </Field>
      <Field
        label="Retries"
        error={problem?.at('retry_schedule')}
        hint="Seconds to wait before each attempt, by commas: 0, 60, 3600. Empty: ten attempts over about three days."
      >
        {(control) => (
          <input
            {...control}
            className="mono"
            inputMode="numeric"
            value={form.retrySchedule}
            onChange={(event) => set({ retrySchedule: event.target.value })}
          />
        )}
      </Field>
    </details>
  );
}
