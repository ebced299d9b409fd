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
  /** Of every answer below its paths, where no handler says otherwise: what a browser may do with it. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A method that a path does not have is answered with 404 as an unknown path is, instead of with 405. */
  readonly hidesMethods?: true;
}

/** `http://host` before the path: RFC 9112 section 3.2.2 lets a client name the whole address. */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/** The path of a request target, without query: all that a face is chosen by. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/);
  return (end === -1 ? target : target.slice(0, end)).replace(ORIGIN, '');
}
