import { Badge, type Tone } from '../parts/badge.js';
import type { IconName } from '../parts/icon.js';
import type { Health } from './health.js';

const HEALTHS: Readonly<Record<Health, [Tone, IconName, string]>> = {
  healthy: ['good', 'check', 'Healthy'],
  'some fail': ['warn', 'alert', 'Some fail'],
  failing: ['bad', 'alert', 'Failing'],
};

export function HealthBadge({ health }: { health: Health }) {
  const [tone, icon, text] = HEALTHS[health];
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  );
}
