import type { Result } from '@sluice/contracts/result';
import { faultOf } from './fault.js';

/** The value of a command that was carried out. @throws {Fault} that tells the refusal, its field in the names of the API. */
export function carriedOut<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw faultOf(result.refusal);
}
