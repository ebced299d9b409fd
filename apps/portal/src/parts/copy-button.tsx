import { useState } from 'react';
import { Icon } from './icon.js';

const SHOWN_MS = 2_000;

/** Copies a text, and says that it did, or that it could not. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [result, setResult] = useState<'copied' | 'refused' | null>(null);
  const copy = async () => {
    const copied = await writeToClipboard(text).catch(() => false);
    setResult(copied ? 'copied' : 'refused');
    setTimeout(() => setResult(null), SHOWN_MS);
  };
  const said = result === 'copied' ? 'Copied' : result === 'refused' ? 'Not copied: select it by hand' : label;
  return (
    <button type="button" className="button button-small" onClick={() => void copy()}>
      <Icon name={result === 'copied' ? 'check' : result === 'refused' ? 'alert' : 'copy'} size={14} />
      <span aria-live="polite">{said}</span>
    </button>
  );
}

/** Pages that came by plain http have no clipboard of the new kind. A browser may refuse either. */
async function writeToClipboard(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text);
    return true;
  }
  const area = document.createElement('textarea');
  area.value = text;
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}
