import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EventType, Webhook } from '../api/answers.js';
import { Problem } from '../api/problem.js';
import { queries } from '../api/queries.js';
import { sendTest } from '../api/routes.js';
import { membersOf } from '../catalogue/schema-members.js';
import { jsonFaultOf } from '../json/json-fault.js';
import { prettyJson } from '../json/pretty-json.js';
import { ActionDialog } from '../parts/action-dialog.js';
import { Dialog } from '../parts/dialog.js';
import { Field } from '../parts/field.js';
import { Failed, Loading } from '../parts/states.js';
import { TestResult } from './test-result.js';

const TITLE = 'Send a test event';

/** Sends an event with data of one's own to a webhook, and shows what the endpoint answered. */
export function TestDialog({ webhook, close }: { webhook: Webhook; close: () => void }) {
  const types = useQuery(queries.eventTypes());
  if (types.data !== undefined) {
    const type = types.data.event_types.find(({ name }) => name === webhook.event_type);
    return <TestForm webhook={webhook} type={type} close={close} />;
  }
  return (
    <Dialog title={TITLE} close={close}>
      <div className="dialog-body">
        {types.error === null ? (
          <Loading lines={6} label="Loading the example" />
        ) : (
          <Failed error={types.error} retry={() => void types.refetch()} />
        )}
      </div>
    </Dialog>
  );
}

interface FormProps {
  webhook: Webhook;
  type: EventType | undefined;
  close: () => void;
}

function TestForm({ webhook, type, close }: FormProps) {
  const example = type?.example ?? null;
  const [text, setText] = useState(() => (example === null ? '{}' : prettyJson(example)));
  const { mutate, reset, isPending, error, data } = useMutation({
    mutationFn: () => sendTest(webhook.webhook_id, text),
  });
  const fault = jsonFaultOf(text);
  const refused = error instanceof Problem ? error.at('data') : undefined;
  return (
    <ActionDialog
      title={TITLE}
      close={close}
      action="Send"
      run={() => mutate()}
      busy={isPending}
      ready={fault === null}
      error={refused === undefined ? error : null}
      result={data === undefined ? null : <TestResult webhookId={webhook.webhook_id} deliveryId={data.delivery_id} />}
      again={{ text: 'Send another', run: reset }}
    >
      <Field
        label="Data of the event, as JSON"
        error={fault ?? refused}
        hint={example === null ? <Asked type={type} /> : `Filled with the example of ${webhook.event_type}.`}
      >
        {(control) => (
          <textarea
            {...control}
            className="mono"
            spellCheck={false}
            rows={10}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <ul className="will">
        <li>
          It goes to <span className="mono">{webhook.endpoint}</span> alone, whatever the filter says.
        </li>
        <li>
          It is a real, signed delivery from the source <code>/sluice/test</code>: it is in the log, and tried again if
          it fails.
        </li>
      </ul>
    </ActionDialog>
  );
}

/** What the data of a type without an example should have in it. */
function Asked({ type }: { type: EventType | undefined }) {
  const members = type === undefined ? [] : membersOf(type.schema).filter(({ required }) => required);
  if (members.length === 0) return 'This type has no example, and its schema asks for nothing.';
  return (
    <>
      This type has no example. Its schema asks for{' '}
      {members.map(({ path, kind }, index) => (
        <span key={path}>
          {index === 0 ? '' : ', '}
          <code>{path}</code> ({kind})
        </span>
      ))}
      .
    </>
  );
}
