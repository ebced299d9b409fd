import { Icon } from '../parts/icon.js';
import { useTitle } from './use-title.js';

/** No session, or one that has ended: all that can be done is to ask for a new link. */
export function Expired() {
  useTitle('This link has expired');
  return (
    <main className="lonely">
      <div className="state state-card">
        <span className="state-icon">
          <Icon name="clock" size={24} />
        </span>
        <h1 className="state-title">This link has expired</h1>
        <p className="state-text">
          Links to this page open it for a limited time, and can be withdrawn. Ask for a new one where you got this one:
          in the product whose events you receive.
        </p>
        <p className="state-text muted">Your webhooks go on delivering meanwhile.</p>
      </div>
    </main>
  );
}
