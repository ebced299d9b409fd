import { Link } from 'wouter';
import { Icon } from '../parts/icon.js';

interface FootProps {
  error: unknown;
  busy: boolean;
  /** Whether what stands in the form can be sent. */
  ready: boolean;
  action: string;
  cancel: string;
}

/** What was refused, and the way on and back. */
export const FormFoot = ({ error, busy, ready, action, cancel }: FootProps) => (
  <div className="form-foot">
    <div aria-live="assertive">
      {error instanceof Error ? (
        <p className="field-error">
          <Icon name="alert" size={14} /> {error.message}
        </p>
      ) : null}
    </div>
    <div className="actions">
      <Link href={cancel} className="button">
        Cancel
      </Link>
      <button type="submit" className="button button-primary" disabled={busy || !ready}>
        {busy ? 'One moment …' : action}
      </button>
    </div>
  </div>
);
