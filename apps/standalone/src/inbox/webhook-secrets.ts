import type { Registry } from '@sluice/contracts/registry-commands';
import type { SecretsOf } from './inbox-receiver.js';

/** As many of the newest webhooks as are looked through for the one that a delivery belongs to. */
const LOOKED_THROUGH = 1_000;

/** Finds the secrets of the developer's webhooks that point at a URL, as anybody could who holds the key. */
export function webhookSecrets(
  registry: Pick<Registry, 'listWebhooks' | 'webhookSecret'>,
  credential: string,
): SecretsOf {
  const known = new Map<string, Promise<string | null>>();
  const read = async (webhookId: string): Promise<string | null> => {
    const answer = await registry.webhookSecret({ credential, webhookId });
    return answer.ok ? answer.value.secret : null;
  };
  const secretOf = (webhookId: string): Promise<string | null> => {
    const secret = known.get(webhookId) ?? read(webhookId);
    known.set(webhookId, secret);
    return secret;
  };
  return async (url) => {
    const list = await registry.listWebhooks({ credential, limit: LOOKED_THROUGH });
    if (!list.ok) return [];
    const pointing = list.value.webhooks.filter(({ endpoint }) => endpoint === url);
    const secrets = await Promise.all(pointing.map(({ id }) => secretOf(id)));
    return secrets.filter((secret) => secret !== null);
  };
}
