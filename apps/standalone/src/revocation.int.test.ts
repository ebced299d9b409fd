import { ShiftedClock } from '@sluice/service-kit/clock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { servicesTogether } from './testing/services-together.js';
import { ask, newTenant, type Tenant } from './testing/tenant.js';

const clock = new ShiftedClock();
let services: Awaited<ReturnType<typeof servicesTogether>>;
let other: Awaited<ReturnType<typeof services.another>>;

beforeAll(async () => {
  services = await servicesTogether(clock);
  other = await services.another();
});
afterAll(async () => {
  await other.stop();
  await services.close();
});

/** What an administrator takes away, and the credentials that are worth nothing then. */
const ways: Record<string, { takenAway: (ids: Tenant['ids']) => string; lost: (keyof Tenant['credentials'])[] }> = {
  'a key of the account': { takenAway: ({ key }) => `/v1/keys/${key}`, lost: ['live'] },
  'a personal access token': { takenAway: ({ token }) => `/v1/tokens/${token}`, lost: ['personalAccessToken'] },
  'a user': { takenAway: ({ user }) => `/v1/users/${user}`, lost: ['personalAccessToken', 'userApiKey'] },
  'a collaborator': {
    takenAway: ({ base, user }) => `/v1/bases/${base}/collaborators/${user}`,
    lost: ['personalAccessToken', 'userApiKey'],
  },
  'a base': { takenAway: ({ base }) => `/v1/bases/${base}`, lost: ['live', 'personalAccessToken', 'userApiKey'] },
};

it.each(Object.entries(ways))(
  '%s counts no more, through another gateway and registry within 5 s',
  async (what, way) => {
    const { ids, credentials } = await newTenant(services.baseUrl, services.operatorKey, what.replaceAll(' ', '-'));
    const statuses = async (baseUrl: string) => {
      const paths = [`/v0/bases/${ids.base}/webhooks`, `/v0/bases/${ids.base}/webhooks/${ids.baseWebhook}/payloads`];
      const asked = way.lost.flatMap((kind) => paths.map((path) => ({ credential: credentials[kind], path })));
      if (what === 'a key of the account') asked.push({ credential: credentials.live, path: '/v1/webhooks' });
      const answers = asked.map(({ credential, path }) => ask(baseUrl, credential, { method: 'GET', path }));
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    expect(new Set(await statuses(other.baseUrl))).toEqual(new Set([200]));
    expect(new Set(await statuses(services.baseUrl))).toEqual(new Set([200]));

    const path = way.takenAway(ids);
    expect(await ask(services.baseUrl, credentials.admin, { method: 'DELETE', path })).toMatchObject({ status: 200 });
    expect(await statuses(services.baseUrl)).not.toContain(200);
    clock.advance(5_000);
    expect(await statuses(other.baseUrl)).not.toContain(200);
  },
);
