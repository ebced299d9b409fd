import { indentedJson } from '../terminal/indented-json.js';
import { isJson } from '../terminal/is-json.js';
import { plain } from '../terminal/plain.js';

/** Of `GET /v1/deliveries/{id}` (docs/api.md). */
export interface DeliveryRequest {
  method: string;
  url: string | null;
  headers: Record<string, string>;
  body: string | null;
  body_encoding: 'utf8' | 'base64' | null;
  body_bytes: number | null;
}

/** More of a body than this would scroll away what stands before it. */
const MOST_SHOWN = 4_096;

/** The request as it is on the wire: its line, headers, an empty line, the body; of JSON each member on a line of its own. */
export function requestText({ method, url, headers, ...body }: DeliveryRequest): string {
  const lines = [
    `${method} ${url ?? '(the webhook is gone)'}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return [...lines.map(plain), '', bodyText(body)].join('\n');
}

type Body = Pick<DeliveryRequest, 'body' | 'body_encoding' | 'body_bytes'>;

function bodyText({ body, body_encoding: encoding, body_bytes: bytes }: Body): string {
  if (body === null) return '(the body is no longer kept)';
  if (encoding === 'base64') return `(${bytes} bytes that are no text; --json has them)`;
  if (body === '') return '(no body)';
  if (body.length > MOST_SHOWN) {
    return `${plainLines(body.slice(0, MOST_SHOWN))}\n(so it begins, of ${bytes} bytes; --json has all)`;
  }
  return plainLines(isJson(body) ? indentedJson(body) : body);
}

const plainLines = (text: string): string => text.split('\n').map(plain).join('\n');
