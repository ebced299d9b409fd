import type { Face } from '../refusals/face.js';

const FILTER_TEST = '/api/v1/filters/test';

/**
 * Every refusal under `/api/` in the body of contract airstack. The filter test answers with both spellings of the
 * outcome; a filter that is invalid or does not match has only those (see `FilterTestFault`).
 */
export const airstackFace: Face = {
  owns: (path) => path === '/api' || path.startsWith('/api/'),
  refuse: ({ message, details }, path) => {
    const outcome = path.startsWith(FILTER_TEST)
      ? { status: false, success: false, message }
      : { status: false, message };
    const body = details.members?.outcomeOnly === true ? outcome : { authentication: {}, ...outcome };
    return { contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) };
  },
};
