import type { Cidr } from './cidr.js';

/** Which addresses deliveries may go to, beyond the rest of the world. */
export interface AddressPolicy {
  /** Ranges that are opened although they are not global unicast. */
  allow: readonly Cidr[];
  /** Ports of Sluice itself: never a target on an address of this machine, whatever range is open. */
  refusedPorts: () => ReadonlySet<number>;
}
