import type { ReactNode } from 'react';
import { Icon } from '../parts/icon.js';
import { useTitle } from './use-title.js';

/** All that is shown to somebody who has no session. */
export function Lonely({ icon, title, children }: { icon: 'check' | 'clock'; title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="lonely">
      <div className="state state-card">
        <span className="state-icon">
          <Icon name={icon} size={24} />
        </span>
        <h1 className="state-title">{title}</h1>
        <p className="state-text">{children}</p>
        <p className="state-text muted">Your webhooks go on delivering meanwhile.</p>
      </div>
    </main>
  );
}
