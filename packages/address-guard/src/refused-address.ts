/** A target that the address guard does not let a delivery go to. Trying again helps only if the name's addresses change. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
  /** Like the codes of Node's network errors, so that one table names the outcome of an attempt. */
  readonly code = 'ERR_REFUSED_ADDRESS';
}
