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
    const { ids, credentials } = await newTenant(services, what.replaceAll(' ', '-'));
    const statuses = async (baseUrl: string) => {
      const hooks = `/v0/bases/${ids.base}/webhooks`;
      // The first is asked of that gateway's registry alone, the others of the dispatcher's too.
      const questions = [
        { method: 'POST', path: `${hooks}/${ids.baseWebhook}/refresh` },
        { method: 'GET', path: hooks },
        { method: 'GET', path: `${hooks}/${ids.baseWebhook}/payloads` },
      ];
      const asked = way.lost.flatMap((kind) => questions.map((question) => ask(baseUrl, credentials[kind], question)));
      if (what === 'a key of the account') {
        asked.push(ask(baseUrl, credentials.live, { method: 'GET', path: '/v1/webhooks' }));
      }
      return (await Promise.all(asked)).map(({ status }) => status);
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
