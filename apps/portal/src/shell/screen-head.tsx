import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Icon } from '../parts/icon.js';
import { useTitle } from './use-title.js';

interface HeadProps {
  title: string;
  /** What the title shows when it is more than text. */
  children?: ReactNode;
  lead?: ReactNode;
  back?: { to: string; text: string };
  actions?: ReactNode;
}

let opened = false;

/**
 * The head of a screen. After a change of screen it takes the focus, so that a screen reader reads on here and the
 * keyboard begins here; not on the first screen, where the browser does that.
 */
export function ScreenHead({ title, children, lead, back, actions }: HeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(`${title} · Webhooks`);
  useEffect(() => {
    if (opened) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    opened = true;
  }, []);
  return (
    <div className="screen-head">
      {back === undefined ? null : (
        <Link href={back.to} className="back">
          <Icon name="back" size={14} />
          {back.text}
        </Link>
      )}
      <div className="screen-title">
        <h1 ref={heading} tabIndex={-1}>
          {children ?? title}
        </h1>
        {actions === undefined ? null : <div className="actions">{actions}</div>}
      </div>
      {lead === undefined ? null : <div className="lead">{lead}</div>}
    </div>
  );
}
