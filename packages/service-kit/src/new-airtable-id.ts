import { randomInt } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_CHARACTERS = 14;

/** So many random digits and letters, each as likely as any other. */
export const randomBase62 = (characters: number): string =>
  Array.from({ length: characters }, () => BASE62[randomInt(BASE62.length)]).join('');

/** A new id (contract airtable 1.0): the prefix and 14 characters of base62. */
export const newAirtableId = (prefix: 'app' | 'tbl' | 'fld' | 'viw' | 'usr' | 'ach'): string =>
  prefix + randomBase62(ID_CHARACTERS);
