const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const STEP = '  ';

/** JSON with a member a line: only white space is another than before, so numbers keep their digits. */
export function indentedJson(text: string): string {
  let written = '';
  let depth = 0;
  let before = '';
  const newLine = () => `\n${STEP.repeat(depth)}`;
  for (const [token] of text.matchAll(TOKENS)) {
    const closes = token === '}' || token === ']';
    if (closes) depth -= 1;
    const isEmpty = closes && (before === '{' || before === '[');
    if ((closes && !isEmpty) || (!closes && (before === '{' || before === '['))) written += newLine();
    written += token === ':' ? ': ' : token;
    if (token === ',') written += newLine();
    if (token === '{' || token === '[') depth += 1;
    before = token;
  }
  return written;
}
