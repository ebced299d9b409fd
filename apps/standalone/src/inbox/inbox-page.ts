import type { InboxArrival } from './inbox.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const asText = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

const STYLE = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  article { border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 8px; padding: .75rem 1rem; margin: 1rem 0; }
  h2 { font-size: 1rem; margin: 0; display: flex; gap: .75rem; flex-wrap: wrap; }
  h2 time { font-weight: normal; opacity: .7; }
  .valid { color: light-dark(#0a6b2d, #6fdc94); } .invalid { color: light-dark(#a11, #ff9b9b); }
  pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
  summary { cursor: pointer; opacity: .8; }`;

const headerLines = (arrival: InboxArrival): string =>
  Object.entries(arrival.headers)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : value}`)
    .join('\n');

const article = (arrival: InboxArrival): string => `
  <article>
    <h2><span>${asText(arrival.method)} ${asText(arrival.path)}</span>
      <time>${arrival.receivedAt}</time>
      ${
        arrival.signature.valid
          ? '<span class="valid">signature verified</span>'
          : `<span class="invalid">signature not verified: ${asText(arrival.signature.reason)}</span>`
      }
    </h2>
    <pre>${asText(arrival.body.toString('utf8'))}</pre>
    <details><summary>headers</summary><pre>${asText(headerLines(arrival))}</pre></details>
  </article>`;

/** The inbox for people; reloads itself, since it needs no script that way. */
export const inboxPage = (arrivals: readonly InboxArrival[], receiverUrl: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3">
<title>Sluice: development inbox</title>
<style>${STYLE}</style>
<h1>Development inbox</h1>
<p>Point a webhook at <code>${asText(receiverUrl)}</code> (any path) and what it delivers shows up here, newest first.
A path like <code>/status/503</code> answers with that status. As JSON: <a href="/dev/inbox.json">/dev/inbox.json</a>.</p>
${arrivals.map(article).join('') || '<p>Nothing has arrived yet.</p>'}
</html>`;
