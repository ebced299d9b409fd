import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { bodyMayBeLeftOut } from './body-may-be-left-out.js';
import type { DescribedRoute } from './described-routes.js';
import type { DocumentSchemas, JsonSchema } from './document-schemas.js';
import type { ResponseDefinition } from './operation.js';
import { rateLimitHeaders } from './rate-limit-headers.js';
import { isRepeatable, refusalFormOf, refusalsOf } from './refusal-answers.js';
import { neededFor, securityOf } from './security.js';

const JSON_TYPE = 'application/json';

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    '1 to 255 printable ASCII characters. Sent again with the same key, a request is carried out once, and answered with its first answer.',
  schema: { type: 'string', minLength: 1 },
};

/** An OpenAPI operation object. */
export function operationObject(route: DescribedRoute, schemas: DocumentSchemas): Record<string, unknown> {
  const { operation } = route;
  const { body, rawBody } = operation;
  const content = body === undefined ? rawBody : { [JSON_TYPE]: body };
  const parameters = parametersOf(route, schemas);
  const description = [operation.description, neededFor(operation)].filter((text) => text != null).join('\n\n');
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(description === '' ? {} : { description }),
    security: securityOf(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(content === undefined
      ? {}
      : { requestBody: { required: isBodyRequired(route), content: contentOf(content, 'input', schemas) } }),
    responses: { ...responsesOf(route, schemas), ...refusalObjects(route, schemas) },
  };
}

const isBodyRequired = ({ method, operation: { body } }: DescribedRoute): boolean =>
  body === undefined || !bodyMayBeLeftOut(method, body);

function parametersOf(route: DescribedRoute, schemas: DocumentSchemas): Record<string, unknown>[] {
  const { path, operation } = route;
  const { params, query, headers = {} } = operation;
  const inPath = params === undefined ? [] : membersOf(schemas.of(params, 'input'), 'path');
  const named = [...path.matchAll(/\{(.+?)\}/g)].map(([, name]) => name);
  if (named.join() !== inPath.map(({ name }) => name).join()) {
    throw new Error(`${operation.id} describes other parameters than ${path} has`);
  }
  return [
    ...inPath,
    ...(query === undefined ? [] : membersOf(schemas.of(query, 'input'), 'query')),
    ...Object.entries(headers).map(([name, { description, schema }]) => ({
      name,
      in: 'header',
      description,
      schema: schemas.of(schema, 'input'),
    })),
    ...(isRepeatable(route) ? [IDEMPOTENCY_KEY] : []),
  ];
}

function membersOf({ properties = {}, required = [] }: JsonSchema, where: 'path' | 'query') {
  return Object.entries(properties).map(([name, member]) => {
    const { description, ...schema } = member as JsonSchema;
    return {
      name,
      in: where,
      ...(description === undefined ? {} : { description }),
      ...(where === 'path' || required.includes(name) ? { required: true } : {}),
      schema,
    };
  });
}

const contentOf = (content: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output', schemas: DocumentSchemas) =>
  Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema: schemas.of(schema, io) }]));

function responsesOf({ operation }: DescribedRoute, schemas: DocumentSchemas): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(operation.responses).map(([status, response]) => [
      status,
      responseObject(response, rateLimitHeaders(operation), schemas),
    ]),
  );
}

function responseObject(
  { description, schema, content, headers = {} }: ResponseDefinition,
  ofAll: Readonly<Record<string, object>>,
  schemas: DocumentSchemas,
) {
  const bodies = schema === undefined ? content : { [JSON_TYPE]: schema };
  const own = Object.entries(headers).map(([name, header]) => [
    name,
    { description: header.description, schema: schemas.of(header.schema, 'output') },
  ]);
  const all = { ...Object.fromEntries(own), ...ofAll };
  return {
    description,
    ...(Object.keys(all).length === 0 ? {} : { headers: all }),
    ...(bodies === undefined ? {} : { content: contentOf(bodies, 'output', schemas) }),
  };
}

function refusalObjects(route: DescribedRoute, schemas: DocumentSchemas): Record<string, unknown> {
  const { contentType, schema } = refusalFormOf(route.path);
  return Object.fromEntries(
    refusalsOf(route).map(([status, meaning]) => [
      status,
      {
        description: meaning || STATUS_CODES[status],
        ...headersOfRefusal(status, route),
        content: contentOf({ [contentType]: schema }, 'output', schemas),
      },
    ]),
  );
}

function headersOfRefusal(status: string, { operation }: DescribedRoute): { headers?: object } {
  if (status === '429') return { headers: { ...RETRY_AFTER, ...rateLimitHeaders(operation) } };
  return status === '503' ? { headers: RETRY_AFTER } : {};
}

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } };
