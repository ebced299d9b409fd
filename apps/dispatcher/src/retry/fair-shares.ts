/** A webhook with due rows, and how many of them it may start now. */
export interface Claimant {
  webhookId: string;
  accountId: string;
  free: number;
}

/**
 * Shares `total` places out one at a time: in turn over the accounts, and within an account in turn over its webhooks,
 * none getting more than is free. So an account with a thousand webhooks gets no more turns than one with a single one,
 * and a webhook with ten thousand rows no more than one with two. Answers places by webhook id, those with none left out.
 */
export function fairShares(total: number, claimants: readonly Claimant[]): Map<string, number> {
  const accounts = new Map<string, { webhookId: string; left: number }[]>();
  for (const { webhookId, accountId, free } of claimants) {
    if (free < 1) continue;
    const webhooks = accounts.get(accountId) ?? [];
    webhooks.push({ webhookId, left: Math.floor(free) });
    accounts.set(accountId, webhooks);
  }
  const shares = new Map<string, number>();
  let turns = [...accounts.values()];
  let left = Math.floor(total);
  while (left > 0 && turns.length > 0) {
    for (const webhooks of turns) {
      if (left === 0) break;
      const webhook = webhooks.shift()!;
      shares.set(webhook.webhookId, (shares.get(webhook.webhookId) ?? 0) + 1);
      left -= 1;
      if (webhook.left > 1) webhooks.push({ ...webhook, left: webhook.left - 1 });
    }
    turns = turns.filter((webhooks) => webhooks.length > 0);
  }
  return shares;
}
