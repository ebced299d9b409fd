import { appendCloudEventHeaders } from './cloudevent-headers.js';
import type { Dialect } from './dialect.js';

/** What HTTP allows in a header value: anything else in a producer's content type must not break every attempt. */
const HEADER_TEXT = /^[\t\x20-\x7e]+$/;

/** Contract airstack, "What a delivery looks like": the event's data itself, the static header, CloudEvents in headers. */
export const airstack: Dialect = {
  render(event, webhook) {
    const contentType = event.attributes.datacontenttype ?? 'application/json';
    const headers = ['content-type', HEADER_TEXT.test(contentType) ? contentType : 'application/octet-stream'];
    for (const { name, value } of webhook.headers) headers.push(name, value);
    appendCloudEventHeaders(headers, event.attributes);
    headers.push('user-agent', 'Sluice');
    return { headers, body: event.data };
  },
};
