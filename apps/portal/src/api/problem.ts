/** A refusal of the API: a problem of RFC 9457, or that no answer came (status 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What is wrong where in the request. */
    readonly errors: readonly { path: string; message: string }[] = [],
    /** After how long it may be asked again, if the refusal says so. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
  }

  /** What is said of one member of the request. */
  at(path: string): string | undefined {
    return this.errors.find((error) => error.path === path || error.path.startsWith(`${path}.`))?.message;
  }
}

export const isStatus = (error: unknown, status: number): boolean =>
  error instanceof Problem && error.status === status;
