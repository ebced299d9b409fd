import type { EventStream } from '@sluice/event-stream/event-stream';
import type { EncryptionKey } from '@sluice/registry/encryption/keyring';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import type { MeasuredPostgres } from './measured-postgres.js';

export const STREAMS = ['postgres', 'kafka'] as const;
export type StreamName = (typeof STREAMS)[number];

/** A whole Sluice on one of the two streams, as its users run it. */
export interface Installation {
  readonly stream: StreamName;
  readonly client: SluiceClient;
  readonly postgres: MeasuredPostgres;
  /** What the registry encrypts webhooks' secrets with: the bench puts many of them into its table at once. */
  readonly encryptionKey: EncryptionKey;
  /** CPU time of the process that the dispatcher runs in: of standalone all services but PostgreSQL. */
  dispatcherTimeUs(): number | null;
  /** Ends the dispatcher in good order. PostgreSQL and the log stay. */
  stopDispatcher(): Promise<void>;
  /** Starts it and waits until it says that it can do its work. */
  startDispatcher(): Promise<void>;
  /** The log of events, for the bench's own process; whoever opens it closes it. */
  openLog(): Promise<EventStream>;
  remove(): Promise<void>;
}
