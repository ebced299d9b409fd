import { useQuery } from '@tanstack/react-query';
import type { Webhook } from '../api/answers.js';
import { getWebhookWithTag } from '../api/routes.js';
import { Icon } from '../parts/icon.js';
import { Failed, Loading } from '../parts/states.js';
import type { TaggedWebhook } from './change-form.js';
import { differences } from './differences.js';

interface MeanwhileProps {
  /** What the form was filled with. */
  known: Webhook;
  /** Fills the form with what the webhook is now. */
  load: (now: TaggedWebhook) => void;
  /** Leaves the form as it is; it is saved over what the webhook is now. */
  keep: (now: TaggedWebhook) => void;
}

/** Somebody else saved first: what they changed, and whose version goes on. */
export function ChangedMeanwhile({ known, load, keep }: MeanwhileProps) {
  const found = useQuery({
    queryKey: ['webhook-meanwhile', known.webhook_id],
    queryFn: () => getWebhookWithTag(known.webhook_id),
    gcTime: 0,
  });
  const now = found.data;
  return (
    <section className="card form-card meanwhile" role="alert" aria-labelledby="meanwhile-title">
      <h2 id="meanwhile-title">
        <Icon name="alert" /> Somebody changed this webhook meanwhile
      </h2>
      <p>Nothing was saved, and what you typed is still above.</p>
      {found.error !== null ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : now === undefined ? (
        <Loading lines={2} label="Loading what it is now" />
      ) : (
        <>
          <dl className="changes">
            {differences(known, now.answer).map(({ name, before, after }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <del>{before}</del> <ins>{after}</ins>
                </dd>
              </div>
            ))}
          </dl>
          <div className="actions">
            <button type="button" className="button" onClick={() => load(now)}>
              <Icon name="repeat" />
              Load what it is now
            </button>
            <button type="button" className="button" onClick={() => keep(now)}>
              Keep what I typed
            </button>
          </div>
          <p className="muted">Loading replaces what you typed. Kept, it replaces the other change once you save it.</p>
        </>
      )}
    </section>
  );
}
