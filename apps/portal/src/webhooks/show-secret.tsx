import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getSecret } from '../api/routes.js';
import { Dialog } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { Failed, Loading } from '../parts/states.js';
import { SecretBox } from './secret-box.js';

/** Shows the signing secret of a webhook to whoever asks for it: before that it is not in the page, and afterwards no more. */
export function ShowSecret({ id }: { id: string }) {
  const [shown, setShown] = useState(false);
  return (
    <>
      <button type="button" className="button button-small" onClick={() => setShown(true)}>
        <Icon name="key" size={14} />
        Show the secret
      </button>
      {shown ? <SecretDialog id={id} close={() => setShown(false)} /> : null}
    </>
  );
}

function SecretDialog({ id, close }: { id: string; close: () => void }) {
  // Kept no longer than it is looked at, and asked for once: each look is on the audit trail.
  const { data, error, refetch } = useQuery({
    queryKey: ['secret', id],
    queryFn: () => getSecret(id),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <Dialog title="Signing secret" close={close}>
      <div className="dialog-body">
        {error !== null ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : data === undefined ? (
          <Loading lines={1} label="Loading the secret" />
        ) : (
          <SecretBox secret={data.signing_secret} label="Signing secret" />
        )}
        <p className="muted">
          Your receiver verifies deliveries by it. Treat it as a password: whoever has it can sign what your receiver
          takes for ours. That you looked at it is on the account’s audit trail.
        </p>
      </div>
      <footer className="dialog-foot">
        <button type="button" className="button button-primary" onClick={close}>
          Close
        </button>
      </footer>
    </Dialog>
  );
}
