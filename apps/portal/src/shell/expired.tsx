import { Lonely } from './lonely.js';

/** No session, or one that has ended: all that can be done is to ask for a new link. */
export const Expired = () => (
  <Lonely icon="clock" title="This link has expired">
    Links to this page open it for a limited time, and can be withdrawn. Ask for a new one where you got this one: in
    the product whose events you receive.
  </Lonely>
);
