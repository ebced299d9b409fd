import type { ActionMetadata, TableChange } from '@sluice/contracts/table-change';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import { ordered } from './part.js';

/** What stands for the change as a whole: it is the same in each payload of a change. */
export interface Stamp {
  /** ISO 8601 with milliseconds: when it happened. */
  timestamp: string;
  /** Of the base; several payloads may have the same. */
  transactionNumber: number;
}

/** A part of a payload as text. */
export interface WrittenPart {
  path: readonly string[];
  /** With its name, if it has one. */
  text: string;
  isElement: boolean;
}

const ERROR = ',"error":true,"code":"INVALID_HOOK"';

/** The members that each payload of a change has, without the closing brace: contract airtable 4.1. */
export function writeHead(change: TableChange, { timestamp, transactionNumber }: Stamp): string {
  const head: JsonObject = {
    timestamp,
    baseTransactionNumber: transactionNumber,
    actionMetadata: actionMetadata(change.actionMetadata),
    payloadFormat: 'v0',
  };
  return writeJson(head).slice(0, -1);
}

/** A payload as it is served; parts of one container have to follow each other. */
export function writePayload(head: string, parts: readonly WrittenPart[], isError: boolean): Uint8Array {
  const body = parts.length === 0 ? '' : `,${writeMembers(parts)}`;
  return Buffer.from(`${head}${body}${isError ? ERROR : ''}}`);
}

function writeMembers(parts: readonly WrittenPart[]): string {
  let text = '';
  let open: readonly string[] = [];
  const closing: string[] = [];
  for (const { path, text: part, isElement } of parts) {
    const shared = sharedLength(open, path);
    for (let depth = open.length; depth > shared; depth--) text += closing.pop();
    if (text !== '') text += ',';
    for (let depth = shared; depth < path.length; depth++) {
      const isArray = isElement && depth === path.length - 1;
      text += `${JSON.stringify(path[depth])}:${isArray ? '[' : '{'}`;
      closing.push(isArray ? ']' : '}');
    }
    text += part;
    open = path;
  }
  while (closing.length > 0) text += closing.pop();
  return text;
}

/** How many containers two parts have in common. */
export function sharedLength(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** Contract airtable 4.2, in its order of members. */
function actionMetadata(action: ActionMetadata): JsonObject {
  if (!('sourceMetadata' in action) || action.sourceMetadata === undefined) return { source: action.source };
  const { sourceMetadata } = action;
  if (!('user' in sourceMetadata)) return { source: action.source, sourceMetadata: { ...sourceMetadata } };
  const user: JsonValue = ordered(sourceMetadata.user, ['id', 'email', 'permissionLevel', 'name', 'profilePicUrl']);
  return { source: action.source, sourceMetadata: { user } };
}
