/** Where a stream tells what happens behind its interface; a pino logger is one. */
export interface StreamLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export const silentLog: StreamLog = { info: () => {}, warn: () => {}, error: () => {} };
