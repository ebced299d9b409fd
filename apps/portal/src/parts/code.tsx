import { CopyButton } from './copy-button.js';

interface CodeProps {
  text: string;
  label: string;
  /** Without frame and copy button. */
  bare?: boolean;
}

/** Text of a program or of data, always as text. It scrolls, so it can be reached by keyboard. */
export function Code({ text, label, bare = false }: CodeProps) {
  const area = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="code" aria-label={label} tabIndex={0}>
      <pre>
        <code>{text}</code>
      </pre>
    </section>
  );
  if (bare) return area;
  return (
    <figure className="code-frame">
      <figcaption className="code-head">
        <span>{label}</span>
        <CopyButton text={text} />
      </figcaption>
      {area}
    </figure>
  );
}
