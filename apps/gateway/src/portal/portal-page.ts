import { createHash } from 'node:crypto';
import type { WebhookSummary } from '@sluice/contracts/registry-commands';

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --quiet: #8889; --good: #1a7f37; --bad: #b3261e; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
p.lead { margin: 0 0 2rem; opacity: .75; }
ul { list-style: none; padding: 0; margin: 0; display: grid; gap: 1rem; }
li { border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0 0; }
dt { opacity: .65; }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, monospace; white-space: pre-wrap; }
.endpoint { font-weight: 600; overflow-wrap: anywhere; }
.state { float: right; margin-left: 1rem; border: 1px solid; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; }
.enabled { color: var(--good); }
.disabled { color: var(--bad); }
@media (prefers-color-scheme: dark) { :root { --good: #4ac26b; --bad: #ff8a80; } }
`;

/** Nothing but this page's own style may be loaded, and nobody may frame the page. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;

/** A page that says one thing. */
export const messagePage = (title: string, message: string): string =>
  page(title, `<h1>${escaped(title)}</h1>\n<p class="lead">${escaped(message)}</p>`);

/** The webhooks of an account, as its subscriber sees them; there may be `more` than are shown. No secrets. */
export function webhooksPage(accountName: string, webhooks: readonly WebhookSummary[], more: boolean): string {
  const number = webhooks.length === 1 ? '1 webhook' : `${webhooks.length} webhooks`;
  const count = more ? `The newest ${number}` : number;
  const list =
    webhooks.length === 0
      ? '<p>None yet. One that is created through the API appears here.</p>'
      : `<ul>\n${webhooks.map(webhookItem).join('\n')}\n</ul>`;
  return page(
    `Webhooks of ${accountName}`,
    `<h1>Webhooks of ${escaped(accountName)}</h1>\n<p class="lead">${count}</p>\n${list}`,
  );
}

const webhookItem = (webhook: WebhookSummary): string => `<li>
<span class="state ${webhook.state}">${webhook.state}</span>
<div class="endpoint">${escaped(webhook.endpoint ?? 'no endpoint: its payloads are read')}</div>
<dl>
<dt>Event type</dt><dd>${escaped(webhook.eventType)}</dd>
${subject(webhook)}
${webhook.disabledReason === null ? '' : `<dt>Disabled because</dt><dd>${escaped(webhook.disabledReason)}</dd>\n`}<dt>Created</dt><dd>${escaped(webhook.createdAt)}</dd>
<dt>Id</dt><dd><code>${escaped(webhook.id)}</code></dd>
</dl>
</li>`;

/** What of the event type it is about. */
function subject({ baseId, filter }: WebhookSummary): string {
  if (baseId !== null) return `<dt>Base</dt><dd><code>${escaped(baseId)}</code></dd>`;
  return `<dt>Filter</dt><dd>${filter === null ? 'every event of the type' : `<code>${escaped(filter)}</code>`}</dd>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
