import { join } from 'node:path';
import type { DevelopmentBase } from '@sluice/registry/bootstrap/development-base';
import { readState, writeState } from './state-file.js';

/** What a developer (or a test) needs to talk to this installation: `.sluice/dev-credentials.json`. */
export interface DevCredentials extends DevelopmentBase {
  baseUrl: string;
  accountId: string;
  /** Live key. */
  apiKey: string;
  testApiKey: string;
  adminKey: string;
}

export const credentialsFile = (directory: string): string => join(directory, 'dev-credentials.json');

export const readCredentials = (directory: string): DevCredentials | null =>
  readState<DevCredentials>(credentialsFile(directory));

export const writeCredentials = (directory: string, credentials: DevCredentials): void =>
  writeState(credentialsFile(directory), credentials);
