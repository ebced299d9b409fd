import type { Attempt } from '../api/answers.js';
import { networkHint } from './network-hint.js';

/** What usually lies behind a failed attempt, and what to do about it; null for one that succeeded. */
export function meaningOf({ status, error }: Attempt): string | null {
  if (status === null) return networkHint(error ?? '');
  if (status >= 200 && status < 300) return error === null ? null : networkHint(error);
  if (status < 400) return 'Redirects are not followed. Enter the address that it leads to as the endpoint.';
  if (status === 401 || status === 403) {
    return 'Your endpoint did not let it in. If it checks signatures, see whether it has this webhook’s secret.';
  }
  if (status === 404 || status === 405) return 'Nothing takes POST requests there. Compare the path of the endpoint.';
  if (status === 410) return 'By 410 your endpoint says that it wants no more, so the webhook was disabled.';
  if (status === 429) return 'It was too much at once. Give the webhook fewer attempts a second.';
  if (status < 500) return 'Your endpoint did not take the request. What it answered may say why.';
  return 'Your endpoint broke while it worked on it. Its own log says more: look for the webhook-id of the request.';
}
