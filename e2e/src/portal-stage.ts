import { Receiver } from '@sluice/testing/receiver';
import { Standalone } from '@sluice/testing/stack/standalone';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.js';
import { type PortalAccount, portalAccount } from './portal-account.js';

/** A standalone Sluice with an account that has webhooks, and a browser in front of its portal. */
export class PortalStage {
  /** Where requests of the page went that did not go to Sluice. */
  readonly strayed: string[] = [];
  /** What the page complained of: errors of scripts, and what its policy did not allow. */
  readonly complaints: string[] = [];

  private constructor(
    readonly standalone: Standalone,
    readonly receiver: Receiver,
    private readonly browser: Browser,
    readonly account: PortalAccount,
    readonly page: Page,
  ) {}

  static async set(): Promise<PortalStage> {
    const standalone = await Standalone.start();
    const receiver = await Receiver.start();
    const browser = await openBrowser();
    const account = await portalAccount(standalone, receiver);
    const stage = new PortalStage(standalone, receiver, browser, account, await browser.newPage());
    stage.watch();
    return stage;
  }

  private watch(): void {
    const { baseUrl } = this.standalone;
    this.page.setDefaultTimeout(15_000);
    this.page.on('request', (request) => {
      if (!request.url().startsWith(`${baseUrl}/`)) this.strayed.push(request.url());
    });
    this.page.on('pageerror', (error) => this.complaints.push(error.message));
    this.page.on('console', (message) => {
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

  async strike(): Promise<void> {
    await this.browser.close();
    await this.standalone.remove();
    await this.receiver.close();
  }
}
