import type { Commands } from '@sluice/contracts/commands';
import type { portalCommands } from '@sluice/contracts/portal-commands';
import type { Acting } from './access/acting.js';
import type { PortalSessions } from './portal-links/portal-sessions.js';

/** Commands about the way into the portal: a session is opened by a link's token, and by nothing else. */
export const portalCommandsOf = (acting: Acting, sessions: PortalSessions): Commands<typeof portalCommands> => ({
  openPortalSession: ({ token, from }) => sessions.open(token, from),

  endPortalSession: ({ credential }) => acting.allowed(credential, 'identify', (principal) => sessions.end(principal)),
});
