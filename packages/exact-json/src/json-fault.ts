/** The text is not the JSON that was asked for. `message` says what is wrong, `offset` at which byte of the UTF-8 text. */
export class JsonFault extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'JsonFault';
    this.offset = offset;
  }
}

/** The text nests deeper than was asked for; whether it is JSON apart from that was not looked at. */
export class NestingFault extends JsonFault {
  constructor(
    readonly limit: number,
    offset: number,
  ) {
    super(`nesting deeper than ${limit}`, offset);
    this.name = 'NestingFault';
  }
}
