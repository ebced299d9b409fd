import { createLogger } from '@sluice/service-kit/logger';
import { expect, test } from 'vitest';
import { startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { PortalSweep } from './portal-sweep.js';

const DAY_MS = 24 * 3_600_000;

test('ended sessions are removed, and links 30 days after their time, revoked ones as well', async () => {
  const registry = await startRegistryUnderTest();
  try {
    const { database, clock, commands } = registry;
    const credential = registry.operator.keys.admin.key;
    const sweep = new PortalSweep(database, clock, createLogger({ service: 'test', level: 'silent' }));
    const ids = async (table: string) =>
      (await database.query<{ id: string }[]>(`select id from registry.${table} order by id`)).map(({ id }) => id);
    const make = async (days: number) => {
      const expiresAt = new Date(clock.nowMs() + days * DAY_MS).toISOString();
      return value(commands.createPortalLink({ credential, expiresAt }));
    };
    const [short, revoked] = [await make(2), await make(40)];
    await value(commands.revokePortalLink({ credential, linkId: revoked.id }));
    await value(commands.openPortalSession({ token: short.token }));
    const both = [short.id, revoked.id].sort();

    await sweep.round();
    expect(await ids('portal_session')).toHaveLength(1);
    clock.advance(DAY_MS + 60_000);
    await sweep.round();
    expect(await ids('portal_session')).toEqual([]);
    clock.advance(31 * DAY_MS - 120_000);
    await sweep.round();
    expect(await ids('portal_link')).toEqual(both);
    clock.advance(120_000);
    await sweep.round();
    expect(await ids('portal_link')).toEqual([revoked.id]);
    clock.advance(38 * DAY_MS);
    await sweep.round();
    expect(await ids('portal_link')).toEqual([]);
  } finally {
    await registry.close();
  }
});
