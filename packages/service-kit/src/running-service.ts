/** A started service, as its main or standalone holds it. */
export interface RunningService {
  /** What is wrong, by part; empty when the service can do its work. Feeds `/readyz`. */
  problems(): Promise<string[]>;
  /** Drains and stops; resolves within 30 s (docs/architecture.md section 7). */
  stop(): Promise<void>;
}
