import type { Registry } from '@sluice/contracts/registry-commands';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { DeliveryQueues } from './deliver/delivery-queues.js';
import type { EndpointClient } from './deliver/endpoint-client.js';
import type { Permits } from './deliver/permits.js';
import type { Intake } from './intake/intake.js';
import type { IntakeRoom } from './intake/intake-room.js';
import type { OpenDeliveries } from './intake/open-deliveries.js';
import type { ProcessLoad } from './intake/process-load.js';
import type { FanOut } from './match/fan-out.js';
import type { Matcher } from './match/matcher.js';
import type { NotesRelay } from './notes/notes-relay.js';
import type { DispatcherMetrics } from './observe/dispatcher-metrics.js';
import type { OperationalRelay } from './operational/operational-relay.js';
import type { PayloadGenerator } from './payloads/payload-generator.js';
import type { RecentEvents } from './preview/recent-events.js';
import type { Recording } from './record/recording.js';
import type { ClaimLoop } from './retry/claim-loop.js';
import type { OwnLeases } from './retry/own-leases.js';
import type { Conditions } from './waiting/conditions.js';
import type { RegistryFollower } from './webhooks/registry-follower.js';
import type { WebhookIndex } from './webhooks/webhook-index.js';

/** What the way of an event leads through; see dispatcher.module.ts for how they are made. */
export interface PipelineParts {
  registry: Pick<Registry, 'disableWebhook' | 'disableNotifications'>;
  index: WebhookIndex;
  follower: Pick<RegistryFollower, 'fresh' | 'completeSince' | 'demand' | 'dispatchers'>;
  matcher: Matcher;
  generator: PayloadGenerator;
  fanOut: FanOut;
  open: OpenDeliveries;
  room: IntakeRoom;
  load: ProcessLoad;
  conditions: Conditions;
  intake: Pick<Intake, 'lost' | 'unrecordable'>;
  permits: Permits;
  queues: DeliveryQueues;
  client: EndpointClient;
  recording: Recording;
  recent: Pick<RecentEvents, 'saw'>;
  claims: Pick<ClaimLoop, 'wake'>;
  notes: Pick<NotesRelay, 'wake'>;
  operational: Pick<OperationalRelay, 'wake'>;
  leases: OwnLeases;
  /** Tells the stream how far a partition got. */
  hint: (partition: number, position: bigint) => void;
  clock: Clock;
  logger: Logger;
  metrics: DispatcherMetrics;
}
