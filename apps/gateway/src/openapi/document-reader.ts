import type { OpenapiDocument } from '../operations/openapi-document.js';

/** A JSON Schema as the document has it. */
export interface DocumentSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  title?: string;
  description?: string;
  properties?: Record<string, DocumentSchema>;
  required?: string[];
  items?: DocumentSchema;
  additionalProperties?: DocumentSchema | boolean;
  anyOf?: DocumentSchema[];
  oneOf?: DocumentSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  maxLength?: number;
  not?: DocumentSchema;
  examples?: unknown[];
}

const REFERENCE = '#/components/schemas/';

/** Reads schemas of a document, references followed. */
export class DocumentReader {
  constructor(private readonly document: Pick<OpenapiDocument, 'components'>) {}

  /** The schema that is meant, and its name where it is a component. */
  read(schema: DocumentSchema): { schema: DocumentSchema; name: string | null } {
    if (schema.$ref === undefined) return { schema, name: null };
    const name = schema.$ref.slice(REFERENCE.length);
    const component = this.document.components.schemas[name] as DocumentSchema | undefined;
    if (component === undefined) throw new Error(`the document has no schema ${name}`);
    return { schema: { ...component, description: schema.description ?? component.description }, name };
  }

  /** What a value of this schema can look like: its example, or one made of those of its members. */
  example(given: DocumentSchema): unknown {
    const { schema } = this.read(given);
    if (schema.examples?.[0] !== undefined) return schema.examples[0];
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return schema.enum[0];
    const [choice] = schema.anyOf ?? schema.oneOf?.filter(({ required }) => required === undefined) ?? [];
    if (choice !== undefined) return this.example(choice);
    const [type] = [schema.type ?? 'object'].flat();
    if (type === 'array') return schema.items === undefined ? [] : [this.example(schema.items)];
    if (type !== 'object') return EXAMPLES[schema.format ?? ''] ?? EXAMPLES[type ?? ''] ?? null;
    const members = Object.entries(schema.properties ?? {}).filter(([, { not }]) => not === undefined);
    return Object.fromEntries(members.map(([name, member]) => [name, this.example(member)]));
  }
}

const EXAMPLES: Readonly<Record<string, unknown>> = {
  'date-time': '2026-03-01T12:00:00.000Z',
  string: '…',
  integer: 1,
  number: 1,
  boolean: true,
  null: null,
};
