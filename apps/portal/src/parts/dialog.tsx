import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './icon.js';

interface DialogProps {
  title: string;
  close: () => void;
  children: ReactNode;
  wide?: boolean;
}

/** A modal dialog of the browser's own: it keeps the focus, closes by Escape and gives the focus back. */
export function Dialog({ title, close, children, wide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element !== null && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <header className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="button button-bare" aria-label="Close" onClick={close}>
          <Icon name="cross" />
        </button>
      </header>
      {children}
    </dialog>
  );
}
