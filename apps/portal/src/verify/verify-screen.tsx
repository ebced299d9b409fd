import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../api/queries.js';
import { Code } from '../parts/code.js';
import { Scroll } from '../parts/scroll.js';
import { Failed, Loading } from '../parts/states.js';
import { ScreenHead } from '../shell/screen-head.js';
import { ShowSecret } from '../webhooks/show-secret.js';
import { type Language, receivers } from './receivers.js';

const SIGNING = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

const MEANINGS: Readonly<Record<string, string>> = {
  'webhook-id': 'identifies the delivery: the same in each attempt, so remember it to leave doubles out',
  'webhook-timestamp':
    'seconds since 1970 when this attempt was signed; the libraries refuse what is older than five minutes',
  'webhook-signature':
    'one signature or several, by spaces, each v1 and base64 of the HMAC-SHA256; during a rotation there are two',
  'x-airtable-content-mac':
    'hmac-sha256= and then, in hex, the HMAC-SHA256 of the bytes of this ping’s body; it is another one for each ping',
};

/** How a receiver makes sure that a delivery comes from here, with the header names of one webhook. */
export function VerifyScreen({ id }: { id: string | null }) {
  const [language, setLanguage] = useState<Language>('TypeScript');
  const { install, program, file } = receivers[language];
  const webhook = useQuery({ ...queries.webhook(id ?? ''), enabled: id !== null });
  if (webhook.data?.dialect === 'airtable') return <VerifyPings id={webhook.data.webhook_id} />;
  return (
    <>
      <ScreenHead
        title="Verify signatures"
        {...(id === null ? {} : { back: { to: `/webhooks/${id}`, text: 'Webhook' } })}
        lead="Anyone can send a request to your endpoint. Take only those whose signature fits your secret: deliveries are signed by the Standard Webhooks scheme."
      />
      {id === null ? <Headers names={SIGNING} own={false} /> : <OwnHeaders id={id} />}
      <section aria-labelledby="receivers-title">
        <div className="section-head">
          <h2 id="receivers-title">A receiver</h2>
          <fieldset className="segments">
            <legend className="visually-hidden">Language</legend>
            {(Object.keys(receivers) as Language[]).map((name) => (
              <label key={name} className={name === language ? 'segment segment-on' : 'segment'}>
                <input type="radio" name="language" checked={name === language} onChange={() => setLanguage(name)} />
                {name}
              </label>
            ))}
          </fieldset>
        </div>
        {install === null ? null : <Code label="Fetch the library" text={install} />}
        <Code label={file} text={program} />
        <p className="muted beneath">
          It reads the secret from <code>SIGNING_SECRET</code> and its port from <code>PORT</code>.
          {install === null ? ' It needs no library for the signature.' : ''}
        </p>
        {id === null ? null : <ShowSecret id={id} />}
      </section>
      <section className="card form-card" aria-labelledby="rules-title">
        <h2 id="rules-title">What matters</h2>
        <ul className="will">
          <li>
            Verify the bytes of the body as they came, before anything parses them: another order of members is another
            signature.
          </li>
          <li>Answer with 2xx within 20 seconds, and do the work afterwards. Everything else is tried again.</li>
          <li>Remember the ids that you have dealt with: a delivery comes at least once, rarely twice.</li>
        </ul>
      </section>
    </>
  );
}

/** The pings of a webhook on a base are signed as Airtable does it: by no library that receivers of deliveries use. */
const VerifyPings = ({ id }: { id: string }) => (
  <>
    <ScreenHead
      title="Verify pings"
      back={{ to: `/webhooks/${id}`, text: 'Webhook' }}
      lead="Anyone can send a request to your notification URL. Take only those whose MAC fits your secret."
    />
    <Headers names={['x-airtable-content-mac']} own />
    <section className="card form-card" aria-labelledby="pings-title">
      <h2 id="pings-title">What matters</h2>
      <ul className="will">
        <li>
          The key of the HMAC is what <code>macSecretBase64</code> holds, decoded from base64: it was answered when the
          webhook was created, and never again.
        </li>
        <li>Compute it over the bytes of the body as they came, before anything parses them.</li>
        <li>Answer with 200 or 204 within 25 seconds. Everything else is tried again.</li>
        <li>
          A ping says only that there is something new: fetch the payloads, from the cursor that you have reached.
        </li>
      </ul>
    </section>
  </>
);

/** Those that this webhook's deliveries really carry, by one of them. */
function OwnHeaders({ id }: { id: string }) {
  const webhook = useQuery(queries.webhook(id));
  const log = useQuery(queries.deliveries(id, { limit: 1 }));
  const last = log.data?.deliveries[0];
  const delivery = useQuery({ ...queries.delivery(id, last?.id ?? ''), enabled: last !== undefined });
  if (webhook.error !== null) return <Failed error={webhook.error} />;
  if (webhook.data === undefined || log.isLoading || delivery.isLoading) return <Loading lines={3} />;
  const sent = Object.keys(delivery.data?.request?.headers ?? {});
  const telling = sent.filter((name) => name.startsWith('webhook-') || name.startsWith('x-'));
  return <Headers names={telling.length === 0 ? SIGNING : telling} own={telling.length > 0} />;
}

const Headers = ({ names, own }: { names: readonly string[]; own: boolean }) => (
  <Scroll card label="Headers">
    <table className="table plain stacked">
      <thead>
        <tr>
          <th scope="col">{own ? 'Header of this webhook' : 'Header'}</th>
          <th scope="col">What it holds</th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>{MEANINGS[name] ?? 'a fixed value of this webhook, shown when it was created'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);
