import type { ReactNode } from 'react';
import { Problem } from '../api/problem.js';
import { Icon, type IconName } from './icon.js';

interface StateProps {
  icon: IconName;
  title: string;
  children?: ReactNode;
}

/** A place where there is nothing yet, and what to do about it. */
export const Empty = ({ icon, title, children }: StateProps) => (
  <div className="state">
    <span className="state-icon">
      <Icon name={icon} size={22} />
    </span>
    <h2 className="state-title">{title}</h2>
    {children === undefined ? null : <div className="state-text">{children}</div>}
  </div>
);

/** What did not work, in the words of the API, with a way to try again. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const absent = error instanceof Problem && error.status === 404;
  const message = error instanceof Error ? error.message : 'Something went wrong.';
  return (
    <div className="state state-bad" role="alert">
      <span className="state-icon">
        <Icon name={absent ? 'search' : 'alert'} size={22} />
      </span>
      <h2 className="state-title">{absent ? 'Not found' : 'That did not work'}</h2>
      <p className="state-text">{absent ? 'There is nothing here under this id, or it is not yours.' : message}</p>
      {absent || retry === undefined ? null : (
        <button type="button" className="button" onClick={retry}>
          <Icon name="repeat" />
          Try again
        </button>
      )}
    </div>
  );
}

/** Grey bars where lines will be. */
export const Loading = ({ lines = 5, label = 'Loading' }: { lines?: number; label?: string }) => (
  <div className="skeleton" role="status" aria-label={label}>
    {Array.from({ length: lines }, (_, line) => (
      <span key={`line-${line + 1}`} className="skeleton-line" />
    ))}
  </div>
);
