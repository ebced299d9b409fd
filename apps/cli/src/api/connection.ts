import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { misused } from '../failure/command-failure.js';
import { ApiClient } from './api-client.js';

const DEFAULT_URL = 'http://localhost:8080';
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Of `npm start` in this folder. */
interface DevelopmentCredentials {
  baseUrl: string;
  apiKey: string;
  adminKey: string;
}

/**
 * Where Sluice is, and with which key it is asked: the options, else the environment, else what `npm start` left in the
 * working directory, whose keys go to this machine alone.
 *
 * @param kind of the development keys: what only an admin may do takes the admin key.
 * @throws {CommandFailure} when no key is at hand, or the address is none.
 */
export function connect(command: Command, kind: 'live' | 'admin' = 'live'): ApiClient {
  const given = command.optsWithGlobals<{ url?: string; key?: string }>();
  const development = developmentCredentials();
  const url = given.url ?? process.env.SLUICE_URL ?? development?.baseUrl ?? DEFAULT_URL;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw misused(`${url} is no http or https address (--url or SLUICE_URL)`);
  }
  const key = given.key ?? process.env.SLUICE_API_KEY;
  if (key) {
    // `fetch` would tell the key with what is wrong with it.
    if (!/^[\x21-\x7e]+$/.test(key))
      throw misused('the API key has characters that no key has (--key or SLUICE_API_KEY)');
    return new ApiClient(url, key, given.key ? '--key' : 'SLUICE_API_KEY');
  }
  const isHere = LOOPBACK.test(new URL(url).hostname);
  if (development === null || !isHere) {
    const hint = isHere ? '; sluice dev in this folder makes some' : '';
    throw misused(`no API key: give --key, or set SLUICE_API_KEY${hint}`);
  }
  return new ApiClient(url, kind === 'admin' ? development.adminKey : development.apiKey, developmentFile());
}

const developmentFile = (): string => join(process.env.SLUICE_DIRECTORY ?? '.sluice', 'dev-credentials.json');

function developmentCredentials(): DevelopmentCredentials | null {
  try {
    return JSON.parse(readFileSync(developmentFile(), 'utf8')) as DevelopmentCredentials;
  } catch {
    return null;
  }
}
