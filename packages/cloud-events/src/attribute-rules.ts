import type { EventAttributes } from '@sluice/contracts/event-record';
import { isTimestamp, isUri, isUriReference } from './attribute-forms.js';
import { isMediaType } from './media-type.js';
import type { EventFault } from './read-event.js';

/** CloudEvents asks for at most 20 characters; more are carried, but not without bound. */
const NAME_LIMIT = 64;
const VALUE_LIMIT = 2_048;
const EXTENSIONS_LIMIT = 64;
const TOTAL_LIMIT = 32 * 1024;

/** docs/architecture.md section 3: what Sluice says itself of an event can't be said by its producer. */
const RESERVED_NAME = /^sluice/;
const RESERVED_TYPE = /^(webhook|delivery)\./;

const REQUIRED = ['id', 'source', 'type'] as const;
const OPTIONAL = ['subject', 'time', 'dataschema', 'datacontenttype'] as const;

const FORMS: Readonly<Record<string, { holds: (value: string) => boolean; is: string }>> = {
  source: { holds: isUriReference, is: 'must be a URI reference' },
  dataschema: { holds: isUri, is: 'must be an absolute URI' },
  time: { holds: isTimestamp, is: 'must be a timestamp of RFC 3339, 2024-05-17T09:30:00Z for example' },
  datacontenttype: { holds: isMediaType, is: 'must be a media type, application/json for example' },
  type: { holds: (type) => !RESERVED_TYPE.test(type), is: 'must not start with webhook. or delivery.: reserved' },
};

// CloudEvents 1.0 section 3.1 (String): no control characters, no surrogates on their own, no noncharacters.
const FORBIDDEN_CHARACTERS = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;

/**
 * Checks CloudEvents attributes, each already as its string form, against CloudEvents 1.0 section 3 and our own limits.
 * Answers every fault at once; the path is the attribute's name.
 */
export function checkAttributes(
  given: ReadonlyMap<string, string>,
): { ok: true; attributes: EventAttributes } | { ok: false; errors: EventFault[] } {
  const errors: EventFault[] = [];
  checkVersion(given.get('specversion'), errors);
  for (const name of REQUIRED) {
    if (!given.has(name)) errors.push({ path: name, message: 'is required and missing' });
  }
  let total = 0;
  for (const [name, value] of given) {
    total += name.length + value.length;
    const message = nameFault(name) ?? valueFault(name, value);
    if (message !== null) errors.push({ path: name.slice(0, NAME_LIMIT), message });
  }
  const extensions = Object.fromEntries([...given].filter(([name]) => !isCore(name)));
  if (total > TOTAL_LIMIT || Object.keys(extensions).length > EXTENSIONS_LIMIT) {
    const limits = `${EXTENSIONS_LIMIT} extensions and ${TOTAL_LIMIT} characters`;
    errors.push({ path: '', message: `the attributes of an event have at most ${limits} together` });
  }
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, attributes: assemble(given, extensions) };
}

function assemble(given: ReadonlyMap<string, string>, extensions: Record<string, string>): EventAttributes {
  const attributes: EventAttributes = {
    id: given.get('id') ?? '',
    source: given.get('source') ?? '',
    type: given.get('type') ?? '',
    extensions,
  };
  for (const name of OPTIONAL) {
    const value = given.get(name);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

function checkVersion(version: string | undefined, errors: EventFault[]): void {
  if (version === '1.0') return;
  const message = version === undefined ? 'is required and missing' : 'must be 1.0';
  errors.push({ path: 'specversion', message });
}

function nameFault(name: string): string | null {
  if (name === '') return 'an attribute has an empty name';
  if (!/^[a-z0-9]+$/.test(name)) return 'is no attribute name: lower-case letters a to z and digits only';
  if (name.length > NAME_LIMIT) return `is too long for an attribute name: at most ${NAME_LIMIT} characters`;
  return RESERVED_NAME.test(name) ? 'is reserved: attributes that start with "sluice" are ours' : null;
}

function valueFault(name: string, value: string): string | null {
  if (value === '') return 'must not be empty';
  if (value.length > VALUE_LIMIT) return `is too long: at most ${VALUE_LIMIT} characters`;
  if (FORBIDDEN_CHARACTERS.test(value)) return 'must not hold control characters, lone surrogates or noncharacters';
  const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  return form === undefined || form.holds(value) ? null : form.is;
}

/** Whether the specification has an attribute of this name; all others are extensions. */
export const isCore = (name: string): boolean =>
  name === 'specversion' || [...REQUIRED, ...OPTIONAL].some((core) => core === name);
