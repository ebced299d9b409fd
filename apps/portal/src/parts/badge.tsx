import type { DeliveryState, WebhookState } from '../api/answers.js';
import { Icon, type IconName } from './icon.js';

export type Tone = 'good' | 'bad' | 'warn' | 'quiet' | 'accent';

export const Badge = ({ tone, icon, children }: { tone: Tone; icon: IconName; children: string }) => (
  <span className={`badge badge-${tone}`}>
    <Icon name={icon} size={13} />
    {children}
  </span>
);

/** That it is enabled says nothing of how it fares: the colours of good and bad are those of its health. */
const WEBHOOK_STATES: Readonly<Record<WebhookState, [Tone, IconName, string]>> = {
  enabled: ['quiet', 'play', 'Enabled'],
  paused: ['warn', 'pause', 'Paused'],
  disabled: ['bad', 'ban', 'Disabled'],
  expired: ['quiet', 'clock', 'Expired'],
  invalid: ['bad', 'alert', 'Invalid'],
};

export function WebhookStateBadge({ state }: { state: WebhookState }) {
  const [tone, icon, text] = WEBHOOK_STATES[state];
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  );
}

const DELIVERY_STATES: Readonly<Record<DeliveryState, [Tone, IconName, string]>> = {
  delivered: ['good', 'check', 'Delivered'],
  pending: ['accent', 'clock', 'Pending'],
  exhausted: ['bad', 'cross', 'Failed'],
  cancelled: ['quiet', 'ban', 'Cancelled'],
};

export function DeliveryStateBadge({ state, retrying = false }: { state: DeliveryState; retrying?: boolean }) {
  if (state === 'pending' && retrying) {
    return (
      <Badge tone="warn" icon="repeat">
        Retrying
      </Badge>
    );
  }
  const [tone, icon, text] = DELIVERY_STATES[state];
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  );
}
