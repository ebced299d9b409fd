const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const QUOTED = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\t\\x20-\\x7e])*"';
const MEDIA_TYPE = new RegExp(
  `^(${TOKEN})/(${TOKEN})((?:[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|${QUOTED}))*)[ \\t]*;?[ \\t]*$`,
);

/** In characters. Longer text is no media type: the time that the pattern takes grows with the square of the length. */
export const LONGEST_MEDIA_TYPE = 2_048;

const matched = (text: string) => (text.length > LONGEST_MEDIA_TYPE ? null : MEDIA_TYPE.exec(text));

export const isMediaType = (text: string): boolean => matched(text) !== null;

export interface MediaType {
  /** Lower case, without parameters: `application/cloudevents+json`. */
  essence: string;
  /** Lower case; null when not stated. */
  charset: string | null;
}

/** The media type of a Content-Type header; null when it is none. */
export function readMediaType(text: string): MediaType | null {
  const [, type, subtype, parameters] = matched(text.trim()) ?? [];
  if (type === undefined || subtype === undefined) return null;
  const charset = /;[ \t]*charset="?([^";\s]+)"?/i.exec(parameters ?? '')?.[1];
  return { essence: `${type}/${subtype}`.toLowerCase(), charset: charset?.toLowerCase() ?? null };
}

/** `application/json`, `text/json` and every `+json`: data that filters and schemas can look into. */
export const isJsonType = (essence: string): boolean =>
  essence === 'application/json' || essence === 'text/json' || essence.endsWith('+json');
