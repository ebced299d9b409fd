import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { Account } from '../api/answers.js';
import { endSession } from '../api/routes.js';
import { Icon, type IconName } from '../parts/icon.js';
import { TimeZone } from './time-zone.js';

const PLACES: { path: string; text: string; icon: IconName; owns: (path: string) => boolean }[] = [
  {
    path: '/',
    text: 'Webhooks',
    icon: 'hook',
    owns: (path) => path === '/' || (path.startsWith('/webhooks') && !path.endsWith('/verify')),
  },
  { path: '/events', text: 'Find an event', icon: 'search', owns: (path) => path === '/events' },
  { path: '/catalogue', text: 'Catalogue', icon: 'book', owns: (path) => path.startsWith('/catalogue') },
  { path: '/verify', text: 'Verify', icon: 'shield', owns: (path) => path.endsWith('/verify') },
];

/** What stands around every screen: whose page it is, and where one can go. */
export function Shell({ account, children }: { account: Account; children: ReactNode }) {
  const [path] = useLocation();
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: endSession,
    onSuccess: () => {
      client.clear();
      // Loaded anew: nothing of what was seen stays in the page.
      location.assign('/portal/signed-out');
    },
  });
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="side">
        <div className="side-fixed">
          <div className="brand">
            <img src={iconUrl} alt="" width="28" height="28" />
            <div className="brand-text">
              <span className="brand-name clip" title={account.name}>
                {account.name}
              </span>
              <span className="muted">Webhooks</span>
            </div>
          </div>
          <nav className="places" aria-label="Main">
            {PLACES.map(({ path: to, text, icon, owns }) => (
              <Link
                key={to}
                href={to}
                className={owns(path) ? 'place place-on' : 'place'}
                aria-current={owns(path) ? 'page' : undefined}
              >
                <Icon name={icon} />
                {text}
              </Link>
            ))}
          </nav>
          {account.caller.kind === 'portal' ? (
            <button
              type="button"
              className="button button-small leave"
              disabled={leave.isPending}
              onClick={() => leave.mutate()}
            >
              Sign out
            </button>
          ) : null}
          {leave.error === null ? null : (
            <p className="field-error" role="alert">
              You are still signed in: {leave.error.message}
            </p>
          )}
        </div>
      </header>
      <main id="main" className="main" tabIndex={-1}>
        {children}
        <TimeZone />
      </main>
    </div>
  );
}

const iconUrl = new URL('../icon.svg', import.meta.url).href;
