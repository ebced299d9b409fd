import { isBuiltIn } from './built-in-types.js';

const LENGTH_LIMIT = 128;
const NAME = /^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;
/** For the events that Sluice itself tells (docs/operational-events.md). */
const RESERVED_PREFIXES = ['webhook.', 'delivery.'];

/** Why an account can't have an event type of this name, as the rest of a sentence; null when it can. */
export function typeNameFault(name: string): string | null {
  if (name.length > LENGTH_LIMIT) return `is longer than ${LENGTH_LIMIT} characters`;
  if (!NAME.test(name)) return 'must be words of letters, digits, "_" and "-", joined by dots, beginning with a letter';
  const prefix = RESERVED_PREFIXES.find((reserved) => name.toLowerCase().startsWith(reserved));
  if (prefix !== undefined) return `must not begin with "${prefix}", which is reserved`;
  return isBuiltIn(name) ? 'is the name of a built-in event type' : null;
}
