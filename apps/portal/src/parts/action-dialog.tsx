import type { ReactNode } from 'react';
import { Dialog } from './dialog.js';
import { focusFirst } from './focus-first.js';
import { Icon } from './icon.js';

interface ActionProps {
  title: string;
  close: () => void;
  /** What it will do, before it does it. */
  children: ReactNode;
  /** The word on the button that does it. */
  action: string;
  run: () => void;
  busy: boolean;
  /** Whether it may be told to. */
  ready?: boolean;
  error: unknown;
  dangerous?: boolean;
  /** Shown in place of the question once it was done. */
  result?: ReactNode;
  /** Goes back from the result to the question. */
  again?: { text: string; run: () => void };
}

/** Says what an action will do, does it when told, and shows what came of it. */
export const ActionDialog = ({
  title,
  close,
  children,
  action,
  run,
  busy,
  ready = true,
  error,
  dangerous = false,
  result,
  again,
}: ActionProps) => (
  <Dialog title={title} close={close}>
    {result === undefined || result === null ? (
      <form
        ref={focusFirst}
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <div className="dialog-body">{children}</div>
        <div aria-live="assertive">
          {error instanceof Error ? (
            <p className="field-error">
              <Icon name="alert" size={14} /> {error.message}
            </p>
          ) : null}
        </div>
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            className={dangerous ? 'button button-danger' : 'button button-primary'}
            disabled={busy || !ready}
          >
            {busy ? 'One moment …' : action}
          </button>
        </footer>
      </form>
    ) : (
      <div ref={focusFirst}>
        <div className="dialog-body">{result}</div>
        <footer className="dialog-foot">
          {again === undefined ? null : (
            <button type="button" className="button" onClick={again.run}>
              {again.text}
            </button>
          )}
          <button type="button" className="button button-primary" onClick={close}>
            Close
          </button>
        </footer>
      </div>
    )}
  </Dialog>
);
