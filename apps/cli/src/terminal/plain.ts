/**
 * What moves the cursor of a terminal (control characters), what a terminal takes for the end of a line, and what turns the
 * direction of what follows, so that a text reads as another one.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/** Those of them that JSON may hold as they are. */
const CONTROL_IN_JSON = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

const writtenOut = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text of others as it may stand on a terminal: what could deceive whoever reads it is written out. */
export const plain = (text: string): string => text.replace(CONTROL, writtenOut);

/** JSON of others as it may stand on a terminal: the same value, with its strings' escapes for what could deceive. */
export const plainJson = (text: string): string => text.replace(CONTROL_IN_JSON, writtenOut);
