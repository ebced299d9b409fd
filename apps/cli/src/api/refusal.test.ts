import { expect, it } from 'vitest';
import { refusal } from './refusal.js';

const ABOUT = { retryAfter: null, keyFrom: 'SLUICE_API_KEY' };
const told = (detail: string, ...errors: { path: string; message: string }[]) =>
  refusal(400, JSON.stringify({ detail, errors }), ABOUT).message;

it('names each member once', () => {
  const rate = { path: 'rate', message: 'must be a number' };
  const told400 = 'sluice: refused (400): rate must be a number';
  expect(told('rate must be a number', rate)).toBe(told400);
  expect(told('rate: must be a number, 1 for example', rate)).toBe(
    'sluice: refused (400): rate: must be a number, 1 for example',
  );
  expect(told('rate must be a number', rate, { path: 'id', message: 'is required' })).toBe(
    `${told400}\n  id: is required`,
  );
  expect(told('no object', { path: '', message: 'must be an object' })).toBe('sluice: refused (400): no object');
});

it('takes a part that is away for not reached, and a text that is no problem document as it is', () => {
  expect(refusal(503, '<html>', ABOUT)).toMatchObject({
    exitCode: 3,
    message: 'sluice: refused (503): the answer says no more',
  });
  expect(refusal(404, '{}', ABOUT)).toMatchObject({ exitCode: 1, status: 404 });
});

it('says which key was refused, and what to do', () => {
  expect(refusal(401, '{"detail":"the API key has expired"}', ABOUT).message).toBe(
    'sluice: refused (401): the API key has expired\n  The key is that of SLUICE_API_KEY; an admin makes another: sluice keys create --scope write',
  );
});
