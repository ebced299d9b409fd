import { RE2JS } from 're2js';
import { spend } from './work-budget.js';

/** Characters that one step of the budget is good for. */
const CHARACTERS_A_STEP = 4;
const PATTERN_LIMIT = 1_000;

/**
 * `pattern` and `patternProperties` by an engine that needs linear time: a tenant's pattern must not stop the gateway
 * (docs/architecture.md section 6). Look-around and back-references are refused when the schema is compiled.
 */
const linearPattern = (pattern: string): { test: (text: string) => boolean; toString: () => string } => {
  if (pattern.length > PATTERN_LIMIT) throw new Error(`a pattern has at most ${PATTERN_LIMIT} characters`);
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch (cause) {
    throw new Error(`pattern ${pattern} is not RE2 syntax: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  return {
    // Ajv takes patterns of one text for one and the same.
    toString: () => pattern,
    test: (text) => {
      spend(1 + text.length / CHARACTERS_A_STEP);
      return compiled.matcher(text).find();
    },
  };
};

/** The shape in which Ajv takes a regular expression engine; `code` is for generated modules, which we have none of. */
export const linearPatterns = Object.assign(linearPattern, { code: 'linearPattern' });
