import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { nestLogger } from '@sluice/service-kit/nest-logger';
import type { RunningService } from '@sluice/service-kit/running-service';
import { type ImporterSurroundings, importerModule } from './importer.module.js';
import { Retries } from './retries/retries.js';
import { SourceSync } from './sources/source-sync.js';

/**
 * Starts the importer: it asks the registry for the sources and reads them. Their topics need not exist yet; those of Sluice
 * must.
 *
 * @param instance its name, the same after a restart: groups assign partitions by it
 */
export async function startImporter(instance: string, surroundings: ImporterSurroundings): Promise<RunningService> {
  const app = await NestFactory.createApplicationContext(importerModule(instance, surroundings), {
    logger: nestLogger(surroundings.logger),
    abortOnError: false,
  });
  const [sync, retries] = [app.get(SourceSync), app.get(Retries)];
  sync.start();
  return {
    problems: async () => [sync.problem(), retries.problem()].flatMap((problem) => problem ?? []),
    stop: async () => {
      await Promise.all([sync.stop(), retries.stop()]);
      await app.close();
    },
  };
}
