import { escaped } from '../html/escaped.js';
import type { OpenapiDocument } from '../operations/openapi-document.js';
import { DocumentReader } from './document-reader.js';
import { paragraphs } from './html.js';
import { operationHtml, type ShownOperation } from './operation-html.js';

interface Listed {
  method: string;
  path: string;
  operation: ShownOperation;
}

/** The document as a page for people: no script, nothing from elsewhere. Its style is `GET /v1/docs.css`. */
export function docsPage(document: OpenapiDocument): string {
  const reader = new DocumentReader(document);
  const sections = document.tags.map(({ name, description }) => ({
    name,
    description,
    anchor: name.toLowerCase().replace(/ /g, '-'),
    operations: operationsOf(document, name),
  }));
  const navigation = sections.map(
    ({ name, anchor, operations }) =>
      `<li><a href="#${anchor}">${escaped(name)}</a><ul>${operations.map(linkHtml).join('')}</ul></li>`,
  );
  const parts = sections.map(
    ({ name, description, anchor, operations }) =>
      `<section id="${anchor}"><header><h2>${escaped(name)}</h2>${paragraphs(description)}</header>${operations
        .map(({ method, path, operation }) => operationHtml(method, path, operation, reader))
        .join('')}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice API reference</title>
<link rel="stylesheet" href="/v1/docs.css">
</head>
<body>
<nav aria-label="Operations"><p class="brand"><a href="/v1/docs">Sluice</a></p><ul>${navigation.join('')}</ul></nav>
<main><header class="intro"><h1>API reference</h1>${paragraphs(String(document.info.description))}${paragraphs(examplesTold(document))}<p><a href="/v1/openapi.json">openapi.json</a> is the same for programs.</p></header>${parts.join('')}</main>
</body>
</html>
`;
}

/** What the variables of the examples stand for. */
const examplesTold = ({ servers: [server] }: OpenapiDocument): string =>
  `In the examples \`$SLUICE\` is the address of Sluice, ${
    server?.url.startsWith('http') ? `here \`${server.url}\`` : 'the one that this page is at without its path'
  }, and \`$API_KEY\` an API key of your account (in Airtable's operations, a token of one of its users). \`npm start\` writes keys to \`.sluice/dev-credentials.json\`: \`SLUICE=http://localhost:8080 API_KEY=slk_live_…\`.`;

const linkHtml = ({ operation: { operationId, summary } }: Listed): string =>
  `<li><a href="#${operationId}">${escaped(summary)}</a></li>`;

const operationsOf = ({ paths }: OpenapiDocument, tag: string): Listed[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => (tags as string[]).includes(tag))
      .map(([method, operation]) => ({ method, path, operation: operation as unknown as ShownOperation })),
  );
