import { escaped } from '../html/escaped.js';

/** The little Markdown that our descriptions have, paragraphs and `code`, as HTML. */
export const paragraphs = (markdown: string): string =>
  markdown
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join('');

/** The same within a line. */
export const inline = (markdown: string): string =>
  escaped(markdown).replace(/`([^`]+)`/g, (_match, code: string) => `<code>${code}</code>`);
