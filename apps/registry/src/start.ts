import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Registry, registryCommands } from '@sluice/contracts/registry-commands';
import { openInternalPort } from '@sluice/service-kit/internal-port';
import { nestLogger } from '@sluice/service-kit/nest-logger';
import type { RunningService } from '@sluice/service-kit/running-service';
import { DataSource } from 'typeorm';
import { WebhookExpiry } from './base-webhooks/expiry.js';
import { Keyring } from './encryption/keyring.js';
import { demandKeysInUse } from './encryption/keys-in-use.js';
import { FactRelay } from './facts/fact-relay.js';
import { Bells } from './feed/bells.js';
import { Feed } from './feed/feed.js';
import { AnswerSweep } from './idempotency/answer-sweep.js';
import { isMigrated } from './migrate.js';
import { PortalSweep } from './portal-links/portal-sweep.js';
import { COMMANDS, type RegistrySettings, type RegistrySurroundings, registryModule } from './registry.module.js';

export interface RegistryConfig extends RegistrySettings {
  /** Null opens no port: in standalone the commands are called directly. */
  internal: { host: string; port: number; token: string } | null;
}

export interface RunningRegistry extends RunningService {
  commands: Registry;
  /** Of the internal API; null without one. */
  port: number | null;
  /** The registry's database, for what is done once at a start (bootstrap.ts). */
  database: DataSource;
}

/**
 * Starts the registry on a migrated database.
 *
 * @throws when the database is away or not migrated, the port is taken, or {@link demandKeysInUse} misses a key.
 */
export async function startRegistry(
  { internal, ...settings }: RegistryConfig,
  surroundings: RegistrySurroundings,
): Promise<RunningRegistry> {
  const { logger, metrics } = surroundings;
  const app = await NestFactory.createApplicationContext(registryModule(settings, surroundings), {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  const database = app.get(DataSource);
  const commands = app.get<Registry>(COMMANDS);
  const problems = () => databaseProblems(database);
  try {
    if (!(await isMigrated(database))) throw new Error('the schema registry is not up to date: run the migrations');
    await demandKeysInUse(database, app.get(Keyring));
    await app.get(Bells).open();
    app.get(FactRelay).start();
    app.get(WebhookExpiry).start();
    app.get(AnswerSweep).start();
    app.get(PortalSweep).start();
    const served = [{ table: registryCommands, implementation: commands }] as const;
    const opened =
      internal === null ? null : await openInternalPort({ ...internal, logger, metrics, problems, commands: served });
    const stop = async (): Promise<void> => {
      await app.get(Feed).stop();
      await opened?.close();
      await close(app);
    };
    return { commands, port: opened?.port ?? null, database, problems, stop };
  } catch (error) {
    await close(app);
    throw error;
  }
}

async function close(app: INestApplicationContext): Promise<void> {
  await app.get(WebhookExpiry).stop();
  await app.get(AnswerSweep).stop();
  await app.get(PortalSweep).stop();
  await app.get(FactRelay).stop();
  await app.get(Bells).close();
  await app.close();
}

/** The stream is not asked: without it the facts wait, and everything else goes on. */
async function databaseProblems(database: DataSource): Promise<string[]> {
  try {
    await database.query('select 1');
    return [];
  } catch (error) {
    return [`the database does not answer: ${error instanceof Error ? error.message : String(error)}`];
  }
}
