/** The validation costs more than it may; the schema asks for too much of this data. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
}

let left = 0;

/**
 * Runs a validation with so many steps to spend. Schemas are untrusted: a few nested `anyOf` can ask for 2^100 steps, and
 * nothing else would end that. Validation is synchronous, so one counter serves all.
 *
 * @throws {BudgetSpent}
 */
export function withBudget<T>(steps: number, validate: () => T): T {
  left = steps;
  return validate();
}

/** Called for every subschema that is applied to a value, and by whatever costs more than its share. */
export function spend(steps: number): void {
  left -= steps;
  if (left < 0) throw new BudgetSpent('the schema demands too much work for this data');
}
