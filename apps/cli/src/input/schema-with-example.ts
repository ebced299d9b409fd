import { memberSlices } from '@sluice/exact-json/parse-json';
import { misused } from '../command-failure.js';
import { JsonText } from './json-body.js';

/**
 * A JSON Schema whose first example is this: text is put into text, so that numbers keep their digits. Without a schema
 * it is one that takes everything.
 *
 * @throws {CommandFailure} when the schema has examples of its own, or is no object.
 */
export function schemaWithExample(schema: JsonText | undefined, example: JsonText | undefined): JsonText | undefined {
  if (example === undefined) return schema;
  const text = schema?.text ?? '{}';
  if (!text.startsWith('{')) throw misused('--example needs a --schema that is an object');
  const members = memberSlices(text);
  if (members.has('examples')) throw misused('--example: the schema has examples already');
  return JsonText.of('--schema', `{"examples":[${example.text}]${members.size > 0 ? ',' : ''}${text.slice(1)}`);
}
