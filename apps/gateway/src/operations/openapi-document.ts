import type { DescribedRoute } from './described-routes.js';
import { DocumentSchemas } from './document-schemas.js';
import { operationObject } from './operation-object.js';
import { RATE_LIMIT_HEADERS } from './rate-limit-headers.js';
import { REPLAYED_HEADERS } from './repetition.js';
import { SECURITY_SCHEMES } from './security.js';
import { TAGS } from './tags.js';

export interface OpenapiDocument {
  openapi: string;
  info: Record<string, unknown>;
  servers: { url: string; description: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Record<string, unknown>>>;
  components: {
    schemas: Record<string, unknown>;
    headers: Record<string, unknown>;
    securitySchemes: Record<string, unknown>;
  };
}

const DESCRIPTION = `Three faces on one port: our own API under \`/v1\`, Airstack's webhooks API under \`/api/v1\` and Airtable's under \`/v0/bases\`.

Bodies are JSON, read strictly: UTF-8, no duplicate members, at most 1 MiB (5 MiB of a batch of events). Members and query parameters that an operation does not know are refused with 400.
Moments are ISO 8601 with their zone, answered in UTC. Lists come in pages: \`next_cursor\` of one page is the \`cursor\` of the next, and null on the last.
Refusals are problem details (RFC 9457), with \`errors: [{path, message}]\` where something can be pointed at; the two other faces have bodies of their own.`;

/**
 * The OpenAPI 3.1 document of these routes.
 *
 * @param publicUrl where they are served, without a trailing slash; null: wherever the document was read.
 */
export function openapiDocument(routes: readonly DescribedRoute[], publicUrl: string | null): OpenapiDocument {
  const schemas = new DocumentSchemas();
  const paths: OpenapiDocument['paths'] = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationObject(route, schemas) };
  }
  const used = new Set<string>(routes.map(({ operation }) => operation.tag));
  return {
    openapi: '3.1.1',
    info: { title: 'Sluice', version: '1', description: DESCRIPTION },
    servers: [
      publicUrl === null
        ? { url: '/', description: 'Where this document is.' }
        : { url: publicUrl, description: 'This installation.' },
    ],
    tags: Object.entries(TAGS)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.components,
      headers: { ...RATE_LIMIT_HEADERS, ...REPLAYED_HEADERS },
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}
