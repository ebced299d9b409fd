import { expect, it } from 'vitest';
import { inline, paragraphs } from './html.js';

it('shows text as text, and of Markdown paragraphs and code alone', () => {
  expect(paragraphs('One `<b>`.\n\n<img src=x onerror="1"> & \'two\'')).toBe(
    '<p>One <code>&lt;b&gt;</code>.</p><p>&lt;img src=x onerror=&quot;1&quot;&gt; &amp; &#39;two&#39;</p>',
  );
  expect(inline('[a](javascript:1) **b**')).toBe('[a](javascript:1) **b**');
});
