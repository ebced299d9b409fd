import { type ReactNode, useId } from 'react';

interface FieldProps {
  label: string;
  /** What is wrong with what stands in it. */
  error?: string | undefined;
  hint?: ReactNode;
  children: (control: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ReactNode;
}

/** A labelled control with its explanation and what is wrong with it. */
export function Field({ label, error, hint, children }: FieldProps) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      {children({ id, 'aria-describedby': about, 'aria-invalid': error !== undefined })}
      <div id={about} className="field-about" aria-live="polite">
        {error === undefined ? hint : <span className="field-error">{error}</span>}
      </div>
    </div>
  );
}
