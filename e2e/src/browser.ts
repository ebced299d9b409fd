import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const { CHROMIUM = '/usr/bin/chromium', CI } = process.env;

/** What is missing to run a browser on this machine, or null. In CI there must be one. */
export function whyNoBrowser(): string | null {
  if (existsSync(CHROMIUM)) return null;
  const why = `${CHROMIUM} is not there (CHROMIUM names another place)`;
  if (CI === 'true') throw new Error(why);
  return why;
}

/** A real Chromium that asks nothing by itself. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
