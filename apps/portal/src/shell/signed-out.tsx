import { Lonely } from './lonely.js';

/** After somebody has ended the session themselves. Another one is open to whoever has the link. */
export const SignedOut = () => (
  <Lonely icon="check" title="You have signed out">
    To come back, open your link again. Once that has expired, ask for a new one where you got it: in the product whose
    events you receive.
  </Lonely>
);
