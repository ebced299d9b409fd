import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Kept after the tests, for people to look at. */
const folder = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), '.cache', 'screenshots');

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
/** Where nothing may be too wide, or cut off, either: from the narrowest of WCAG 2.2 (1.4.10) on. */
const WIDTHS_BETWEEN = [320, 768, 1_024];
const SCHEMES = ['light', 'dark'] as const;

interface AxeViolation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/**
 * Looks at the screen as it is now at both widths, in light and in dark: keeps a screenshot of each, and answers what is
 * wrong with it: what axe finds, and what is wider than the screen.
 */
export async function look(page: Page, name: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const wrong: string[] = [];
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      const shown = `${name}-${size.width}-${colorScheme}`;
      const fullPage = (await page.locator('dialog[open]').count()) === 0;
      await page.screenshot({ path: join(folder, `${shown}.png`), fullPage });
      wrong.push(...(await violations(page)).map((text) => `${shown}: ${text}`));
    }
    wrong.push(...(await cutOff(page)).map((text) => `${name}-${size.width}: ${text}`));
  }
  for (const width of WIDTHS_BETWEEN) {
    await page.setViewportSize({ width, height: 900 });
    wrong.push(...(await cutOff(page)).map((text) => `${name}-${width}: ${text}`));
  }
  await page.setViewportSize(SIZES[0]!);
  await page.emulateMedia({ colorScheme: 'light' });
  return wrong;
}

/** Whether the page is wider than the screen, and which cells are wider than the card of their table. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(`
    [
      ...[document.documentElement.scrollWidth - window.innerWidth].filter((beyond) => beyond > 0)
        .map((beyond) => beyond + ' pixels too wide'),
      ...[...document.querySelectorAll('.table-card :is(th, td)')]
        .filter((cell) => cell.getBoundingClientRect().right > cell.closest('.table-card').getBoundingClientRect().right + 1)
        .map((cell) => 'cut off: ' + cell.textContent),
    ]`);

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as AxeViolation[];
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}
