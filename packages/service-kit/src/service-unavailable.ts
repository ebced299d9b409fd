/**
 * Another service did not give a usable answer. The caller's reaction is in `canRetry`: true when the same command may
 * be answered later (away, restarting, overloaded), false when only a change of configuration or version helps.
 */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
  readonly canRetry: boolean;

  constructor(message: string, { canRetry = true, cause }: { canRetry?: boolean; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.canRetry = canRetry;
  }
}
