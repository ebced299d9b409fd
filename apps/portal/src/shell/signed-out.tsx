import { Icon } from '../parts/icon.js';
import { useTitle } from './use-title.js';

/** After somebody has ended the session themselves. Another one is open to whoever has the link. */
export function SignedOut() {
  useTitle('You have signed out');
  return (
    <main className="lonely">
      <div className="state state-card">
        <span className="state-icon">
          <Icon name="check" size={24} />
        </span>
        <h1 className="state-title">You have signed out</h1>
        <p className="state-text">
          To come back, open your link again. Once that has expired, ask for a new one where you got it: in the product
          whose events you receive.
        </p>
        <p className="state-text muted">Your webhooks go on delivering meanwhile.</p>
      </div>
    </main>
  );
}
