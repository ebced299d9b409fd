import { expect, it } from 'vitest';
import { Problem } from '../api/problem.js';
import { stillRefused } from './still-refused.js';
import { emptyForm } from './webhook-form.js';

const sent = { ...emptyForm, endpoint: 'https://10.0.0.1/', filter: '{"a":{"$over":1}}' };
const corrected = { ...sent, endpoint: 'https://example.com/' };
const problem = new Problem(400, 'two things are wrong', [
  { path: 'endpoint', message: 'is not allowed' },
  { path: 'filter.a', message: 'unknown operator' },
]);

it('says of each member what was refused, until it is corrected', () => {
  expect(stillRefused(problem, sent, sent)).toMatchObject({ errors: problem.errors });
  const left = stillRefused(problem, sent, corrected) as Problem;
  expect([left.at('endpoint'), left.at('filter'), left.message]).toEqual([
    undefined,
    'unknown operator',
    problem.message,
  ]);
  expect(stillRefused(problem, sent, { ...corrected, filter: '' })).toBeNull();
});

it('says what is wrong with no member of the form until it is sent again', () => {
  const lost = new Problem(0, 'No answer came.');
  expect(stillRefused(lost, sent, corrected)).toBe(lost);
});
