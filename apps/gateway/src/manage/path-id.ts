import { Fault } from '../refusals/fault.js';

/** An id in a path. @throws {Fault} 404 when nothing can have it: it is not even looked for. */
export function pathId(id: string, form: RegExp, absent: string): string {
  if (form.test(id)) return id;
  throw new Fault(404, absent);
}
