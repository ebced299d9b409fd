import type { Fault } from './fault.js';

interface RefusalBody {
  contentType: string;
  body: string;
}

/**
 * One of the public faces: whatever goes wrong below its paths is answered in its own body, and never in a framework's.
 */
export interface Face {
  /** Whether the path (without query) belongs to this face. */
  owns(path: string): boolean;
  refuse(fault: Fault, path: string): RefusalBody;
  /** A method that a path does not have is answered with 404 as an unknown path is, instead of with 405. */
  readonly hidesMethods?: true;
}

/** The path of a request target, without query: all that a face is chosen by. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/);
  return end === -1 ? target : target.slice(0, end);
}
