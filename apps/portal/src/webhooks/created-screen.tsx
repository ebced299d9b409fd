import { useState } from 'react';
import { Link } from 'wouter';
import type { CreatedWebhook } from '../api/answers.js';
import { JobProgress } from '../jobs/job-progress.js';
import { Icon } from '../parts/icon.js';
import { ScreenHead } from '../shell/screen-head.js';
import { SecretBox } from './secret-box.js';
import { TestDialog } from './test-dialog.js';

/** After the creation: the secret, the header whose value is shown this once, and what to do with them. */
export function CreatedScreen({ webhook }: { webhook: CreatedWebhook }) {
  const [testing, setTesting] = useState(false);
  const here = `/webhooks/${webhook.webhook_id}`;
  return (
    <>
      <ScreenHead title="Your webhook is ready" lead={<span className="mono">{webhook.endpoint}</span>} />
      <section className="card form-card" aria-labelledby="secret-title">
        <h2 id="secret-title">
          <Icon name="key" /> Its signing secret
        </h2>
        <p>
          Every delivery is signed with it. Give it to your receiver, as you would a password. The page of the webhook
          shows it again to whoever asks.
        </p>
        <SecretBox secret={webhook.signing_secret} label="Signing secret" />
        <p className="muted">
          Deliveries also carry the header <code>{webhook.header.name}</code> with this value, which is shown this once:
        </p>
        <SecretBox secret={webhook.header.value} label={`Value of ${webhook.header.name}`} />
      </section>
      {webhook.job === undefined ? null : (
        <section className="card form-card" aria-labelledby="job-title">
          <h2 id="job-title">Earlier events are on their way</h2>
          <JobProgress id={webhook.job.id} />
        </section>
      )}
      <section className="card form-card" aria-labelledby="test-title">
        <h2 id="test-title">Try your endpoint</h2>
        <p className="muted">
          Sends an event with the example of {webhook.event_type} or with data of your own, signed like any delivery,
          and shows what your endpoint answers.
        </p>
        <button type="button" className="button" onClick={() => setTesting(true)}>
          <Icon name="send" />
          Send a test event
        </button>
        {testing ? <TestDialog webhook={webhook} close={() => setTesting(false)} /> : null}
      </section>
      <div className="actions">
        <Link href={`${here}/verify`} className="button">
          <Icon name="shield" />
          How to verify signatures
        </Link>
        <Link href={here} className="button button-primary">
          Go to the webhook
        </Link>
      </div>
    </>
  );
}
