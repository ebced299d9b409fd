import { expect, it } from 'vitest';
import { messagePage } from './message-page.js';

it('shows text as text', () => {
  const page = messagePage('<script>1</script>', `"it's" & <img src=x>`, '/portal/assets/index.css');
  expect(page).toContain('<title>&lt;script&gt;1&lt;/script&gt;</title>');
  expect(page).toContain('&quot;it&#39;s&quot; &amp; &lt;img src=x&gt;');
  expect(page).not.toMatch(/<script|<img/);
});
