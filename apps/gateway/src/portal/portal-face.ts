import type { Face } from '../refusals/face.js';
import { messagePage } from './message-page.js';
import { PORTAL_HEADERS } from './portal-headers.js';

const TITLES: Readonly<Record<number, string>> = {
  401: 'This link has expired',
  403: 'This link does not open this page',
  404: 'There is nothing here',
  503: 'Not available right now',
};

/** People look at the portal: whatever goes wrong below it is a page. `style` is the address of its style. */
export const portalFace = (style: string): Face => ({
  owns: (path) => path === '/portal' || path.startsWith('/portal/'),
  headers: PORTAL_HEADERS,
  refuse: ({ status, message }) => ({
    contentType: 'text/html; charset=utf-8',
    body: messagePage(TITLES[status] ?? 'That did not work', message, style),
  }),
});
