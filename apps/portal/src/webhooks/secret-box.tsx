import { CopyButton } from '../parts/copy-button.js';

/** A secret in full, to be copied. */
export const SecretBox = ({ secret, label }: { secret: string; label: string }) => (
  <div className="secret">
    <code className="secret-text">
      <span className="visually-hidden">{label}: </span>
      {secret}
    </code>
    <CopyButton text={secret} />
  </div>
);
