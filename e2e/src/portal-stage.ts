import { Receiver } from '@sluice/testing/receiver';
import { Standalone } from '@sluice/testing/stack/standalone';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser.js';
import { type PortalAccount, portalAccount } from './portal-account.js';

const MOST_TABS = 60;

/** A standalone Sluice with an account that has webhooks, and a browser in front of its portal. */
export class PortalStage {
  /** Where requests of the page went that did not go to Sluice. */
  readonly strayed: string[] = [];
  /** What the page complained of: errors of scripts, and what its policy did not allow. */
  readonly complaints: string[] = [];

  private constructor(
    readonly standalone: Standalone,
    readonly receiver: Receiver,
    readonly account: PortalAccount,
    readonly page: Page,
    /** End what was started, the latest first. */
    private readonly ends: readonly (() => Promise<unknown>)[],
  ) {
    this.watch(page);
  }

  /** Ends what it has started by itself when something fails on the way. */
  static async set(): Promise<PortalStage> {
    const ends: (() => Promise<unknown>)[] = [];
    try {
      const standalone = await Standalone.start();
      ends.unshift(() => standalone.remove());
      const receiver = await Receiver.start();
      ends.unshift(() => receiver.close());
      const browser = await openBrowser();
      ends.unshift(() => browser.close());
      const account = await portalAccount(standalone, receiver);
      const page = await (await browser.newContext()).newPage();
      return new PortalStage(standalone, receiver, account, page, ends);
    } catch (error) {
      await strike(ends);
      throw error;
    }
  }

  /** One more page of the same person. */
  async anotherPage(): Promise<Page> {
    const page = await this.page.context().newPage();
    this.watch(page);
    return page;
  }

  private watch(page: Page): void {
    const { baseUrl } = this.standalone;
    page.setDefaultTimeout(15_000);
    page.on('request', (request) => {
      if (!request.url().startsWith(`${baseUrl}/`)) this.strayed.push(request.url());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|React/.test(message.text())) this.complaints.push(message.text());
    });
  }

  /** Opens a path of the portal, and waits for its heading. */
  async open(path: string): Promise<string> {
    await this.page.goto(`${this.standalone.baseUrl}/portal${path}`);
    return this.heading();
  }

  /** Of the screen that is shown now. */
  async heading(): Promise<string> {
    return (await this.page.locator('h1').first().textContent()) ?? '';
  }

  /** What has the focus, by the name of its element and its text. */
  focused(): Promise<string> {
    return this.page.evaluate(
      'document.activeElement.tagName + " " + (document.activeElement.ariaLabel ?? document.activeElement.textContent)',
    );
  }

  /** Goes on by the tab key until this has the focus. */
  async tabTo(wanted: RegExp): Promise<void> {
    const passed: string[] = [];
    while (passed.length < MOST_TABS) {
      await this.page.keyboard.press('Tab');
      const focused = await this.focused();
      if (wanted.test(focused)) return;
      passed.push(focused);
    }
    throw new Error(`the tab key leads to no ${wanted}, but to ${passed.join(', ')}`);
  }

  /** How much the scripts of the page that is shown have cost on the wire, compressed. */
  scriptBytes(): Promise<number> {
    return this.page.evaluate(
      `performance.getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
    );
  }

  strike(): Promise<void> {
    return strike(this.ends);
  }
}

async function strike(ends: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const end of ends) await end();
}
