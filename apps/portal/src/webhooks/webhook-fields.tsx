import { OPTION_LIMITS } from '@sluice/contracts/option-limits';
import { useQuery } from '@tanstack/react-query';
import { Problem } from '../api/problem.js';
import { queries } from '../api/queries.js';
import { TypeDetails } from '../catalogue/type-details.js';
import { FilterEditor } from '../filters/filter-editor.js';
import { knownPaths } from '../filters/known-paths.js';
import { Field } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { FilterPreview } from './filter-preview.js';
import { OptionFields } from './option-fields.js';
import { checkEndpoint, type WebhookForm } from './webhook-form.js';

interface FieldsProps {
  form: WebhookForm;
  set: (part: Partial<WebhookForm>) => void;
  /** What the API refused, if it did. */
  refused: unknown;
  /** Of an existing webhook the type stays. */
  fixedType: boolean;
}

/** Everything that people say of a webhook, with what it would do beside it. */
export function WebhookFields({ form, set, refused, fixedType }: FieldsProps) {
  const types = useQuery(queries.eventTypes());
  const offered = types.data?.event_types.filter(({ name }) => name !== 'table.changed') ?? [];
  const type = offered.find(({ name }) => name === form.eventType);
  const problem = refused instanceof Problem ? refused : null;
  const check = checkEndpoint(form.endpoint);
  return (
    <>
      <section className="card form-card" aria-labelledby="part-endpoint">
        <h2 id="part-endpoint">Where to</h2>
        <Field
          label="Endpoint"
          error={
            problem?.at('endpoint') ?? (check.tone === 'bad' && form.endpoint.length > 8 ? check.message : undefined)
          }
          hint={
            <span className={`check check-${check.tone}`}>
              {check.tone === 'good' ? (
                <Icon name="check" size={14} />
              ) : check.tone === 'warn' ? (
                <Icon name="alert" size={14} />
              ) : null}
              {check.message}
            </span>
          }
        >
          {(control) => (
            <input
              {...control}
              type="url"
              required
              className="mono"
              placeholder="https://example.com/webhooks"
              value={form.endpoint}
              onChange={(event) => set({ endpoint: event.target.value })}
            />
          )}
        </Field>
        <Field label="Description" error={problem?.at('description')} hint="For people: what this webhook is for.">
          {(control) => (
            <input
              {...control}
              maxLength={OPTION_LIMITS.descriptionCharacters}
              value={form.description}
              onChange={(event) => set({ description: event.target.value })}
            />
          )}
        </Field>
      </section>
      <section className="card form-card" aria-labelledby="part-type">
        <h2 id="part-type">Which events</h2>
        <Field
          label="Event type"
          error={problem?.at('event_type')}
          hint={fixedType ? 'The type of a webhook stays. Create another webhook for another type.' : type?.description}
        >
          {(control) => (
            <select
              {...control}
              required
              disabled={fixedType}
              value={form.eventType}
              onChange={(event) => set({ eventType: event.target.value })}
            >
              <option value="">Choose a type</option>
              {offered.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        {type === undefined ? null : (
          <details className="more">
            <summary>Schema and example of {type.name}</summary>
            <TypeDetails type={type} />
          </details>
        )}
      </section>
      <section className="card form-card" aria-labelledby="part-filter">
        <h2 id="part-filter">Filter</h2>
        <FilterEditor
          text={form.filter}
          change={(filter) => set({ filter })}
          paths={type === undefined ? [] : knownPaths(type)}
          error={problem?.at('filter')}
        />
        {form.eventType === '' ? (
          <p className="muted">Choose an event type to try the filter on its latest events.</p>
        ) : (
          <div className="preview-card">
            <h3 className="small-title">Tried on the latest events</h3>
            <FilterPreview eventType={form.eventType} text={form.filter} />
          </div>
        )}
      </section>
      <OptionFields form={form} set={set} problem={problem} />
    </>
  );
}
