import { escaped } from '../html/escaped.js';
import type { DocumentReader, DocumentSchema } from './document-reader.js';
import { inline, paragraphs } from './html.js';
import { memberHtml, membersHtml } from './members-html.js';

interface Body {
  content?: Record<string, { schema: DocumentSchema }>;
}

/** An operation object of the document, as far as it is shown. */
export interface ShownOperation {
  operationId: string;
  summary: string;
  description?: string;
  security: Record<string, unknown>[];
  parameters?: { name: string; in: string; description?: string; required?: boolean; schema: DocumentSchema }[];
  requestBody?: Required<Body>;
  responses: Record<string, Body & { description: string }>;
}

const KINDS = [
  ['path', 'Path'],
  ['query', 'Query'],
  ['header', 'Headers'],
] as const;

/** One operation: what it is on the left, how it is asked and answered on the right. */
export function operationHtml(method: string, path: string, operation: ShownOperation, reader: DocumentReader): string {
  const { operationId, summary, description, requestBody, responses } = operation;
  const route = `<p class="route"><span class="method ${method}">${method.toUpperCase()}</span> <code>${escaped(path)}</code></p>`;
  return `<article id="${operationId}"><div class="told"><h3><a href="#${operationId}">${escaped(summary)}</a></h3>${route}${
    description === undefined ? '' : paragraphs(description)
  }${parametersHtml(operation, reader)}${requestHtml(requestBody, reader)}${Object.entries(responses)
    .filter(([status]) => isSuccess(status))
    .map(([status, response]) => answerHtml(status, response, reader))
    .join(
      '',
    )}${refusalsHtml(responses)}</div><div class="shown">${examplesHtml(method, path, operation, reader)}</div></article>`;
}

const isSuccess = (status: string): boolean => status < '400';

function parametersHtml({ parameters = [] }: ShownOperation, reader: DocumentReader): string {
  return KINDS.map(([kind, title]) => {
    const some = parameters.filter((parameter) => parameter.in === kind);
    if (some.length === 0) return '';
    const list = some.map(({ name, required, schema, description }) =>
      memberHtml({ name, member: { ...schema, description }, isRequired: required === true }, reader),
    );
    return `<h4>${title}</h4><ul class="members">${list.join('')}</ul>`;
  }).join('');
}

function requestHtml(body: Required<Body> | undefined, reader: DocumentReader): string {
  if (body === undefined) return '';
  const [type, { schema }] = firstOf(body.content);
  const others = Object.keys(body.content).slice(1);
  const types = [type, ...others].map((each) => `<code>${escaped(each)}</code>`).join(', ');
  return `<h4>Body</h4><p class="types">${types}</p>${membersHtml(schema, reader)}`;
}

function answerHtml(
  status: string,
  { description, content }: Body & { description: string },
  reader: DocumentReader,
): string {
  const members = content === undefined ? '' : membersHtml(firstOf(content)[1].schema, reader);
  const within = members === '' ? '' : `<details><summary>Members</summary>${members}</details>`;
  return `<h4>Answer <span class="status">${status}</span></h4><p>${inline(description)}</p>${within}`;
}

function refusalsHtml(responses: ShownOperation['responses']): string {
  const refusals = Object.entries(responses).filter(([status]) => !isSuccess(status));
  if (refusals.length === 0) return '';
  const list = refusals.map(
    ([status, { description }]) => `<li><span class="status">${status}</span> ${inline(description)}</li>`,
  );
  return `<details class="refusals"><summary>Refusals</summary><ul>${list.join('')}</ul></details>`;
}

function examplesHtml(method: string, path: string, operation: ShownOperation, reader: DocumentReader): string {
  const { requestBody, responses, security } = operation;
  const body = requestBody === undefined ? null : firstOf(requestBody.content);
  const lines = [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$SLUICE${path}${queryOf(operation)}"`,
    ...(security.length === 0 ? [] : ['-H "Authorization: Bearer $API_KEY"']),
    ...(body === null ? [] : [`-H 'Content-Type: ${body[0]}'`, `-d '${json(reader.example(body[1].schema))}'`]),
  ];
  const [status, answer] = Object.entries(responses).find(([each]) => isSuccess(each)) ?? [];
  const content = answer?.content === undefined ? null : firstOf(answer.content);
  const shown = content === null || content[0].startsWith('text/') ? '' : json(reader.example(content[1].schema));
  return `<pre aria-label="Request"><code>${escaped(lines.join(' \\\n  '))}</code></pre>${
    shown === '' ? '' : `<p class="status">${status}</p><pre aria-label="Answer"><code>${escaped(shown)}</code></pre>`
  }`;
}

function queryOf({ parameters = [] }: ShownOperation): string {
  const required = parameters.filter((parameter) => parameter.in === 'query' && parameter.required === true);
  return required.length === 0 ? '' : `?${required.map(({ name }) => `${name}=…`).join('&')}`;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

function firstOf<V>(record: Record<string, V>): [string, V] {
  const [first] = Object.entries(record);
  if (first === undefined) throw new Error('there is no content');
  return first;
}
