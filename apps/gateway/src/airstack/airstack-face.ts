import type { Face } from '../refusals/face.js';

const FILTER_TEST = /^\/api\/v1\/filters\/test\/?$/;
const ONE_WEBHOOK = /^\/api\/v1\/webhooks\/[^/]+\/?$/;

/** Every refusal under `/api/` in the body of contract airstack: each path has its members, in its order. */
export const airstackFace: Face = {
  owns: (path) => path === '/api' || path.startsWith('/api/'),
  refuse: ({ message }, path) => ({
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify(failure(message, path)),
  }),
};

function failure(message: string, path: string): Record<string, unknown> {
  if (FILTER_TEST.test(path)) return { status: false, success: false, message };
  if (ONE_WEBHOOK.test(path)) return { message, status: false, authentication: {} };
  return { authentication: {}, status: false, message };
}
