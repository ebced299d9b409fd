import type { Commands } from '@sluice/contracts/commands';
import type { portalCommands } from '@sluice/contracts/portal-commands';
import { accepted } from '@sluice/contracts/result';
import type { Acting } from '../access/acting.js';
import type { PortalLinks } from '../portal-links/portal-links.js';
import type { PortalSessions } from '../portal-links/portal-sessions.js';

/** Commands about the way into the portal: a session is opened by a link's token, and by nothing else. */
export const portalCommandsOf = (
  acting: Acting,
  { portalLinks, portalSessions }: { portalLinks: PortalLinks; portalSessions: PortalSessions },
): Commands<typeof portalCommands> => ({
  createPortalLink: ({ credential, ...wanted }) =>
    acting.allowed(credential, 'share', async (principal) =>
      acting.logged(await portalLinks.create(principal, wanted), 'portal_link.created', principal, ({ id }) => ({
        linkId: id,
      })),
    ),

  listPortalLinks: ({ credential, limit, before }) =>
    acting.allowed(credential, 'share', async ({ accountId }) =>
      accepted(await portalLinks.list(accountId, { limit, before })),
    ),

  revokePortalLink: ({ credential, linkId, from }) =>
    acting.allowed(credential, 'share', async (principal) =>
      acting.logged(await portalLinks.revoke(principal, linkId, from), 'portal_link.revoked', principal, () => ({
        linkId,
      })),
    ),

  openPortalSession: ({ token, from }) => portalSessions.open(token, from),

  endPortalSession: ({ credential }) =>
    acting.allowed(credential, 'identify', (principal) => portalSessions.end(principal)),
});
