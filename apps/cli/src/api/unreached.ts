import { CommandFailure, EXIT } from '../failure/command-failure.js';

/** No answer came from Sluice: whether it has done what was asked for is not known. */
export class Unreached extends CommandFailure {
  constructor(url: string, reason: string) {
    super(`sluice: can't reach Sluice at ${url}: ${reason}`, EXIT.unreachable);
  }
}
