import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { isRepeatable } from '../idempotency/repeatable.js';
import { bodyMayBeLeftOut } from './body-may-be-left-out.js';
import type { DescribedRoute } from './described-routes.js';
import type { DocumentSchemas, JsonSchema } from './document-schemas.js';
import type { ResponseDefinition } from './operation.js';
import { rateLimitHeaders } from './rate-limit-headers.js';
import { refusalFormOf, refusalsOf } from './refusal-answers.js';
import { IDEMPOTENCY_KEY, replayedHeaders } from './repetition.js';
import { neededFor, securityOf } from './security.js';

const JSON_TYPE = 'application/json';

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

function responsesOf(route: DescribedRoute, schemas: DocumentSchemas): Record<string, unknown> {
  const { operation } = route;
  return Object.fromEntries(
    Object.entries(operation.responses).map(([status, response]) => {
      const ofAll = { ...replayedHeaders(route, status), ...rateLimitHeaders(operation) };
      return [status, responseObject(response, ofAll, schemas)];
    }),
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

function headersOfRefusal(status: string, route: DescribedRoute): { headers?: object } {
  const headers = {
    ...(mayWait(status, route) ? RETRY_AFTER : {}),
    ...replayedHeaders(route, status),
    ...(status === '429' ? rateLimitHeaders(route.operation) : {}),
  };
  return Object.keys(headers).length === 0 ? {} : { headers };
}

/** Whether waiting can help: in a 409, while the first request of an `Idempotency-Key` is under way. */
const mayWait = (status: string, route: DescribedRoute): boolean =>
  status === '429' || status === '503' || (status === '409' && isRepeatable(route));

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } };
