import type { IncomingHttpHeaders } from 'node:http';
import type { FeedWebhook } from '@sluice/contracts/webhook-feed';
import { verifyContentMac } from '@sluice/signatures/content-mac';
import { verify } from '@sluice/signatures/verify';
import type { SignatureCheck } from './inbox.js';

const CONTENT_MAC = 'x-airtable-content-mac';

/** Whether what arrived was signed with a secret of one of these webhooks, in the way of its dialect. */
export function checkSignature(
  headers: IncomingHttpHeaders,
  body: Buffer,
  webhooks: readonly FeedWebhook[],
): SignatureCheck {
  if (webhooks.length === 0) return { valid: false, reason: 'no webhook points here' };
  const header = headers[CONTENT_MAC];
  if (header !== undefined) {
    const signed = webhooks.some(
      (webhook) =>
        webhook.dialect === 'airtable' && verifyContentMac({ header, body, macSecretBase64: webhook.macSecretBase64 }),
    );
    return signed ? { valid: true } : { valid: false, reason: `${CONTENT_MAC} is of no webhook that points here` };
  }
  const secrets = webhooks.flatMap((webhook) =>
    webhook.dialect === 'airstack' ? webhook.secrets.map(({ secret }) => secret) : [],
  );
  const result = verify({ headers, body, secrets, nowSeconds: Math.floor(Date.now() / 1_000) });
  return result.ok ? { valid: true } : { valid: false, reason: result.reason };
}
