import { expect, it } from 'vitest';
import { commaList, fixedPort, httpUrl, port, postgresUrl, readBy } from './environment-values.js';

const accepts = (schema: { safeParse(text: string): { success: boolean } }, texts: string[]) =>
  texts.filter((text) => schema.safeParse(text).success);

it('reads ports as whole numbers; 0 only where a free one will do', () => {
  const texts = ['0', '1', '65535', '65536', '-1', '80.5', 'http'];
  expect(accepts(port, texts)).toEqual(['0', '1', '65535']);
  expect(accepts(fixedPort, texts)).toEqual(['1', '65535']);
});

it('reads lists without white space and empty parts', () => {
  expect(commaList.parse(' a:1,b:2 ,,')).toEqual(['a:1', 'b:2']);
});

it('tells URLs apart by their kind', () => {
  const texts = ['http://a', 'https://a/b', 'postgres://a/b', 'postgresql://a/b', 'mysql://a/b', 'a'];
  expect(accepts(httpUrl, texts)).toEqual(['http://a', 'https://a/b']);
  expect(accepts(postgresUrl, texts)).toEqual(['postgres://a/b', 'postgresql://a/b']);
});

it('tells what a reading function throws as the mistake', () => {
  const even = readBy((text) => {
    if (Number(text) % 2 !== 0) throw new Error('must be even');
    return Number(text);
  });
  expect(even.parse('4')).toBe(4);
  expect(even.safeParse('3').error?.issues).toMatchObject([{ message: 'must be even' }]);
});
