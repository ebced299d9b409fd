import { escaped } from '../html/escaped.js';
import { boundsHtml } from './bounds-html.js';
import type { DocumentReader, DocumentSchema } from './document-reader.js';
import { inline } from './html.js';

/** Deeper than that nobody reads on, and a schema may contain itself. */
const DEEPEST = 5;

/** The members of an object, or the kinds of a choice, as a list with nested ones to be opened. */
export function membersHtml(given: DocumentSchema, reader: DocumentReader, depth = 0): string {
  if (depth > DEEPEST) return '';
  const { schema } = reader.read(given);
  const choices = (schema.anyOf ?? schema.oneOf ?? []).filter((choice) => !isNull(choice));
  if (choices.length === 1) return membersHtml(choices[0]!, reader, depth);
  if (choices.length > 1 && schema.properties === undefined) {
    return choices.map((choice, index) => choiceHtml(choice, index, reader, depth)).join('');
  }
  if (schema.items !== undefined) return membersHtml(schema.items, reader, depth);
  if (typeof schema.additionalProperties === 'object' && schema.properties === undefined) {
    return membersHtml(schema.additionalProperties, reader, depth);
  }
  const members = Object.entries(schema.properties ?? {}).filter(([, { not }]) => not === undefined);
  if (members.length === 0) return '';
  const required = new Set(schema.required ?? []);
  const list = members.map(([name, member]) =>
    memberHtml({ name, member, isRequired: required.has(name) }, reader, depth),
  );
  return `<ul class="members">${list.join('')}</ul>`;
}

interface Member {
  name: string;
  member: DocumentSchema;
  isRequired: boolean;
}

/** One member or parameter: its name, its type, what it is, and what is in it. */
export function memberHtml({ name, member, isRequired }: Member, reader: DocumentReader, depth = 0): string {
  const schema = besidesNull(member, reader);
  const within = membersHtml(member, reader, depth + 1);
  const nested = within === '' ? '' : `<details><summary>Members</summary>${within}</details>`;
  const needed = isRequired ? ' <span class="needed">required</span>' : '';
  const text = schema.description === undefined ? '' : `<p>${inline(schema.description)}</p>`;
  return `<li><code class="name">${escaped(name)}</code> <span class="type">${escaped(typeOf(member, reader))}</span>${needed}${text}${valuesHtml(schema)}${boundsHtml(schema)}${nested}</li>`;
}

/** What a member is when it is not null. */
function besidesNull(given: DocumentSchema, reader: DocumentReader): DocumentSchema {
  const { schema } = reader.read(given);
  const [only, ...others] = (schema.anyOf ?? []).filter((choice) => !isNull(choice));
  return only === undefined || others.length > 0 ? schema : { ...reader.read(only).schema, ...schema };
}

function choiceHtml(choice: DocumentSchema, index: number, reader: DocumentReader, depth: number): string {
  const { schema, name } = reader.read(choice);
  const within = membersHtml(choice, reader, depth + 1);
  if (within === '') return '';
  const title = schema.title ?? name ?? `Form ${index + 1}`;
  const text = schema.description === undefined ? '' : `<p>${inline(schema.description)}</p>`;
  return `<details><summary>${escaped(title)}</summary>${text}${within}</details>`;
}

function valuesHtml(schema: DocumentSchema): string {
  const values = schema.enum === undefined ? '' : `<p class="values">One of ${schema.enum.map(codeOf).join(', ')}.</p>`;
  return schema.default === undefined ? values : `${values}<p class="values">Default ${codeOf(schema.default)}.</p>`;
}

const codeOf = (value: unknown): string => `<code>${escaped(String(value))}</code>`;

const isNull = ({ type }: DocumentSchema): boolean => type === 'null';

/** `string`, `array of Webhook`, `integer or null`. */
function typeOf(given: DocumentSchema, reader: DocumentReader): string {
  const { schema, name } = reader.read(given);
  if (name !== null) return name;
  const choices = schema.anyOf ?? (schema.properties === undefined ? schema.oneOf : undefined);
  if (choices !== undefined) return [...new Set(choices.map((choice) => typeOf(choice, reader)))].join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === 'array' && schema.items !== undefined) return `array of ${typeOf(schema.items, reader)}`;
  if (schema.format === 'date-time') return 'moment';
  const types = [schema.type ?? (schema.enum === undefined ? 'any' : 'string')].flat();
  return types.join(' or ');
}
