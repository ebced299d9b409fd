import { useRef, useState } from 'react';
import { Link } from 'wouter';
import type { Webhook } from '../api/answers.js';
import type { Switch } from '../api/routes.js';
import { Icon, type IconName } from '../parts/icon.js';
import { DeleteDialog } from './delete-dialog.js';
import { ReplayDialog } from './replay-dialog.js';
import { ResendFailedDialog } from './resend-failed-dialog.js';
import { RotateDialog } from './rotate-dialog.js';
import { SwitchDialog } from './switch-dialog.js';
import { TestDialog } from './test-dialog.js';

type Opened = 'test' | 'resend' | 'replay' | 'rotate' | 'delete' | Switch;

/** All that can be done with a webhook. Each opens a dialog that says first what it will do. */
export function WebhookActions({ webhook }: { webhook: Webhook }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const { webhook_id: id, state } = webhook;
  const close = () => setOpened(null);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpened('test')}>
        <Icon name="send" />
        Send test event
      </button>
      {state === 'enabled' ? <SwitchButton icon="pause" text="Pause" open={() => setOpened('pause')} /> : null}
      {state === 'paused' ? <SwitchButton icon="play" text="Resume" open={() => setOpened('resume')} /> : null}
      {state === 'disabled' ? <SwitchButton icon="play" text="Enable" open={() => setOpened('enable')} /> : null}
      <Link href={`/webhooks/${id}/edit`} className="button">
        <Icon name="edit" />
        Edit
      </Link>
      <More>
        {(done) => {
          const item = (what: Opened, icon: IconName, text: string) => (
            <button
              type="button"
              className={what === 'delete' ? 'menu-item menu-bad' : 'menu-item'}
              onClick={() => {
                done();
                setOpened(what);
              }}
            >
              <Icon name={icon} />
              {text}
            </button>
          );
          return (
            <>
              {item('resend', 'repeat', 'Resend failed …')}
              {item('replay', 'clock', 'Replay events …')}
              {item('rotate', 'key', 'Rotate secret …')}
              {state === 'enabled' || state === 'paused' ? item('disable', 'ban', 'Disable …') : null}
              <Link href={`/webhooks/${id}/verify`} className="menu-item">
                <Icon name="shield" />
                Verify signatures
              </Link>
              {item('delete', 'trash', 'Delete …')}
            </>
          );
        }}
      </More>
      {opened === 'test' ? <TestDialog webhook={webhook} close={close} /> : null}
      {opened === 'resend' ? <ResendFailedDialog webhook={webhook} close={close} /> : null}
      {opened === 'replay' ? <ReplayDialog webhook={webhook} close={close} /> : null}
      {opened === 'rotate' ? <RotateDialog webhook={webhook} close={close} /> : null}
      {opened === 'delete' ? <DeleteDialog webhook={webhook} close={close} /> : null}
      {opened === 'pause' || opened === 'resume' || opened === 'enable' || opened === 'disable' ? (
        <SwitchDialog webhook={webhook} turn={opened} close={close} />
      ) : null}
    </>
  );
}

const SwitchButton = ({ icon, text, open }: { icon: IconName; text: string; open: () => void }) => (
  <button type="button" className="button" onClick={open}>
    <Icon name={icon} />
    {text}
  </button>
);

/** What is needed less often, behind a button; closed by Escape and by leaving it. */
function More({ children }: { children: (done: () => void) => React.ReactNode }) {
  const box = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (box.current !== null) box.current.open = false;
  };
  /** The button is there later, too, when a dialog gives the focus back; what was chosen is not. */
  const done = () => {
    close();
    box.current?.querySelector('summary')?.focus();
  };
  return (
    <details
      ref={box}
      className="menu"
      onKeyDown={(event) => {
        if (event.key === 'Escape') done();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <summary className="button">
        <Icon name="more" />
        More
      </summary>
      <div className="menu-items">{children(done)}</div>
    </details>
  );
}
