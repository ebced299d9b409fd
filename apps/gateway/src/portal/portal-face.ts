import type { Face } from '../refusals/face.js';
import { messagePage } from './portal-page.js';

const TITLES: Readonly<Record<number, string>> = {
  401: 'This link no longer opens anything',
  403: 'This link does not open this page',
  404: 'There is nothing here',
  503: 'Not available right now',
};

/** People look at the portal: whatever goes wrong below it is a page. */
export const portalFace: Face = {
  owns: (path) => path === '/portal' || path.startsWith('/portal/'),
  refuse: ({ status, message }) => ({
    contentType: 'text/html; charset=utf-8',
    body: messagePage(TITLES[status] ?? 'That did not work', message),
  }),
};
