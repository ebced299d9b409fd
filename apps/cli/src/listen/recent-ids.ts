/** Far more than Sluice tells again after a cut: at most the deliveries of the event that the cut fell into. */
const KEPT = 10_000;

/** Tells what was seen before; of many ids the newest are remembered. */
export class RecentIds {
  private readonly ids = new Set<string>();

  /** Whether it is seen for the first time. */
  isNew(id: string): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > KEPT) this.ids.delete(this.ids.values().next().value as string);
    return true;
  }
}
