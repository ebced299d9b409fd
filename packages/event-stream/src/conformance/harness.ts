import type { EventStream, OutgoingRecord } from '../event-stream.js';

/** A way to the log that a test can break. {@link TcpLine} is one. */
export interface Line {
  /** What goes to the log still arrives; its answers are swallowed. Ends with the next {@link cut}. */
  mute(): void;
  /** Ends every connection now; new ones pass. */
  cut(): void;
  /** Ends every connection and lets no new one through, until {@link restore}. */
  sever(): void;
  restore(): void;
}

/** What an adapter brings to the conformance suite: one log that lives as long as the suite. */
export interface ConformanceHarness {
  /** Another instance on the same log, as another process would have it. The suite closes it. */
  open(): Promise<EventStream>;
  /** The same, with all its connections going over a line of its own. */
  openBehindLine(): Promise<{ stream: EventStream; line: Line }>;
  /** Stops and starts the log itself. */
  log: { stop(): Promise<void>; start(): Promise<void> };
  /** Another publisher that has appended a record of this key and holds its transaction open. */
  holdPublish(topic: string, record: OutgoingRecord): Promise<{ commit(): Promise<void> }>;
  close(): Promise<void>;
}
