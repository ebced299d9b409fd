import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Webhook } from '../api/answers.js';
import { rotateSecret } from '../api/routes.js';
import { ActionDialog } from '../parts/action-dialog.js';
import { Field } from '../parts/field.js';
import { Exact } from '../parts/moment.js';
import { SecretBox } from './secret-box.js';

const KEPT = [
  [86_400, 'a day'],
  [3_600, 'an hour'],
  [604_800, 'a week'],
  [0, 'not at all'],
] as const;

export function RotateDialog({ webhook, close }: { webhook: Webhook; close: () => void }) {
  const [keep, setKeep] = useState(86_400);
  const { mutate, isPending, error, data } = useMutation({ mutationFn: () => rotateSecret(webhook.webhook_id, keep) });
  return (
    <ActionDialog
      title="Rotate the signing secret"
      close={close}
      action="Rotate"
      run={() => mutate()}
      busy={isPending}
      error={error}
      dangerous={keep === 0}
      result={
        data === undefined ? null : (
          <>
            <p>The new secret:</p>
            <SecretBox secret={data.signing_secret} label="New signing secret" />
            {data.previous_expires_at === null ? null : (
              <p className="muted">
                The previous one is valid until <Exact at={data.previous_expires_at} />.
              </p>
            )}
          </>
        )
      }
    >
      <Field label="The secret of now stays valid for">
        {(control) => (
          <select {...control} value={keep} onChange={(event) => setKeep(Number(event.target.value))}>
            {KEPT.map(([seconds, text]) => (
              <option key={seconds} value={seconds}>
                {text}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ul className="will">
        <li>A new secret is made, and shown to you.</li>
        <li>
          {keep === 0
            ? 'Deliveries are signed with the new one alone from now on: a receiver that does not have it refuses them.'
            : 'Meanwhile deliveries carry both signatures, so a receiver with either secret takes them.'}
        </li>
      </ul>
    </ActionDialog>
  );
}
