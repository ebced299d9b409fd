import { escaped } from '../html/escaped.js';

/** A page that says one thing, in the portal's style, for what can't be said by the portal itself. */
export const messagePage = (title: string, message: string, style: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main class="lonely">
<div class="state state-card">
<h1 class="state-title">${escaped(title)}</h1>
<p class="state-text">${escaped(message)}</p>
</div>
</main>
</body>
</html>
`;
