import type { SentRequest } from '../api/answers.js';
import { prettyText } from '../json/pretty-json.js';
import { Code } from '../parts/code.js';
import { whole } from '../parts/numbers.js';
import { HeaderTable } from './header-table.js';

/** What is sent: address, headers and body, secret values hidden. */
export function RequestCard({ request }: { request: SentRequest | null }) {
  if (request === null) return <p className="muted">Nothing is known of the request any more.</p>;
  const { method, url, headers, body, body_encoding, body_bytes } = request;
  return (
    <div className="card request-card">
      <p className="request-line mono">
        <strong>{method}</strong> {url}
      </p>
      <HeaderTable headers={headers} label="Headers of the request" />
      {body === null ? (
        <p className="muted request-gone">Its body is no longer kept.</p>
      ) : (
        <Code
          label={`Body${body_bytes === null ? '' : `, ${whole(body_bytes)} bytes`}${body_encoding === 'base64' ? ', as base64' : ''}`}
          text={body_encoding === 'base64' ? body : prettyText(body)}
        />
      )}
    </div>
  );
}
