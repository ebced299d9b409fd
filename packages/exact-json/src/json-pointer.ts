/** A member's name as a part of a JSON Pointer (RFC 6901). */
export const pointerPart = (name: string): string => name.replace(/~/g, '~0').replace(/\//g, '~1');

/** The name that a part of a JSON Pointer stands for. */
export const nameOfPart = (part: string): string => part.replace(/~1/g, '/').replace(/~0/g, '~');

/** A reference within a document, `#/$defs/a%20b` for example, with its percent-encoding undone and no slash at its end. */
export function pointerOfReference(reference: string): string {
  try {
    return decodeURIComponent(reference).replace(/\/$/, '');
  } catch {
    return reference;
  }
}
