import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { ANY_ELEMENT, type Step } from './path.js';
import type { Pivot } from './pivot.js';
import { PivotTable } from './pivot-table.js';

/** With up to this many names below a node, asking the event for each is quicker than listing the event's members. */
const FEW = 8;

/** Items by their pivots: a tree of paths that is walked along with the event, so that paths no event has cost nothing. */
export class PivotTree<T> {
  private readonly root = new Node<T>();

  add({ path, sign }: Pivot, item: T): void {
    let node = this.root;
    for (const step of path) node = node.below(step) ?? node.grow(step);
    node.table ??= new PivotTable();
    node.table.add(sign, item);
  }

  delete({ path, sign }: Pivot, item: T): void {
    const nodes = [this.root];
    for (const step of path) {
      const next = nodes.at(-1)!.below(step);
      if (next === undefined) return;
      nodes.push(next);
    }
    const last = nodes.at(-1)!;
    last.table?.delete(sign, item);
    if (last.table?.isEmpty) last.table = null;
    for (let at = path.length; at > 0 && nodes[at]!.isEmpty; at--) nodes[at - 1]!.cut(path[at - 1]!);
  }

  /** About how many items an event that shows this pivot would find by it. */
  cost({ path, sign }: Pivot): number {
    let node: Node<T> | undefined = this.root;
    for (const step of path) node = node?.below(step);
    return node?.table?.cost(sign) ?? PivotTable.costOfFirst(sign);
  }

  /** Hands out every item one of whose pivots the event shows; the same item perhaps more than once. */
  find(event: JsonValue, found: (item: T) => void): void {
    walk(this.root, event, found);
  }
}

class Node<T> {
  members: Map<string, Node<T>> | null = null;
  element: Node<T> | null = null;
  table: PivotTable<T> | null = null;

  get isEmpty(): boolean {
    return this.members === null && this.element === null && this.table === null;
  }

  below(step: Step): Node<T> | undefined {
    return step === ANY_ELEMENT ? (this.element ?? undefined) : this.members?.get(step);
  }

  grow(step: Step): Node<T> {
    const node = new Node<T>();
    if (step === ANY_ELEMENT) this.element = node;
    else {
      this.members ??= new Map();
      this.members.set(step, node);
    }
    return node;
  }

  cut(step: Step): void {
    if (step === ANY_ELEMENT) this.element = null;
    else this.members?.delete(step);
    if (this.members?.size === 0) this.members = null;
  }
}

function walk<T>(node: Node<T>, value: JsonValue, found: (item: T) => void): void {
  node.table?.find(value, found);
  if (node.element !== null) {
    if (!Array.isArray(value)) walk(node.element, value, found);
    else for (const element of value) walk(node.element, element, found);
  }
  if (node.members === null || !isJsonObject(value)) return;
  if (node.members.size <= FEW) {
    for (const [name, below] of node.members) if (Object.hasOwn(value, name)) walk(below, value[name]!, found);
    return;
  }
  for (const name of Object.keys(value)) {
    const below = node.members.get(name);
    if (below !== undefined) walk(below, value[name]!, found);
  }
}
